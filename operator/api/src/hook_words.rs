//! The words of hooks: when they run, how they stand, and what their failure does.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::string_enum;

string_enum! {
    /// When a hook runs.
    HookEvent {
        /// Before the replacement is made.
        BeforeInstall => "BeforeInstall",
        /// Once the replacement is ready, before any traffic reaches it.
        AfterInstall => "AfterInstall",
        /// Once test traffic reaches the replacement.
        AfterAllowTestTraffic => "AfterAllowTestTraffic",
        /// Before production traffic moves.
        BeforeAllowTraffic => "BeforeAllowTraffic",
        /// Before the weights of an increment are set.
        BeforeStep => "BeforeStep",
        /// Once an increment was read back and held.
        AfterStep => "AfterStep",
        /// Once all production traffic has moved.
        AfterAllowTraffic => "AfterAllowTraffic",
        /// Once traffic is back at the original. Its failure is told, and changes nothing.
        OnRollback => "OnRollback",
    }
}

impl HookEvent {
    /// Whether it comes once for each increment.
    #[must_use]
    pub const fn is_of_a_step(self) -> bool {
        matches!(self, Self::BeforeStep | Self::AfterStep)
    }
}

string_enum! {
    /// How a hook stands.
    #[derive(Default)]
    HookState {
        /// Not begun: another hook of the same event comes first.
        #[default]
        Pending => "Pending",
        /// An attempt is recorded to have begun, and has no verdict.
        Running => "Running",
        /// The release may go on.
        Succeeded => "Succeeded",
        /// It may not: its last attempt failed.
        Failed => "Failed",
        /// Its last attempt took longer than it may.
        TimedOut => "TimedOut",
        /// Nobody waits for it any more: the release turned round, or went on without it.
        Skipped => "Skipped",
    }
}

impl HookState {
    /// Whether nothing more comes of it: no attempt is started, or started again.
    #[must_use]
    pub const fn is_ended(self) -> bool {
        !matches!(self, Self::Pending | Self::Running)
    }
}
