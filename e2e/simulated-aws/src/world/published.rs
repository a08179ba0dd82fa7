//! Metrics that somebody publishes.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::alarms::Metric;
use crate::time::Moment;

/// How many data points of a metric are kept.
const CAPACITY: usize = 10_000;

/// What was published for one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct DataPoint {
    /// The moment.
    pub at: Moment,
    /// How many samples there were.
    pub samples: f64,
    /// Their sum.
    pub sum: f64,
    /// The least of them.
    pub minimum: f64,
    /// The greatest of them.
    pub maximum: f64,
    /// The samples and how often there was each, unless only a summary was published.
    pub values: Vec<(f64, f64)>,
}

/// The metrics that somebody publishes.
#[derive(Clone, Debug, Default)]
pub struct Published(BTreeMap<Metric, VecDeque<DataPoint>>);

impl Published {
    /// Adds a data point; the oldest ones make room.
    pub fn add(&mut self, metric: Metric, point: DataPoint) {
        let points = self.0.entry(metric).or_default();
        let place = points.partition_point(|other| other.at <= point.at);
        points.insert(place, point);
        if points.len() > CAPACITY {
            points.pop_front();
        }
    }

    /// The data points of a metric in `from..until`.
    pub fn within(&self, metric: &Metric, from: Moment, until: Moment) -> impl Iterator<Item = &DataPoint> {
        let points = self.0.get(metric).into_iter().flatten();
        points.skip_while(move |point| point.at < from).take_while(move |point| point.at < until)
    }

    /// A statistic of a metric in the period that begins at `from`; none if there is no data.
    #[must_use]
    pub fn value(&self, metric: &Metric, statistic: &str, from: Moment, period: Duration) -> Option<f64> {
        let points: Vec<&DataPoint> = self.within(metric, from, from.plus(period)).collect();
        let samples: f64 = points.iter().map(|point| point.samples).sum();
        if samples <= 0.0 {
            return None;
        }
        let sum = || points.iter().map(|point| point.sum).sum::<f64>();
        match statistic {
            "SampleCount" => Some(samples),
            "Sum" => Some(sum()),
            "Average" => Some(sum() / samples),
            "Minimum" => points.iter().map(|point| point.minimum).reduce(f64::min),
            "Maximum" => points.iter().map(|point| point.maximum).reduce(f64::max),
            percentile => self::percentile(&points, percentile.strip_prefix('p')?.parse().ok()?),
        }
    }
}

/// The value that so many percent of the samples do not exceed; none if samples are known by their summary only.
fn percentile(points: &[&DataPoint], percent: f64) -> Option<f64> {
    if points.iter().any(|point| point.values.is_empty()) {
        return None;
    }
    let mut values: Vec<(f64, f64)> = points.iter().flat_map(|point| point.values.iter().copied()).collect();
    values.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let wanted = values.iter().map(|(_, count)| count).sum::<f64>() * percent / 100.0;
    let mut passed = 0.0;
    values.iter().find_map(|(value, count)| {
        passed += count;
        (passed >= wanted).then_some(*value)
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{DataPoint, Published};
    use crate::time::Moment;
    use crate::world::alarms::Metric;

    #[test]
    fn statistics_are_those_of_a_period_whatever_the_order_of_publishing() {
        let mut published = Published::default();
        let second = |number: i64| Moment::from_millis(number * 1000);
        for (at, value) in [(61, 8.0), (10, 3.0), (5, 1.0), (20, 2.0)] {
            let values = vec![(value, 1.0)];
            let point = DataPoint { at: second(at), samples: 1.0, sum: value, minimum: value, maximum: value, values };
            published.add(Metric::default(), point);
        }
        let of = |statistic| published.value(&Metric::default(), statistic, second(0), Duration::from_mins(1));
        let table = [
            ("SampleCount", 3.0),
            ("Sum", 6.0),
            ("Average", 2.0),
            ("Minimum", 1.0),
            ("Maximum", 3.0),
            ("p50", 2.0),
            ("p99", 3.0),
        ];
        for (statistic, expected) in table {
            assert_eq!(of(statistic), Some(expected), "{statistic}");
        }
        assert_eq!(published.value(&Metric::default(), "Sum", second(120), Duration::from_mins(1)), None);
    }
}
