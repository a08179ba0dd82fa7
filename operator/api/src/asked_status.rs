//! What was heard of `spec.approvals` and `spec.skipTo` of a Deployment.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A field by which a user asks a release in progress to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AskedField {
    /// `spec.approvals`.
    #[serde(rename = "approvals")]
    Approvals,
    /// `spec.skipTo`.
    #[serde(rename = "skipTo")]
    SkipTo,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AskedAnswer {
    /// It counts, now or when the release comes there.
    Accepted,
    /// The release is past that: nothing came of it.
    TooLate,
    /// Nothing waits for it there: nothing came of it.
    NotNeeded,
    /// There is no step of that name: nothing came of it.
    Unknown,
}

/// Something that a user asked of a release in progress, told once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AskedStatus {
    /// The field.
    pub field: AskedField,
    /// What it says.
    #[schemars(length(max = 63))]
    pub value: String,
    /// What became of it.
    pub answer: AskedAnswer,
    /// When it was seen first.
    pub since: Timestamp,
}

impl fmt::Display for AskedField {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Approvals => "spec.approvals",
            Self::SkipTo => "spec.skipTo",
        })
    }
}
