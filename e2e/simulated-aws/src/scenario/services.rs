//! Task definitions, clusters, services and task sets, in a scenario.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::time::Span;
use crate::world::behaviour::Script;

/// A task definition.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskDefinition {
    /// The family.
    pub family: String,
    /// The revision.
    pub revision: u32,
    /// The containers.
    pub containers: Vec<Container>,
    /// `awsvpc` if not given.
    pub network_mode: Option<String>,
    /// The CPU units, `256` if not given.
    pub cpu: Option<String>,
    /// The memory, `512` if not given.
    pub memory: Option<String>,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// How its containers behave; they start and stay healthy if not given.
    #[serde(default)]
    pub behaviour: Script,
}

/// A container.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Container {
    /// The name.
    pub name: String,
    /// The image.
    pub image: String,
    /// The port it listens on.
    pub port: Option<u16>,
    /// Further fields of a container definition, as the service spells them.
    #[serde(default)]
    pub definition: BTreeMap<String, Value>,
}

/// A cluster.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cluster {
    /// The name.
    pub name: String,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Its services.
    #[serde(default)]
    pub services: Vec<Service>,
}

/// A service.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Service {
    /// The name.
    pub name: String,
    /// How many tasks at a scale of 100 %.
    pub desired_count: u32,
    /// `EXTERNAL` (the default), `ECS` or `CODE_DEPLOY`.
    pub controller: Option<String>,
    /// `ACTIVE` (the default) or `INACTIVE`.
    pub status: Option<String>,
    /// How long the load balancer's verdict on a new task is ignored.
    pub health_check_grace_period: Option<Span>,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Further fields that a describe shows, as the service spells them; for example `serviceConnectConfiguration`.
    #[serde(default)]
    pub settings: BTreeMap<String, Value>,
    /// Who else changes the desired count.
    #[serde(default)]
    pub autoscaling: Autoscaling,
    /// Task sets; for a service with the ECS controller, its one deployment.
    #[serde(default)]
    pub task_sets: Vec<TaskSet>,
}

/// A task set that exists from the beginning.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TaskSet {
    /// `family:revision`.
    pub task_definition: String,
    /// `ecs-svc/` and 19 digits; derived from cluster, service and place in this list if not given.
    pub id: Option<String>,
    /// The name its maker gave it.
    pub external_id: Option<String>,
    /// Whether it is the PRIMARY.
    #[serde(default)]
    pub primary: bool,
    /// Percent of the desired count; 100 if not given.
    pub scale: Option<f64>,
    /// Whether its tasks run and are healthy from the beginning; they are if not given.
    pub running: Option<bool>,
    /// The name of its target group.
    pub target_group: Option<String>,
    /// The container behind the target group; the first one if not given.
    pub container: Option<String>,
    /// That container's port; the one it listens on if not given.
    pub port: Option<u16>,
    /// `FARGATE` if neither this nor a strategy is given.
    pub launch_type: Option<String>,
    /// On which capacity providers its tasks are placed, instead of a launch type.
    #[serde(default)]
    pub capacity_provider_strategy: Vec<StrategyItem>,
    /// Subnets, `[subnet-1]` if not given.
    pub subnets: Option<Vec<String>>,
    /// Security groups, `[sg-1]` if not given.
    pub security_groups: Option<Vec<String>>,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A capacity provider's part in a strategy.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StrategyItem {
    /// `FARGATE`, `FARGATE_SPOT`, or any other name.
    pub capacity_provider: String,
    /// Its weight among the providers; 0 if not given.
    #[serde(default)]
    pub weight: u32,
    /// How many tasks it gets before weights count; 0 if not given.
    #[serde(default)]
    pub base: u32,
}

/// Who else changes the desired count of a service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Autoscaling {
    /// At set times.
    #[serde(default)]
    pub steps: Vec<ScalingStep>,
    /// After the traffic.
    pub target_tracking: Option<TargetTracking>,
}

/// A change of the desired count.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScalingStep {
    /// How long after the beginning.
    pub after: Span,
    /// The new count.
    pub desired_count: u32,
}

/// A desired count that follows the requests to the service's target groups.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetTracking {
    /// Requests a second that one task is to have.
    pub requests_per_task: f64,
    /// The least tasks; 1 if not given.
    pub min: Option<u32>,
    /// The most tasks.
    pub max: u32,
    /// How often it looks; 60 s if not given.
    pub interval: Option<Span>,
}
