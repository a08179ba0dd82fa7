//! What a Deployment waits for, or has waited for, at one place of its way: what for, since when, until when, and the
//! command that ends it.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What kind of wait it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum GateKind {
    /// A person's word before any traffic moves: `spec.ready` of the group.
    Ready,
    /// A person's word after an increment: `approval` of the step.
    Approval,
    /// The time for which an increment is held.
    Hold,
    /// The time for which the original is kept.
    Bake,
    /// A window of the group in which its Deployments begin.
    Window,
    /// An alarm that holds the release, where `alarms.onAlarm` is Pause.
    Alarm,
    /// `spec.suspend` of the group or its Application.
    Suspend,
    /// A group that comes before it: `spec.promotion` of the Application.
    Promotion,
    /// The Deployments that are released as one with it: `multi` of the stage.
    Multi,
}

/// How a wait stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum GateState {
    /// It lasts.
    #[default]
    Waiting,
    /// What it waited for came about: time, a window, an alarm that is well again.
    Passed,
    /// Someone approved, by `spec.approvals`. An alarm is left out from then on.
    Approved,
    /// Nobody approved in time; `onTimeout` decided.
    TimedOut,
    /// Ended before its time: by `spec.skipTo`, by a newer Deployment that ends the bake, or because the original serves
    /// nobody.
    Skipped,
    /// The release turned round, ended, or came to wait for something else, while it lasted.
    Interrupted,
}

/// What becomes of a release whose wait is over and nobody has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum GateTimeout {
    /// Traffic returns, and the Deployment ends as Stopped.
    Stop,
    /// Traffic returns, and the Deployment ends as Failed.
    Rollback,
    /// It goes on as if someone had approved.
    Continue,
    /// It waits on, and tells so once.
    Wait,
}

/// One wait: at most one for each step, and only of places that were reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GateStatus {
    /// What it is called: `Ready`, `Bake`, `Multi`, the name or index of a step, the name of a window, an alarm or a
    /// group.
    #[schemars(length(max = 255))]
    pub name: String,
    /// What kind of wait it is.
    pub kind: GateKind,
    /// How it stands.
    pub state: GateState,
    /// Since when it is waited.
    pub since: Timestamp,
    /// When it is over by itself. None where it is not, and once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_at: Option<Timestamp>,
    /// What becomes of the release then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_timeout: Option<GateTimeout>,
    /// Why, where its kind does not tell: what CloudWatch says of the alarm, when the window opens, what ended the bake.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = 256))]
    pub why: String,
    /// The exact command that ends it; empty once it is over, and where no command does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = 1024))]
    pub how: String,
}

impl GateStatus {
    /// Whether it still holds the release.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        matches!(self.state, GateState::Waiting)
    }
}

impl fmt::Display for GateKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}
