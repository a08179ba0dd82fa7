//! `PutMetricData`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::parameters::{Dimension, constrained, invalid, metric, moment};
use crate::services::call::Call;
use crate::time::Moment;
use crate::wire::error::ApiError;
use crate::world::alarms::Metric;
use crate::world::published::DataPoint;

/// The most data in a request.
const DATA: usize = 1000;
/// The most dimensions of a metric.
const DIMENSIONS: usize = 30;
/// The most values of a datum.
const VALUES: usize = 150;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct StatisticSet {
    sample_count: f64,
    sum: f64,
    minimum: f64,
    maximum: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Datum {
    metric_name: String,
    #[serde(default)]
    dimensions: Vec<Dimension>,
    timestamp: Option<f64>,
    value: Option<f64>,
    statistic_values: Option<StatisticSet>,
    #[serde(default)]
    values: Vec<f64>,
    #[serde(default)]
    counts: Vec<f64>,
    #[serde(rename = "Unit")]
    _unit: Option<String>,
    storage_resolution: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Put {
    namespace: String,
    #[serde(default)]
    metric_data: Vec<Datum>,
}

/// Publishes data points; all of them or, if one is wrong, none. They count at once.
pub fn put(call: &mut Call<'_>, input: Put) -> Result<Value, ApiError> {
    if input.namespace.is_empty() || input.namespace.len() > 255 || input.namespace.starts_with(':') {
        return Err(invalid("The parameter Namespace has 1 to 255 characters and does not begin with a colon."));
    }
    if input.namespace.starts_with("AWS/") {
        return Err(invalid("The value AWS/ for parameter Namespace is invalid."));
    }
    if !(1..=DATA).contains(&input.metric_data.len()) {
        return Err(constrained(&format!("MetricData must have between 1 and {DATA} items")));
    }
    let points: Vec<(Metric, DataPoint)> =
        input.metric_data.into_iter().map(|datum| read(&input.namespace, datum, call.now)).collect::<Result<_, _>>()?;
    for (metric, point) in points {
        call.region.published.add(metric, point);
    }
    Ok(json!({}))
}

fn read(namespace: &str, datum: Datum, now: Moment) -> Result<(Metric, DataPoint), ApiError> {
    if datum.metric_name.is_empty() || datum.metric_name.len() > 255 {
        return Err(invalid("The parameter MetricData.member.N.MetricName has 1 to 255 characters."));
    }
    if datum.dimensions.len() > DIMENSIONS {
        return Err(invalid(format!("A metric has at most {DIMENSIONS} dimensions.")));
    }
    if datum.storage_resolution.is_some_and(|seconds| ![1, 60].contains(&seconds)) {
        return Err(invalid("The parameter StorageResolution is 1 or 60."));
    }
    let at = datum.timestamp.map_or(now, moment);
    let (earliest, latest) = (now.as_millis() - 14 * 86_400_000, now.as_millis() + 2 * 3_600_000);
    if !(earliest..=latest).contains(&at.as_millis()) {
        return Err(invalid(
            "The parameter MetricData.member.N.Timestamp must be within the last two weeks and the next two hours.",
        ));
    }
    let point = summary(&datum, at)?;
    Ok((metric(namespace.to_owned(), datum.metric_name, datum.dimensions), point))
}

/// What a datum comes to, in whichever of the three ways it is given.
fn summary(datum: &Datum, at: Moment) -> Result<DataPoint, ApiError> {
    let point = match (datum.value, &datum.statistic_values, datum.values.as_slice()) {
        (Some(value), None, []) => of_values(vec![(value, 1.0)], at),
        (None, Some(StatisticSet { sample_count: samples, sum, minimum, maximum }), []) => {
            let (samples, sum, minimum, maximum) = (*samples, *sum, *minimum, *maximum);
            DataPoint { at, samples, sum, minimum, maximum, values: Vec::new() }
        }
        (None, None, values @ [_, ..]) => {
            let counts = if datum.counts.is_empty() { vec![1.0; values.len()] } else { datum.counts.clone() };
            if values.len() > VALUES || counts.len() != values.len() {
                return Err(invalid(format!(
                    "Values and Counts must have the same number of items, {VALUES} at most."
                )));
            }
            of_values(values.iter().copied().zip(counts).collect(), at)
        }
        (None, None, []) => {
            return Err(ApiError::new(
                "MissingParameter",
                "A datum must have one of the parameters Value, StatisticValues and Values.",
            ));
        }
        _ => {
            return Err(ApiError::new(
                "InvalidParameterCombination",
                "The parameters Value, StatisticValues and Values are mutually exclusive.",
            ));
        }
    };
    let numbers = [point.samples, point.sum, point.minimum, point.maximum];
    if numbers.iter().all(|number| number.is_finite()) && point.samples >= 0.0 {
        Ok(point)
    } else {
        Err(invalid("A datum must be made of finite numbers, and a count is not negative."))
    }
}

fn of_values(values: Vec<(f64, f64)>, at: Moment) -> DataPoint {
    let fold = |pick: fn(f64, f64) -> f64| values.iter().map(|(value, _)| *value).reduce(pick).unwrap_or(0.0);
    DataPoint {
        at,
        samples: values.iter().map(|(_, count)| count).sum(),
        sum: values.iter().map(|(value, count)| value * count).sum(),
        minimum: fold(f64::min),
        maximum: fold(f64::max),
        values,
    }
}
