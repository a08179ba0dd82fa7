//! How many tasks the two sides of a release have.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many tasks the two sides of a release have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Capacity {
    /// The original keeps all of its tasks until it goes, and the replacement has as many: twice the desired count.
    #[default]
    Full,
    /// Each side has what its share of the traffic needs: at most one increment more than the desired count.
    Proportional,
}

impl Capacity {
    /// Whether it is the one that a group has which says nothing.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        matches!(self, Self::Full)
    }
}
