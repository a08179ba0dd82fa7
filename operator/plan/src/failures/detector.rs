//! What sends traffic back by itself.

use sluice_api::{Failure, RollbackTrigger};

use crate::view::View;

/// One detector: a row of the table, asked at every observation of a release on its way forward.
pub(crate) struct Detector {
    /// What it looks for, as the table of the documentation names it.
    pub name: &'static str,
    /// What the return is said to come from.
    pub trigger: RollbackTrigger,
    /// The failure, once it is seen.
    pub detect: fn(&View<'_>) -> Option<Failure>,
}
