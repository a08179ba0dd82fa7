//! What is released.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is released: a task definition with its revision number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// Task definition as family:revision (shop:42) or as a full ARN with its revision. The revision number is
    /// required: without it ECS would take whatever is newest at the moment of the call.
    #[schemars(
        regex(
            pattern = r"^(arn:aws[a-z-]*:ecs:[a-z0-9-]+:[0-9]{12}:task-definition/)?[A-Za-z0-9_-]{1,255}:[1-9][0-9]{0,9}$"
        ),
        length(max = 400)
    )]
    pub task_definition: String,
}

impl Revision {
    /// The short form, `family:revision`, of a name or an ARN.
    #[must_use]
    pub fn short_name(&self) -> &str {
        self.task_definition.rsplit('/').next().unwrap_or(&self.task_definition)
    }
}
