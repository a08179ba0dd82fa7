//! What an AppSpec says.

use sluice_api::{CapacityProviderStrategyItem, Container, Hook, NetworkConfiguration};

/// What an AppSpec says.
#[derive(Clone, Debug, PartialEq)]
pub struct AppSpec {
    /// The task definition, by name or ARN.
    pub task_definition: String,
    /// The container that receives the traffic.
    pub container: Container,
    /// Fargate platform version.
    pub platform_version: Option<String>,
    /// Subnets and security groups.
    pub network_configuration: Option<NetworkConfiguration>,
    /// Capacity providers.
    pub capacity_provider_strategy: Option<Vec<CapacityProviderStrategyItem>>,
    /// Hooks, in the order of their events; none where it has none.
    pub hooks: Vec<Hook>,
}
