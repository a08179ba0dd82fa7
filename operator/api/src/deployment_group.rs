//! DeploymentGroup: where and how an Application is released.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Duration, Health, Phase, Revision, State, TrafficShift};

/// Where and how an Application is released: one ECS service, its target groups, its routes.
#[derive(CustomResource, KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[kube(
    group = "sluice.dev",
    version = "v1alpha1",
    kind = "DeploymentGroup",
    namespaced,
    status = "DeploymentGroupStatus",
    shortname = "sdg",
    category = "sluice",
    // An uninstall of their chart must not delete every object of the kind.
    annotation("helm.sh/resource-policy", "keep"),
    derive = "PartialEq",
    selectable = ".spec.applicationRef",
    validation = Rule::new("size(self.metadata.name) <= 52")
        .message("metadata.name must have at most 52 characters: the names of its Deployments add a number"),
    printcolumn(name = "Phase", type_ = "string", json_path = ".status.phase"),
    printcolumn(name = "Revision", type_ = "string", json_path = ".status.revision"),
    printcolumn(name = "Current", type_ = "string", json_path = ".status.current"),
    printcolumn(name = "Health", type_ = "string", json_path = ".status.health"),
    printcolumn(name = "Ready", type_ = "string", json_path = ".status.conditions[?(@.type=='Ready')].status"),
    printcolumn(name = "Message", type_ = "string", json_path = ".status.message", priority = 1),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentGroupSpec {
    /// The Application in the same namespace whose revision is released here.
    #[schemars(length(min = 1, max = 63))]
    pub application_ref: String,
    /// Pins this group to a revision, whatever the Application says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
    /// The AwsBinding and the region.
    pub aws: AwsLocation,
    /// The service.
    #[x_kube(validation = Rule::new("self == oldSelf")
        .message("ecs is immutable: make another DeploymentGroup for another service"))]
    pub ecs: EcsService,
    /// The container that receives the traffic.
    pub container: Container,
    /// What every task set is made with.
    #[serde(default)]
    pub task_set: TaskSetTemplate,
    /// The target groups and the routes.
    pub load_balancer: LoadBalancer,
    /// How traffic moves. Default: CodeDeployDefault.ECSAllAtOnce.
    #[serde(default)]
    pub deployment_config: ConfigReference,
    /// Longest time that the replacement may take to get steady and healthy, at the start and at each increment.
    /// Set once for each, never pushed back by a flapping task. Default: 10m.
    #[serde(default = "default_progress_deadline")]
    #[x_kube(validation = Rule::new("duration(self) > duration('0s') && duration(self) <= duration('48h')")
        .message("progressDeadline must be above 0s and at most 48h"))]
    pub progress_deadline: Duration,
    /// How long the original is kept after the last increment. Default: 5m, at most 48h.
    #[serde(default = "default_bake")]
    #[x_kube(validation = Rule::new("duration(self) <= duration('48h')").message("bake must be at most 48h"))]
    pub bake: Duration,
}

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
    pub platform_version: Option<String>,
    /// Service discovery registries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 5))]
    pub service_registries: Option<Vec<ServiceRegistry>>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CapacityProviderStrategyItem {
    /// Name of the capacity provider, such as FARGATE_SPOT.
    #[schemars(length(min = 1, max = 255))]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NetworkConfiguration {
    /// Subnet ids.
    #[schemars(length(min = 1, max = 16), inner(length(min = 1, max = 64)))]
    pub subnets: Vec<String>,
    /// Security group ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5), inner(length(min = 1, max = 64)))]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceRegistry {
    /// ARN of the registry.
    #[schemars(length(min = 1, max = 400))]
    pub registry_arn: String,
    /// Container name, where the registry needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 255))]
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

/// The pair of target groups and the routes that split traffic between them.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadBalancer {
    /// ARNs of the two target groups. The roles swap at each release.
    #[schemars(
        length(min = 2, max = 2),
        inner(
            regex(pattern = "^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:targetgroup/.+$"),
            length(max = 256)
        )
    )]
    #[x_kube(validation = Rule::new("self[0] != self[1]")
        .message("loadBalancer.targetGroups: the two target groups must differ: a release needs one for each task set"))]
    pub target_groups: Vec<String>,
    /// The listener rules, or listeners for their default rule, that carry production traffic. Each must forward
    /// to both target groups.
    #[schemars(length(min = 1, max = 10))]
    #[x_kube(validation = Rule::new("self.all(r, self.exists_one(s, s == r))")
        .message("loadBalancer.productionRoutes: each route may be named once"))]
    pub production_routes: Vec<ProductionRoute>,
}

/// A route of production traffic: a listener rule, or a listener for its default rule.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[x_kube(validation = Rule::new("has(self.listenerRule) != has(self.listener)")
    .message("productionRoutes: set either listenerRule or, for a listener's default rule, listener"))]
#[serde(rename_all = "camelCase")]
pub struct ProductionRoute {
    /// ARN of a listener rule that is no default rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        regex(pattern = "^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:listener-rule/.+$"),
        length(max = 256)
    )]
    pub listener_rule: Option<String>,
    /// ARN of a listener, whose default rule it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(
        regex(pattern = "^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:listener/.+$"),
        length(max = 256)
    )]
    pub listener: Option<String>,
}

impl ProductionRoute {
    /// ARN of the rule or the listener.
    #[must_use]
    pub fn arn(&self) -> &str {
        self.listener_rule.as_deref().or(self.listener.as_deref()).unwrap_or_default()
    }
}

/// How traffic moves: a configuration by its name, or written out.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(validation = Rule::new(
    "[has(self.name), has(self.canary), has(self.linear), has(self.allAtOnce), has(self.steps)].filter(x, x).size() == 1")
    .message("deploymentConfig: set exactly one of name, canary, linear, allAtOnce and steps"))]
#[serde(rename_all = "camelCase")]
pub struct ConfigReference {
    /// A predefined configuration of CodeDeploy, such as CodeDeployDefault.ECSCanary10Percent5Minutes, or the name
    /// of a DeploymentConfig.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    pub name: Option<String>,
    /// A configuration that is written out.
    // What TrafficShift says of unknown fields does not hold where it is flattened: they are passed over here, as in the
    // rest of a group.
    #[serde(flatten)]
    pub shift: TrafficShift,
}

impl ConfigReference {
    /// The configuration that is written out; none when a name is given, and none when nothing is that this version
    /// knows. Newer definitions may know more forms: such a release is refused, and never moved all at once.
    #[must_use]
    pub fn inline(&self) -> Option<TrafficShift> {
        let is_known = self.name.is_none() && self.shift != TrafficShift::default();
        is_known.then(|| self.shift.clone())
    }
}

impl Default for ConfigReference {
    fn default() -> Self {
        Self { name: Some("CodeDeployDefault.ECSAllAtOnce".to_owned()), shift: TrafficShift::default() }
    }
}

/// What is seen of a DeploymentGroup.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentGroupStatus {
    /// Generation of the spec that this status is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Where it stands.
    #[serde(default)]
    pub phase: Phase,
    /// Runtime health of what serves.
    #[serde(default)]
    pub health: Health,
    /// One line a person can act on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// The Deployment in progress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// Deployments that wait for their turn, first come first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queue: Vec<String>,
    /// The last change of revision that a Deployment was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested: Option<Requested>,
    /// The Deployment that succeeded last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_succeeded: Option<DeploymentRecord>,
    /// The revision that failed last and is held: no Deployment is made of it again until the revision changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_revision: Option<String>,
    /// The revision that the primary task set runs, as family:revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Id of the primary task set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_task_set: Option<String>,
    /// Weights as the load balancer answers them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weights: Vec<RouteWeights>,
    /// ARN of the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_arn: Option<String>,
    /// The Deployments that ended, newest first, at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<DeploymentRecord>,
    /// Ready, Reconciling, Stalled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "crate::condition::sorted_conditions_schema")]
    pub conditions: Vec<Condition>,
}

/// A change of revision, and the number of the Deployment that was made for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Requested {
    /// The task definition as it stands in the spec.
    pub task_definition: String,
    /// Number of the Deployment, from 1.
    pub sequence: i64,
}

/// A Deployment that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentRecord {
    /// Its name.
    pub deployment: String,
    /// What it released, as family:revision.
    pub revision: String,
    /// How it ended.
    pub state: State,
    /// When it ended.
    pub completed_at: jiff::Timestamp,
}

/// Weights of one route as the load balancer answers them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RouteWeights {
    /// ARN of the rule or the listener.
    pub route: String,
    /// Weights in the order of spec.loadBalancer.targetGroups; empty while the route does not forward to both.
    pub weights: Vec<i32>,
}

const fn default_progress_deadline() -> Duration {
    Duration::from_mins(10)
}

const fn default_bake() -> Duration {
    Duration::from_mins(5)
}
