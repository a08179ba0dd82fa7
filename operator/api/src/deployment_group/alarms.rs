//! CloudWatch alarms that are watched from the start of a release to the end of its bake.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::input_rules;

/// CloudWatch alarms that are watched from the start of a release to the end of its bake, such as {names: [shop-5xx]}.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alarms {
    /// Names of metric or composite alarms of the group's region, at most 10.
    #[schemars(length(min = 1, max = 10), inner(length(min = 1, max = 255)))]
    #[x_kube(
        validation = input_rules::alarm_names(),
        validation = input_rules::alarms_are_no_arns(),
        validation = Rule::new("self.all(one, self.exists_one(other, other == one))")
            .message("alarms.names: name each alarm once, such as [shop-5xx, shop-p99]")
    )]
    pub names: Vec<String>,
    /// What one in ALARM does. Rollback: traffic returns at once. Pause: everything holds where it is until it is OK
    /// again. Default: Rollback.
    #[serde(default)]
    pub on_alarm: OnAlarm,
    /// What one that cannot be read for a minute does. Stop: the same as one in ALARM; until then nothing is raised.
    /// Ignore: the release goes on without it. Default: Stop.
    #[serde(default)]
    pub unreadable: UnreadableAlarm,
    /// What INSUFFICIENT_DATA counts as. Default: Ok.
    #[serde(default)]
    pub insufficient_data: InsufficientData,
    /// What one that is in ALARM already does to a release that would begin. Refuse: it does not begin before it is OK.
    /// Ignore: it begins, and leaves that alarm out to its end. Default: Refuse.
    #[serde(default)]
    pub at_start: AlarmAtStart,
}

/// What an alarm in ALARM does to a release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OnAlarm {
    /// Traffic returns at once.
    #[default]
    Rollback,
    /// Everything holds where it is until the alarm is OK again.
    Pause,
}

/// What an alarm that cannot be read does to a release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum UnreadableAlarm {
    /// After a minute the same as one in ALARM; until then nothing is raised.
    #[default]
    Stop,
    /// The release goes on without it.
    Ignore,
}

/// What INSUFFICIENT_DATA counts as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum InsufficientData {
    /// As OK: an alarm over errors has no data while there are none.
    #[default]
    Ok,
    /// As ALARM.
    Alarm,
}

/// What an alarm that is in ALARM already does to a release that would begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AlarmAtStart {
    /// The release does not begin before the alarm is OK.
    #[default]
    Refuse,
    /// The release begins, and leaves that alarm out to its end.
    Ignore,
}
