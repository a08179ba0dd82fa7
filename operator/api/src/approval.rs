//! The word of a person for which a step waits.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::duration::Duration;
use crate::gate_status::GateTimeout;
use crate::input_rules;

/// After its hold the step waits until someone approves it, by `spec.approvals` of the Deployment.
#[derive(KubeSchema, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Approval {
    /// How long it waits. No time runs while the Deployment is paused. Default: 4h, at most 120h.
    #[serde(default = "default_timeout")]
    #[x_kube(validation = input_rules::duration_within("duration(self) > duration('0s') && duration(self) <= duration('120h')")
        .message("steps: approval.timeout must be above 0s and at most 120h"))]
    pub timeout: Duration,
    /// What becomes of the release when nobody approved in time. Rollback: traffic returns. Continue: it goes on. Wait: it
    /// waits on. Default: Rollback.
    #[serde(default)]
    pub on_timeout: ApprovalTimeout,
}

/// What becomes of a release that nobody approved in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ApprovalTimeout {
    /// Traffic returns to the original, and the Deployment fails.
    #[default]
    Rollback,
    /// It goes on.
    Continue,
    /// It waits on.
    Wait,
}

impl From<ApprovalTimeout> for GateTimeout {
    fn from(action: ApprovalTimeout) -> Self {
        match action {
            ApprovalTimeout::Rollback => Self::Rollback,
            ApprovalTimeout::Continue => Self::Continue,
            ApprovalTimeout::Wait => Self::Wait,
        }
    }
}

const fn default_timeout() -> Duration {
    Duration::from_mins(240)
}
