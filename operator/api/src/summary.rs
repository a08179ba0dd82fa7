//! What the printer columns of a Deployment show.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::{Health, StatusWord};

/// What the printer columns show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Where it stands, in one word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusWord>,
    /// Step in progress of all steps, such as 3/8.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub step: String,
    /// Share of the traffic that the replacement receives, as answered by the load balancer, such as 20% or 12.5%. Empty once
    /// another release took its place.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub weight: String,
    /// Runtime health while it is in progress; nothing is looked at after its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    /// What is released, as family:revision; empty where that is not known yet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub revision: String,
}
