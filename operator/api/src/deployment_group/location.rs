//! Where a group releases: the binding and the region, the service, the container.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The AwsBinding and the region.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AwsLocation {
    /// Name of the AwsBinding that admits this namespace.
    #[schemars(length(min = 1, max = 253))]
    pub binding: String,
    /// Region of the service, such as eu-west-1.
    #[schemars(regex(pattern = "^[a-z]{2}(-[a-z]+)+-[0-9]$"), length(max = 32))]
    #[x_kube(validation = Rule::new("self == oldSelf")
        .message("aws.region is immutable: make another DeploymentGroup for another region"))]
    pub region: String,
}

/// An ECS service with the EXTERNAL deployment controller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EcsService {
    /// Name of the cluster.
    #[schemars(regex(pattern = "^[A-Za-z0-9_-]{1,255}$"), length(max = 255))]
    pub cluster: String,
    /// Name of the service.
    #[schemars(regex(pattern = "^[A-Za-z0-9_-]{1,255}$"), length(max = 255))]
    pub service: String,
}

/// The container that receives the traffic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Container {
    /// Its name in the task definition.
    #[schemars(length(min = 1, max = 255))]
    pub name: String,
    /// Its port in the task definition.
    #[schemars(range(min = 1, max = 65535))]
    pub port: i32,
}
