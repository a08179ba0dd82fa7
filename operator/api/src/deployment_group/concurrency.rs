//! What a newer Deployment does to the one in progress.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a newer Deployment of a group does while another one is in progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Concurrency {
    /// It waits until the one in progress has ended.
    #[default]
    Queue,
    /// It waits for the increments of the one in progress, and ends its bake.
    EndBake,
    /// It turns the one in progress round, and begins when that has ended.
    Supersede,
    /// It ends as rejected.
    Reject,
}
