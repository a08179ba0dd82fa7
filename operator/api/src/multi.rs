//! Groups that are released as one, and what a Deployment remembers of the others.

use jiff::Timestamp;
use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::duration::Duration;
use crate::input_rules;

/// The groups of a stage are released as one, and rolled back as one: the original of none is taken away before all of them
/// have moved all traffic and baked, and one that returns turns all of them round.
#[derive(KubeSchema, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Multi {
    /// For how long one that has done all its own waits for the others before all of them return. No time runs while it is
    /// paused. Default: 24h, at most 168h.
    #[serde(default = "default_wait")]
    #[x_kube(validation = input_rules::duration_within("duration(self) > duration('0s') && duration(self) <= duration('168h')")
        .message("promotion.stages: multi.wait must be above 0s and at most 168h"))]
    pub wait: Duration,
}

/// The Deployments that are released as one with this one, and how far it has got with them. A moment that stands here is
/// never taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MultiStatus {
    /// The others, as they were when the first of them began.
    #[schemars(length(max = 19))]
    pub siblings: Vec<SiblingRef>,
    /// For how long it waits for them.
    pub wait: Duration,
    /// When it had done all its own, and began to wait for the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_at: Option<Timestamp>,
    /// When it saw that all of them had: from here on it does not return by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised_at: Option<Timestamp>,
    /// When it saw that all of them had seen that: from here on it ends, and returns no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_at: Option<Timestamp>,
}

/// A Deployment that is released as one with another.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SiblingRef {
    /// Name of its group.
    #[schemars(length(max = 52))]
    pub group: String,
    /// Its name.
    #[schemars(length(max = 63))]
    pub deployment: String,
    /// Its UID: one that is made anew under the name is another.
    #[schemars(length(max = 64))]
    pub uid: String,
}

const fn default_wait() -> Duration {
    Duration::from_mins(24 * 60)
}
