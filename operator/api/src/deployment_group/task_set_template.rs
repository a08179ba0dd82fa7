//! What every task set of a group is made with.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::tag::Tag;
use crate::input_rules;

/// What every task set is made with. All of it is optional where ECS can do without.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(validation = Rule::new("!(has(self.launchType) && has(self.capacityProviderStrategy))")
    .message("taskSet: set launchType or capacityProviderStrategy, not both"))]
#[serde(rename_all = "camelCase")]
pub struct TaskSetTemplate {
    /// Where tasks are launched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launch_type: Option<LaunchType>,
    /// Capacity providers, in place of a launch type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 20))]
    pub capacity_provider_strategy: Option<Vec<CapacityProviderStrategyItem>>,
    /// Subnets and security groups; required by task definitions with network mode awsvpc.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_configuration: Option<NetworkConfiguration>,
    /// Fargate platform version, such as LATEST or 1.4.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 32))]
    #[x_kube(validation = input_rules::platform_version())]
    pub platform_version: Option<String>,
    /// Service discovery registries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 5))]
    pub service_registries: Option<Vec<ServiceRegistry>>,
    /// Tags of each task set, beside those that name its Deployment, group and revision. ECS gives them to no task: what its
    /// tasks are tagged with is the propagateTags of the service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 40))]
    #[x_kube(validation = Rule::new("self.all(one, self.exists_one(other, other.key == one.key))")
        .message("taskSet.tags: two have the same key: give each a key of its own"))]
    pub tags: Vec<Tag>,
}

/// Where tasks are launched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum LaunchType {
    /// On Fargate.
    #[serde(rename = "FARGATE")]
    Fargate,
    /// On EC2 instances.
    #[serde(rename = "EC2")]
    Ec2,
    /// On external instances.
    #[serde(rename = "EXTERNAL")]
    External,
}

/// A capacity provider and its part.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CapacityProviderStrategyItem {
    /// Name of the capacity provider, such as FARGATE_SPOT.
    #[schemars(length(min = 1, max = 255))]
    #[x_kube(validation = input_rules::capacity_provider())]
    pub capacity_provider: String,
    /// Its relative part of the tasks.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1000))]
    pub weight: i32,
    /// How many tasks it runs at least.
    #[serde(default)]
    #[schemars(range(min = 0, max = 100_000))]
    pub base: i32,
}

/// Subnets and security groups of tasks with an own network interface.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkConfiguration {
    /// Subnet ids.
    #[schemars(length(min = 1, max = 16), inner(length(min = 1, max = 64)))]
    #[x_kube(validation = input_rules::subnets())]
    pub subnets: Vec<String>,
    /// Security group ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5), inner(length(min = 1, max = 64)))]
    #[x_kube(validation = input_rules::security_groups())]
    pub security_groups: Vec<String>,
    /// Whether tasks get a public address. Default: DISABLED.
    #[serde(default)]
    pub assign_public_ip: AssignPublicIp,
}

/// Whether tasks get a public address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AssignPublicIp {
    /// They do.
    #[serde(rename = "ENABLED")]
    Enabled,
    /// They do not.
    #[default]
    #[serde(rename = "DISABLED")]
    Disabled,
}

/// A service discovery registry.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceRegistry {
    /// ARN of the registry.
    #[schemars(length(min = 1, max = 400))]
    #[x_kube(validation = input_rules::registry())]
    pub registry_arn: String,
    /// Container name, where the registry needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 255))]
    #[x_kube(validation = input_rules::container())]
    pub container_name: Option<String>,
    /// Container port, where the registry needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65535))]
    pub container_port: Option<i32>,
    /// Port, where the registry needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65535))]
    pub port: Option<i32>,
}
