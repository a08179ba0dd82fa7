//! A task set to be made.

use serde::Serialize;
use sluice_api::{Container, Share, TaskSetTemplate};

/// A task set to be made. Its identity is derived from the Deployment's UID, so that a repeated call,
/// also after a crash, makes no second one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewTaskSet {
    /// `clientToken`: the Deployment's UID, 36 characters.
    pub client_token: String,
    /// `externalId`: see [`crate::identity::external_id`].
    pub external_id: String,
    /// ARN of the task definition, with its revision.
    pub task_definition: String,
    /// ARN of the target group; empty without a load balancer.
    pub target_group: String,
    /// The container that receives the traffic; none without a load balancer.
    pub container: Container,
    /// Launch type, network and the like.
    pub template: TaskSetTemplate,
    /// Its part of the service's desired count, above nothing.
    pub size: Share,
    /// Tags, as key and value.
    pub tags: Vec<(String, String)>,
}
