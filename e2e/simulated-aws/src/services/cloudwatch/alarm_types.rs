//! The two kinds of alarms.

use serde::{Deserialize, Serialize};

/// A kind of alarm, as requests and answers spell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AlarmType {
    /// Over a metric.
    MetricAlarm,
    /// Over the states of others.
    CompositeAlarm,
}

impl AlarmType {
    /// Whether a request asks for that kind: for those that it names, and for metric alarms if it names none.
    pub fn is_wanted(self, named: &[Self]) -> bool {
        if named.is_empty() { self == Self::MetricAlarm } else { named.contains(&self) }
    }
}
