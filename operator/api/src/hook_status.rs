//! How a hook of a Deployment stands.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::hook_words::{HookEvent, HookState};

/// How a hook stands, at one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HookStatus {
    /// Name of the hook.
    pub name: String,
    /// The event at which it runs.
    #[serde(rename = "event")]
    pub on: HookEvent,
    /// Index of the increment, from 0, at an event that comes once for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<i32>,
    /// Id of the last attempt, which the hook is told too: the same however often it is asked. It is recorded before the
    /// attempt is started.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub execution_id: String,
    /// How it stands.
    pub state: HookState,
    /// Number of the last attempt, from 1; 0 before the first.
    #[serde(default)]
    pub attempt: i32,
    /// When the last attempt was recorded to begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When its verdict was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// What it said, or what happened in place of an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}
