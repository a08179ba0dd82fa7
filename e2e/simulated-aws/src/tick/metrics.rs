//! What CloudWatch knows, of the traffic and from those who publish: a number for each period in which there is one.

use std::time::Duration;

use crate::time::Moment;
use crate::world::alarms::Metric;
use crate::world::balancing::Balancing;
use crate::world::published::Published;
use crate::world::target_groups::{Slot, TargetGroup};

/// The namespaces that have numbers here.
pub const NAMESPACES: [&str; 2] = ["AWS/ApplicationELB", "AWS/NetworkELB"];

/// What there was in a period.
#[derive(Clone, Copy, Debug, Default)]
struct Total {
    served: u64,
    errors: u64,
    lost: u64,
    milliseconds: f64,
    slowest: f64,
}

impl Total {
    fn add(&mut self, slot: &Slot) {
        self.served += slot.served;
        self.errors += slot.errors;
        self.lost += slot.lost;
        self.milliseconds += slot.milliseconds;
        self.slowest = self.slowest.max(slot.slowest);
    }
}

/// The value of a metric in the period that begins at `from`; none if there is no data.
#[must_use]
pub fn value(
    balancing: &Balancing,
    published: &Published,
    metric: &Metric,
    statistic: &str,
    from: Moment,
    period: Duration,
) -> Option<f64> {
    if !NAMESPACES.contains(&metric.namespace.as_str()) {
        return published.value(metric, statistic, from, period);
    }
    let groups: Vec<&TargetGroup> = groups(balancing, metric);
    if groups.is_empty() {
        return None;
    }
    let until = from.plus(period);
    if let "HealthyHostCount" | "UnHealthyHostCount" = metric.name.as_str() {
        return hosts(&groups, &metric.name, statistic, from, until);
    }
    let first = from.as_millis().div_euclid(TargetGroup::SLOT);
    let last = (until.as_millis() - 1).div_euclid(TargetGroup::SLOT);
    let mut total = Total::default();
    for slot in groups.iter().flat_map(|group| &group.slots).filter(|slot| (first..=last).contains(&slot.number)) {
        total.add(slot);
    }
    let count = |number: u64| (number > 0).then_some(number);
    let answered = match metric.name.as_str() {
        "RequestCount" => count(total.served + total.lost),
        "RequestCountPerTarget" => {
            let targets = groups.iter().map(|group| group.targets.len()).sum::<usize>();
            return count(total.served).map(|served| float(served) / float(targets.max(1) as u64));
        }
        "HTTPCode_Target_5XX_Count" => count(total.errors),
        "HTTPCode_Target_2XX_Count" => count(total.served - total.errors.min(total.served)),
        "HTTPCode_ELB_5XX_Count" | "HTTPCode_ELB_503_Count" => count(total.lost),
        "TargetResponseTime" => return response_time(&total, statistic),
        _ => None,
    };
    answered.map(|number| match statistic {
        // Each of these counts is made of ones.
        "Average" | "Minimum" | "Maximum" => 1.0,
        _ => float(number),
    })
}

fn response_time(total: &Total, statistic: &str) -> Option<f64> {
    let count = float(total.served);
    (total.served > 0).then(|| match statistic {
        "Sum" => total.milliseconds / 1000.0,
        "SampleCount" => count,
        "Average" | "Minimum" => total.milliseconds / count / 1000.0,
        // Answers of one release all take the same time, so that any percentile is that of the slowest release.
        _ => total.slowest / 1000.0,
    })
}

/// The groups that the dimensions name; those of a whole load balancer if they name no group.
fn groups<'a>(balancing: &'a Balancing, metric: &Metric) -> Vec<&'a TargetGroup> {
    let ends =
        |arn: &str, name: &str| metric.dimensions.get(name).is_none_or(|value| arn.ends_with(&format!(":{value}")));
    let serves = |arn: &str| {
        let Some(value) = metric.dimensions.get("LoadBalancer") else { return true };
        balancing.load_balancers_of(arn).iter().any(|balancer| balancer.ends_with(&format!("loadbalancer/{value}")))
    };
    if metric.dimensions.is_empty() {
        return Vec::new();
    }
    balancing.target_groups.values().filter(|group| ends(&group.arn, "TargetGroup") && serves(&group.arn)).collect()
}

fn hosts(groups: &[&TargetGroup], name: &str, statistic: &str, from: Moment, until: Moment) -> Option<f64> {
    let mut seen = Vec::new();
    for group in groups {
        let of = |(_, healthy, unhealthy): &(Moment, u32, u32)| {
            if name == "HealthyHostCount" { *healthy } else { *unhealthy }
        };
        let before = group.census.iter().rev().find(|(at, ..)| *at <= from).map(of);
        let within = group.census.iter().filter(|(at, ..)| *at > from && *at < until).map(of);
        seen.extend(before.into_iter().chain(within).map(f64::from));
    }
    if seen.is_empty() {
        return None;
    }
    let sum: f64 = seen.iter().sum();
    Some(match statistic {
        "Minimum" => seen.iter().copied().fold(f64::INFINITY, f64::min),
        "Average" => sum / float(seen.len() as u64),
        "SampleCount" => float(seen.len() as u64),
        "Sum" => sum,
        _ => seen.iter().copied().fold(0.0, f64::max),
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts of requests and hosts are small")]
const fn float(number: u64) -> f64 {
    number as f64
}
