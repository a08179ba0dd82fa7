//! What someone else changed of what the last release of a group left, and what was put back.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::string_enum;

string_enum! {
    /// What was changed.
    DriftKind {
        /// The weights of the pair on a named route.
        Weights => "Weights",
        /// A target group outside the pair has a share of a named route.
        ThirdTargetGroup => "ThirdTargetGroup",
        /// The task set that the last release left is gone.
        TaskSet => "TaskSet",
        /// The size of that task set.
        Scale => "Scale",
        /// Which task set ECS takes for the running one.
        Primary => "Primary",
        /// A task set that no release made, or that one should have ended.
        ForeignTaskSet => "ForeignTaskSet",
        /// How long clients stick to a target group.
        Stickiness => "Stickiness",
    }
}

string_enum! {
    /// What is done about it.
    DriftState {
        /// Seen by one look, which may have been late: the next look tells.
        Seen => "Seen",
        /// It is told, and nothing is done.
        Reported => "Reported",
        /// What the last release set is being put back.
        Repairing => "Repairing",
        /// It would be put back, but for the reason in the message.
        Withheld => "Withheld",
        /// It was put back, and undone by someone else, too often.
        GivenUp => "GivenUp",
    }
}

/// One thing that is not as the last release left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DriftStatus {
    /// What was changed.
    pub kind: DriftKind,
    /// What is done about it.
    pub state: DriftState,
    /// What was left, what is there now, and what to do.
    pub message: String,
    /// When it was first seen.
    pub since: Timestamp,
}

/// Something that was put back. Written before the call is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RepairRecord {
    /// What had been changed.
    pub kind: DriftKind,
    /// What was done.
    pub action: String,
    /// When.
    pub at: Timestamp,
}
