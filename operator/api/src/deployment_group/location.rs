//! Where a group releases: the binding and the region, the service, the container.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::input_rules;

/// The AwsBinding and the region.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AwsLocation {
    /// Name of the AwsBinding that admits this namespace.
    #[schemars(length(min = 1, max = 253))]
    #[x_kube(validation = input_rules::object_name())]
    pub binding: String,
    /// Region of the service, such as eu-west-1.
    #[schemars(length(max = 32))]
    #[x_kube(
        validation = input_rules::region(),
        validation = Rule::new("self == oldSelf")
            .message("aws.region is immutable: make another DeploymentGroup for another region")
    )]
    pub region: String,
}

/// An ECS service with the EXTERNAL deployment controller.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EcsService {
    /// Name of the cluster.
    #[schemars(length(max = 255))]
    #[x_kube(validation = input_rules::cluster())]
    pub cluster: String,
    /// Name of the service.
    #[schemars(length(max = 255))]
    #[x_kube(validation = input_rules::service())]
    pub service: String,
}

/// The container that receives the traffic.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Container {
    /// Its name in the task definition.
    #[schemars(length(min = 1, max = 255))]
    #[x_kube(validation = input_rules::container())]
    pub name: String,
    /// Its port in the task definition.
    #[schemars(range(min = 1, max = 65535))]
    pub port: i32,
}

impl Container {
    /// Whether there is none: one that is written has a name.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.name.is_empty()
    }
}
