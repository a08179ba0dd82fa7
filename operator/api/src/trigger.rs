//! What brings a Deployment about, and what turns it round.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What brought a Deployment about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ReleaseTrigger {
    /// A change of the revision that is asked for, of the Application or of the group.
    Revision,
    /// A further try of one that failed, by its group.
    Retry,
    /// Someone went back from another Deployment, by `spec.rollbackOf`.
    Rollback,
    /// Someone made it by hand.
    Manual,
}

/// Who asked for the return to the original.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RollbackTrigger {
    /// A failure.
    #[serde(rename = "DEPLOYMENT_FAILURE")]
    DeploymentFailure,
    /// An alarm of the group.
    #[serde(rename = "DEPLOYMENT_STOP_ON_ALARM")]
    StopOnAlarm,
    /// `spec.stop`.
    #[serde(rename = "DEPLOYMENT_STOP_ON_REQUEST")]
    StopOnRequest,
    /// The Deployment is being deleted.
    #[serde(rename = "DEPLOYMENT_DELETED")]
    Deleted,
    /// The revision that the original runs was asked for again.
    #[serde(rename = "REVERTED")]
    Reverted,
    /// A newer Deployment of the group took its place.
    #[serde(rename = "SUPERSEDED")]
    Superseded,
    /// One that is released as one with it returned.
    #[serde(rename = "SIBLING_RETURNED")]
    Sibling,
}

impl RollbackTrigger {
    /// Whether it came of itself, by something that was seen, and nobody asked for it.
    #[must_use]
    pub const fn is_automatic(self) -> bool {
        match self {
            Self::DeploymentFailure | Self::StopOnAlarm | Self::Sibling => true,
            Self::StopOnRequest | Self::Deleted | Self::Reverted | Self::Superseded => false,
        }
    }
}
