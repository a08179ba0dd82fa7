//! A size that a task set was asked to have.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::share::Share;

/// A size that a task set was asked to have, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskSetScaling {
    /// In percent of the service's desired count.
    pub size: Share,
    /// When it was asked for last.
    pub at: Timestamp,
}
