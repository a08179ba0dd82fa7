//! What is remembered of the position in progress: how many tasks it began with, and how long it stood still.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::duration::Duration;

/// What is remembered of the position in progress: the start, an increment, or the bake. It begins anew with each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PositionStatus {
    /// The service's desired count when the position began: what came on top of it later is not waited for.
    pub tasks: i32,
    /// The highest desired count that was seen since.
    pub most_tasks: i32,
    /// Since when the service wants no tasks, or has none again yet; none while it has. No clock runs meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_since: Option<Timestamp>,
    /// When the service wanted tasks again, while they are waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted_again_at: Option<Timestamp>,
    /// Since when an alarm holds it: one that is in ALARM, or cannot be read. No deadline runs meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm_since: Option<Timestamp>,
    /// How long no clock ran before that.
    #[serde(default, skip_serializing_if = "is_no_time")]
    pub idle_for: Duration,
}

const fn is_no_time(duration: &Duration) -> bool {
    duration.is_zero()
}
