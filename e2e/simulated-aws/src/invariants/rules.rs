//! How strictly the invariants are judged.

use std::time::Duration;

/// How strictly they are judged.
#[derive(Clone, Debug)]
pub struct Rules {
    /// How long a target group must have had weight 0 on every route before its task set is ended.
    pub barrier: Duration,
    /// The share of a task set's tasks that must be healthy before it gets weight; one task at least.
    pub healthy_share: f64,
    /// How the external ids of our own task sets begin.
    pub ours: String,
}
