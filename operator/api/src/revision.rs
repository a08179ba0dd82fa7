//! What is released.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::input_rules;

/// What is released: a task definition with its revision number.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// Task definition as family:revision (shop:42) or as a full ARN with its revision. The revision number is
    /// required: without it ECS would take whatever is newest at the moment of the call.
    #[schemars(length(max = 400))]
    #[x_kube(validation = input_rules::task_definition())]
    pub task_definition: String,
}

impl Revision {
    /// The short form, `family:revision`, of a name or an ARN.
    #[must_use]
    pub fn short_name(&self) -> &str {
        self.task_definition.rsplit('/').next().unwrap_or(&self.task_definition)
    }
}
