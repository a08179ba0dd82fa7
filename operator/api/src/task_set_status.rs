//! A task set of a Deployment, as it was observed last.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::duration::Duration;
use crate::task_set_scaling::TaskSetScaling;

/// A task set of the deployment, as observed last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskSetStatus {
    /// Its id, or the ARN of the service that is adopted; empty until it is there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub task_set: String,
    /// Cluster and name of the service that serves, such as prod/shop-rolling, where that is adopted: it is not the group's, and
    /// is never scaled, promoted or deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// What it runs: the ARN of the task definition.
    pub task_definition: String,
    /// ARN of its target group; empty without a load balancer.
    pub target_group: String,
    /// How many tasks ECS wants in it.
    #[serde(default)]
    pub desired: i32,
    /// How many run.
    #[serde(default)]
    pub running: i32,
    /// How many targets of its target group are healthy; without a load balancer, how many tasks run.
    #[serde(default)]
    pub healthy_targets: i32,
    /// Since when it was seen without a healthy target. Shown of the original only, before all traffic has moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unhealthy_since: Option<Timestamp>,
    /// The longest time for which clients stick to its target group, of all that were in force while it had traffic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stickiness: Option<Duration>,
    /// The smallest size that it was asked to have lately: as long as that write may still land, no larger one is counted
    /// on. Kept where the group's capacity is Proportional only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaled: Option<TaskSetScaling>,
    /// When it is due to go, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminate_at: Option<Timestamp>,
}

impl TaskSetStatus {
    /// Whether it is a service that something else deploys.
    #[must_use]
    pub const fn is_adopted(&self) -> bool {
        self.service.is_some()
    }
}
