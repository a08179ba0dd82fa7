//! Alarms, in a scenario.

use serde::Deserialize;

use crate::time::Span;

/// An alarm: over a metric of a target group, or scripted, or both.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Alarm {
    /// The name.
    pub name: String,
    /// The metric, `HTTPCode_Target_5XX_Count` for example; without one the alarm only follows its script.
    pub metric: Option<String>,
    /// The name of the target group.
    pub target_group: Option<String>,
    /// The name of the load balancer.
    pub load_balancer: Option<String>,
    /// `Sum` (the default), `Average`, `Minimum`, `Maximum`, `SampleCount` or a percentile such as `p99`.
    pub statistic: Option<String>,
    /// The length of a period; 60 s if not given.
    pub period: Option<Span>,
    /// How many periods are looked at; 1 if not given.
    pub evaluation_periods: Option<usize>,
    /// How many of them must cross the threshold; all if not given.
    pub datapoints_to_alarm: Option<usize>,
    /// The threshold; 0 if not given.
    pub threshold: Option<f64>,
    /// `GreaterThanThreshold` if not given.
    pub comparison: Option<String>,
    /// `missing` (the default), `ignore`, `breaching` or `notBreaching`.
    pub treat_missing_data: Option<String>,
    /// The state to begin with; `INSUFFICIENT_DATA` if not given.
    pub state: Option<String>,
    /// States that it takes by script.
    #[serde(default)]
    pub timeline: Vec<AlarmChange>,
}

/// A state that an alarm takes by script.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AlarmChange {
    /// How long after the beginning.
    pub after: Span,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    pub state: String,
    /// Why.
    pub reason: Option<String>,
}

/// A composite alarm: in ALARM while its rule holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompositeAlarm {
    /// The name.
    pub name: String,
    /// The rule, as PutCompositeAlarm has it: `ALARM(errors) AND NOT OK(latency)`.
    pub rule: String,
}
