//! What brings a Deployment about, and what turns it round.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::string_enum;

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

string_enum! {
    /// Who asked for the return to the original.
    RollbackTrigger {
        /// A failure.
        DeploymentFailure => "DEPLOYMENT_FAILURE",
        /// An alarm of the group.
        StopOnAlarm => "DEPLOYMENT_STOP_ON_ALARM",
        /// `spec.stop`.
        StopOnRequest => "DEPLOYMENT_STOP_ON_REQUEST",
        /// The Deployment is being deleted.
        Deleted => "DEPLOYMENT_DELETED",
        /// The revision that the original runs was asked for again.
        Reverted => "REVERTED",
        /// A newer Deployment of the group took its place.
        Superseded => "SUPERSEDED",
        /// One that is released as one with it returned.
        Sibling => "SIBLING_RETURNED",
    }
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
