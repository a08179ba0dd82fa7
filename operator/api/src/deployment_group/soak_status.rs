//! For how long a group has run a revision in good health.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// For how long a group has run a revision in good health. It goes when its health is seen bad, and when something else is
/// released.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SoakStatus {
    /// What it runs, as family:revision.
    pub revision: String,
    /// Since when it was seen to run it in good health.
    pub since: Timestamp,
    /// Until when it has to.
    pub until: Timestamp,
    /// When it was seen in good health after that: the next stage of the promotion may begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_at: Option<Timestamp>,
}
