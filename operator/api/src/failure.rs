//! Why a Deployment failed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::{FailureCategory, FailureCode, FailureStage};

/// Why a deployment failed, in words that fix what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The part of the pipeline.
    pub stage: FailureStage,
    /// The kind.
    pub category: FailureCategory,
    /// The code; it decides `retryable`.
    pub code: FailureCode,
    /// Whether the same deployment may pass when it is tried again.
    pub retryable: bool,
    /// What was seen.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// Where to read more: the page of the code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub docs: String,
}
