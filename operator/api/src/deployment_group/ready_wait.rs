//! The wait for a person's word before any traffic moves.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::duration::Duration;
use crate::gate_status::GateTimeout;
use crate::input_rules;

/// Once the replacement is ready, the release waits for a person before its first increment: CodeDeploy's
/// `deploymentReadyOption`. `approvals: [Ready]` of the Deployment ends the wait.
#[derive(KubeSchema, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadyWait {
    /// How long it waits, such as 30m. No time runs while the Deployment is paused. At most 120h.
    #[x_kube(validation = input_rules::duration_within("duration(self) > duration('0s') && duration(self) <= duration('120h')")
        .message("ready.wait must be above 0s and at most 120h; leave ready out to wait for nobody"))]
    pub wait: Duration,
    /// What becomes of the release when nobody answered in time. Stop: it ends, as by STOP_DEPLOYMENT. Continue: it goes on,
    /// as by CONTINUE_DEPLOYMENT. Default: Stop.
    #[serde(default)]
    pub on_timeout: ReadyTimeout,
}

/// What becomes of a release that waited for a person before its first increment, and nobody answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ReadyTimeout {
    /// The replacement goes, and the Deployment ends as Stopped: CodeDeploy's `STOP_DEPLOYMENT`.
    #[default]
    Stop,
    /// Traffic moves: CodeDeploy's `CONTINUE_DEPLOYMENT`.
    Continue,
}

impl From<ReadyTimeout> for GateTimeout {
    fn from(action: ReadyTimeout) -> Self {
        match action {
            ReadyTimeout::Stop => Self::Stop,
            ReadyTimeout::Continue => Self::Continue,
        }
    }
}
