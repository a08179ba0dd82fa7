//! What becomes of what someone else changed while nothing is released.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is done about what someone else changed of what the last release left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DriftPolicy {
    /// It is told.
    #[default]
    Report,
    /// It is told, and what the last release set is put back, as long as nothing is taken from what serves.
    Repair,
}

impl DriftPolicy {
    /// Whether it is told alone.
    #[must_use]
    pub const fn is_report(&self) -> bool {
        matches!(self, Self::Report)
    }
}
