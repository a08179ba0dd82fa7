//! Alarms over the states of other alarms.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::alarm_rules::AlarmRule;
use super::alarm_status::{AlarmStatus, State};
use super::tags::Tags;
use crate::time::Moment;

/// A composite alarm: in ALARM while its rule holds, and OK otherwise.
#[derive(Clone, Debug)]
pub struct CompositeAlarm {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// The rule as it was written.
    pub written: String,
    /// The rule.
    pub rule: AlarmRule,
    /// The states of the alarms that it names, as they were when it was last looked at; none if it never was.
    pub seen: Option<BTreeMap<String, Option<State>>>,
    /// What is kept and shown, and changes nothing here: description, actions, suppression.
    pub settings: Map<String, Value>,
    /// Tags.
    pub tags: Tags,
    /// The state, and how it got there.
    pub status: AlarmStatus,
}

impl CompositeAlarm {
    /// One that nobody has looked at.
    #[must_use]
    pub fn unchecked(name: &str, arn: String, written: &str, rule: AlarmRule, now: Moment) -> Self {
        Self {
            name: name.to_owned(),
            arn,
            written: written.to_owned(),
            rule,
            seen: None,
            settings: Map::new(),
            tags: Tags::new(),
            status: AlarmStatus::unchecked(now),
        }
    }
}
