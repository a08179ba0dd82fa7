//! What a Deployment that waits has to do with the one in progress.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A Deployment that waits was checked as it would be at its beginning, as far as that can be told while another one is in
/// progress, and nothing was found that keeps it from beginning. Only such a one ends anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadyToBegin {
    /// When it was checked.
    pub since: Timestamp,
    /// Generation of the group with which it was checked. Once the group's spec is another, it is checked again.
    pub group_generation: i64,
    /// Generation of the AwsBinding with which it was checked. Once that admits others, it is checked again.
    pub binding_generation: i64,
}

/// The release that a Deployment superseded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Supersedes {
    /// Name of the Deployment.
    pub deployment: String,
    /// How many releases were superseded one after the other, this one the last.
    pub in_a_row: i32,
}
