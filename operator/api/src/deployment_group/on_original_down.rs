//! What becomes of the schedule when the original serves nobody any more.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a release does when the original has no healthy target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OnOriginalDown {
    /// All traffic moves to the replacement as soon as that is complete and healthy.
    #[default]
    Advance,
    /// The schedule goes on as it was.
    Hold,
}
