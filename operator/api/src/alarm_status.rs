//! How the alarms of a release stand.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How an alarm of a release stood at the last look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlarmStatus {
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: AlarmState,
    /// Since when, by CloudWatch; of one that cannot be read, by the first look that could not.
    pub since: Timestamp,
    /// Whether the release leaves it out, because it was in ALARM when the release began, or because someone approved that
    /// the release goes on in spite of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left_out: bool,
}

/// State of an alarm, in CloudWatch's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum AlarmState {
    /// Within its threshold.
    #[serde(rename = "OK")]
    Ok,
    /// Beyond its threshold.
    #[serde(rename = "ALARM")]
    Alarm,
    /// Too little data to tell.
    #[serde(rename = "INSUFFICIENT_DATA")]
    InsufficientData,
    /// It could not be read: no word of CloudWatch's.
    #[serde(rename = "UNREADABLE")]
    Unreadable,
}
