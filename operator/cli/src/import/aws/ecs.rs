//! What `aws ecs describe-services` prints (ECS API reference, `Service`).

use serde::Deserialize;
use serde_json::Value;

use super::configuration::Configuration;

/// A service.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// Its ARN.
    pub service_arn: String,
    /// Its name.
    pub service_name: String,
    /// Its cluster.
    pub cluster_arn: String,
    /// `ACTIVE`, `DRAINING` or `INACTIVE`.
    #[serde(default)]
    pub status: Option<String>,
    /// How many tasks it wants.
    #[serde(default)]
    pub desired_count: u32,
    /// What it runs.
    #[serde(default)]
    pub task_definition: Option<String>,
    /// Where its tasks are launched.
    #[serde(flatten)]
    pub template: Template,
    /// In seconds.
    #[serde(default)]
    pub health_check_grace_period_seconds: Option<u32>,
    /// `REPLICA` or `DAEMON`.
    #[serde(default)]
    pub scheduling_strategy: Option<String>,
    /// `ECS`, `CODE_DEPLOY` or `EXTERNAL`; ECS where it is left out.
    #[serde(default)]
    pub deployment_controller: Option<Controller>,
    /// How ECS deploys it.
    #[serde(default)]
    pub deployment_configuration: Configuration,
    /// Its task sets, unless ECS deploys it.
    #[serde(default)]
    pub task_sets: Vec<TaskSet>,
    /// Whether ECS tags its tasks.
    #[serde(default, rename = "enableECSManagedTags")]
    pub enable_ecs_managed_tags: bool,
    /// Where its tasks' tags come from.
    #[serde(default)]
    pub propagate_tags: Option<String>,
    /// Whether commands may be run in its tasks.
    #[serde(default)]
    pub enable_execute_command: bool,
    /// Where tasks may be placed.
    #[serde(default)]
    pub placement_constraints: Vec<Value>,
    /// How tasks are placed.
    #[serde(default)]
    pub placement_strategy: Vec<Value>,
    /// Its tags, with `--include TAGS`.
    #[serde(default)]
    pub tags: Vec<Value>,
    /// What ECS deploys at the moment, with what only a deployment shows.
    #[serde(default)]
    pub deployments: Vec<Deployment>,
    /// Volumes that are made for its tasks.
    #[serde(default)]
    pub volume_configurations: Vec<Value>,
    /// Lattice target groups.
    #[serde(default)]
    pub vpc_lattice_configurations: Vec<Value>,
    /// Service Connect.
    #[serde(default)]
    pub service_connect_configuration: Option<ServiceConnect>,
    /// All of it, as it was printed.
    #[serde(skip)]
    pub raw: Value,
}

impl Service {
    /// The name of its cluster.
    #[must_use]
    pub fn cluster(&self) -> &str {
        self.cluster_arn.rsplit('/').next().unwrap_or_default()
    }

    /// Who deploys it.
    #[must_use]
    pub fn controller(&self) -> &str {
        self.deployment_controller.as_ref().and_then(|controller| controller.kind.as_deref()).unwrap_or("ECS")
    }

    /// The task set that is the PRIMARY, unless ECS deploys it.
    #[must_use]
    pub fn primary(&self) -> Option<&TaskSet> {
        self.task_sets.iter().find(|set| set.status.as_deref() == Some("PRIMARY"))
    }

    /// What its tasks are made with: as the PRIMARY has it, else as the service has.
    #[must_use]
    pub fn made_with(&self) -> &Template {
        self.primary()
            .map(|set| &set.template)
            .filter(|template| **template != Template::default())
            .unwrap_or(&self.template)
    }

    /// What it runs.
    #[must_use]
    pub fn runs(&self) -> Option<&str> {
        let primary = self.primary().and_then(|set| set.task_definition.as_deref());
        primary.or(self.task_definition.as_deref())
    }

    /// Whether it takes part in Service Connect.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        let is_on = |one: Option<&ServiceConnect>| one.is_some_and(|one| one.enabled);
        is_on(self.service_connect_configuration.as_ref())
            || self.deployments.iter().any(|one| is_on(one.service_connect_configuration.as_ref()))
    }
}

/// What tasks are made with.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// `FARGATE`, `EC2`, `EXTERNAL`.
    #[serde(default)]
    pub launch_type: Option<String>,
    /// In place of a launch type.
    #[serde(default)]
    pub capacity_provider_strategy: Vec<Provider>,
    /// Of Fargate.
    #[serde(default)]
    pub platform_version: Option<String>,
    /// Subnets and security groups.
    #[serde(default)]
    pub network_configuration: Option<Network>,
    /// Target groups.
    #[serde(default)]
    pub load_balancers: Vec<LoadBalancer>,
    /// Service discovery.
    #[serde(default)]
    pub service_registries: Vec<Registry>,
}

/// A capacity provider and its part.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Provider {
    /// Its name.
    pub capacity_provider: String,
    /// Its part.
    pub weight: i64,
    /// How many tasks it runs at least.
    pub base: i64,
}

/// Subnets and security groups.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Network {
    /// Of tasks with an interface of their own.
    pub awsvpc_configuration: Option<Awsvpc>,
}

/// Of tasks with an interface of their own.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Awsvpc {
    /// By id.
    pub subnets: Vec<String>,
    /// By id.
    pub security_groups: Vec<String>,
    /// `ENABLED` or `DISABLED`.
    pub assign_public_ip: Option<String>,
}

/// A target group, and who stands in it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LoadBalancer {
    /// By ARN; none for a classic load balancer.
    pub target_group_arn: Option<String>,
    /// The container.
    pub container_name: Option<String>,
    /// Its port.
    pub container_port: Option<u16>,
    /// What ECS moves traffic by.
    pub advanced_configuration: Option<Advanced>,
}

/// What ECS moves traffic by.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Advanced {
    /// The other of the pair.
    pub alternate_target_group_arn: Option<String>,
    /// A rule, or the default rule of a listener, or a listener.
    pub production_listener_rule: Option<String>,
    /// The same, for tests.
    pub test_listener_rule: Option<String>,
    /// Who writes them.
    pub role_arn: Option<String>,
}

/// Service discovery.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Registry {
    /// A service of Cloud Map.
    pub registry_arn: String,
    /// The container, where one is needed.
    pub container_name: Option<String>,
    /// Its port, where one is needed.
    pub container_port: Option<u16>,
    /// The port, where one is needed.
    pub port: Option<u16>,
}

/// Who deploys it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Controller {
    /// `ECS`, `CODE_DEPLOY` or `EXTERNAL`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

/// A task set.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskSet {
    /// `PRIMARY`, `ACTIVE` or `DRAINING`.
    #[serde(default)]
    pub status: Option<String>,
    /// What it runs.
    #[serde(default)]
    pub task_definition: Option<String>,
    /// What its tasks are made with.
    #[serde(flatten)]
    pub template: Template,
}

/// What ECS deploys.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Deployment {
    /// `PRIMARY`, `ACTIVE` or `INACTIVE`.
    pub status: Option<String>,
    /// Service Connect, which a service shows here alone.
    pub service_connect_configuration: Option<ServiceConnect>,
}

/// Service Connect.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ServiceConnect {
    /// Whether it is on.
    pub enabled: bool,
}
