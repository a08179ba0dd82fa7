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
