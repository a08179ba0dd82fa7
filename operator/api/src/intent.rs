//! What is written down before a call whose effect cannot be taken back.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A call whose effect cannot be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum IntentOperation {
    /// CreateTaskSet of the replacement.
    CreateTaskSet,
    /// DeleteTaskSet of the original: from here on there is no way back.
    DeleteTaskSet,
}

/// A call, written down before it is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Intent {
    /// Which call.
    pub operation: IntentOperation,
    /// Client token of a create, id of the task set of a delete.
    pub token: String,
    /// When it was written down.
    pub issued_at: Timestamp,
}
