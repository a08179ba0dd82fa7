//! The scenario file: the world to begin with, in YAML. JSON is YAML, too.
//!
//! Everything has a default; a field that does not exist is refused. ARNs are fixed, so that manifests can name them:
//! where no `id` is given it is derived from the name, see [`LoadBalancer::id`] and its like.
//!
//! ```
//! let scenario = simulated_aws::scenario::Scenario::parse(r#"
//! seed: 1
//! region: eu-west-1
//! account: "123456789012"
//! credentials: {invalid: [AKIAREVOKED]}
//! timing: {provisioning: 300ms, pending: 300ms, activating: 200ms, healthCheckInterval: 300ms}
//! taskDefinitions:
//!   - {family: shop, revision: 41, containers: [{name: web, image: "registry/shop:41", port: 8080}]}
//!   - family: shop
//!     revision: 42
//!     containers: [{name: web, image: "registry/shop:42", port: 8080}]
//!     behaviour: {neverPulls: {}}
//! loadBalancers:
//!   - name: shop
//!     id: 50dc6c495c0c9188
//!     targetGroups:
//!       - {name: shop-a, id: 73e2d6bc24d8a067, deregistrationDelay: 2s}
//!       - {name: shop-b}
//!     listeners:
//!       - port: 443
//!         defaultAction: {fixedResponse: 404}
//!         rules:
//!           - {priority: 10, path: "/*", forward: {shop-a: 100, shop-b: 0}, stickiness: 60s, requestsPerSecond: 200}
//! clusters:
//!   - name: prod
//!     services:
//!       - name: shop
//!         desiredCount: 4
//!         taskSets:
//!           - {taskDefinition: "shop:41", targetGroup: shop-a, primary: true, container: web, port: 8080}
//! "#).unwrap();
//! assert_eq!(scenario.clusters[0].services[0].desired_count, 4);
//! ```

mod apply;
mod apply_balancing;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::time::Span;
use crate::world::Timing;
use crate::world::behaviour::Script;

pub use apply::apply;

/// Why a scenario cannot be used, in words that say what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Problem(pub String);

/// What merging a scenario did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// What is new, as `kind name`.
    pub added: Vec<String>,
    /// What was there already and stays as it was.
    pub kept: Vec<String>,
}

/// A world to begin with, or to add to the one that is there.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scenario {
    /// Decides identifiers, jitter and the luck of faults; 1 if not given.
    pub seed: Option<u64>,
    /// The region that the rest of the file describes; `eu-west-1` if not given.
    pub region: Option<String>,
    /// The account; `123456789012` if not given.
    pub account: Option<String>,
    /// Access keys.
    #[serde(default)]
    pub credentials: Credentials,
    /// Whether the documented rate limits apply; they do not if not given.
    pub throttling: Option<bool>,
    /// How long things take.
    #[serde(default)]
    pub timing: TimingChanges,
    /// Task definitions.
    #[serde(default)]
    pub task_definitions: Vec<TaskDefinition>,
    /// Target groups that no listener needs to use.
    #[serde(default)]
    pub target_groups: Vec<TargetGroup>,
    /// Load balancers with their target groups, listeners and rules.
    #[serde(default)]
    pub load_balancers: Vec<LoadBalancer>,
    /// Clusters with their services.
    #[serde(default)]
    pub clusters: Vec<Cluster>,
}

/// Access keys.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credentials {
    /// Keys that the services do not know. Every other key is good.
    #[serde(default)]
    pub invalid: Vec<String>,
}

/// How long things take, where that differs from the defaults.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TimingChanges {
    /// A task's PROVISIONING; 1 s.
    pub provisioning: Option<Span>,
    /// A task's PENDING; 1 s.
    pub pending: Option<Span>,
    /// A task's ACTIVATING; 500 ms.
    pub activating: Option<Span>,
    /// A task's STOPPING; 500 ms.
    pub stopping: Option<Span>,
    /// A task's DEPROVISIONING; 500 ms.
    pub deprovisioning: Option<Span>,
    /// From the registration of a target to its first check; 500 ms.
    pub registration: Option<Span>,
    /// Between health checks; 1 s.
    pub health_check_interval: Option<Span>,
    /// Failed checks that make a target unhealthy; 2.
    pub unhealthy_threshold: Option<u32>,
    /// Passed checks that make an unhealthy target healthy; 2.
    pub healthy_threshold: Option<u32>,
    /// How long targets drain where their group does not say; 5 s.
    pub deregistration_delay: Option<Span>,
    /// The first gap between launches after tasks failed to start; 2 s.
    pub launch_backoff: Option<Span>,
    /// The longest such gap; 15 m.
    pub launch_backoff_limit: Option<Span>,
    /// How long the old weights route on after a change; 0.
    pub weight_propagation: Option<Span>,
    /// How long stopped tasks stay listable; 1 h.
    pub stopped_task_retention: Option<Span>,
    /// The share by which task phases vary; 0.1.
    pub jitter: Option<f64>,
}

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

/// A load balancer.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoadBalancer {
    /// The name.
    pub name: String,
    /// Sixteen hexadecimal digits; derived from `loadbalancer/NAME` if not given.
    pub id: Option<String>,
    /// Its target groups. They may also stand at the top level.
    #[serde(default)]
    pub target_groups: Vec<TargetGroup>,
    /// Its listeners.
    #[serde(default)]
    pub listeners: Vec<Listener>,
}

/// A target group.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetGroup {
    /// The name.
    pub name: String,
    /// Sixteen hexadecimal digits; derived from `targetgroup/NAME` if not given.
    pub id: Option<String>,
    /// The port; 80 if not given.
    pub port: Option<u16>,
    /// `ip` (the default) or `instance`.
    pub target_type: Option<String>,
    /// How long a target drains.
    pub deregistration_delay: Option<Span>,
    /// Between two health checks.
    pub health_check_interval: Option<Span>,
    /// Failed checks that make a target unhealthy.
    pub unhealthy_threshold: Option<u32>,
    /// Passed checks that make an unhealthy target healthy.
    pub healthy_threshold: Option<u32>,
}

/// A listener.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Listener {
    /// The port.
    pub port: u16,
    /// Sixteen hexadecimal digits; derived from `listener/LOADBALANCER/PORT` if not given.
    pub id: Option<String>,
    /// `HTTPS` on port 443 and `HTTP` elsewhere if not given.
    pub protocol: Option<String>,
    /// What happens to a request that no rule wants.
    pub default_action: Route,
    /// Requests to the default action.
    #[serde(default)]
    pub requests_per_second: f64,
    /// Whether those requests wait for the first healthy target; they do if not given.
    pub starts_when_healthy: Option<bool>,
    /// Whether releases are tried here that are not in production.
    #[serde(default)]
    pub test: bool,
    /// The rules.
    #[serde(default)]
    pub rules: Vec<Rule>,
}

/// What a rule or a default action does. Give one of `forward`, `fixedResponse` and `redirect`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Route {
    /// Target groups by name, and their weights.
    pub forward: Option<BTreeMap<String, u32>>,
    /// How long a client stays with its target group.
    pub stickiness: Option<Span>,
    /// The status to answer with.
    pub fixed_response: Option<u16>,
    /// The host to redirect to.
    pub redirect: Option<String>,
    /// Whether clients must sign in with an OIDC provider first.
    #[serde(default)]
    pub authenticate_oidc: bool,
    /// Whether clients must sign in with Cognito first.
    #[serde(default)]
    pub authenticate_cognito: bool,
}

/// A rule: its place, its conditions, and the fields of [`Route`].
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// Its place among the rules of the listener.
    pub priority: u32,
    /// Sixteen hexadecimal digits; derived from `rule/LOADBALANCER/PORT/PRIORITY` if not given.
    pub id: Option<String>,
    /// The path pattern; `/*` if neither path nor host is given.
    pub path: Option<String>,
    /// The host.
    pub host: Option<String>,
    /// Requests to this rule.
    #[serde(default)]
    pub requests_per_second: f64,
    /// Whether those requests wait for the first healthy target; they do if not given.
    pub starts_when_healthy: Option<bool>,
    /// Whether releases are tried here that are not in production.
    #[serde(default)]
    pub test: bool,
    /// See [`Route::forward`].
    pub forward: Option<BTreeMap<String, u32>>,
    /// See [`Route::stickiness`].
    pub stickiness: Option<Span>,
    /// See [`Route::fixed_response`].
    pub fixed_response: Option<u16>,
    /// See [`Route::redirect`].
    pub redirect: Option<String>,
    /// See [`Route::authenticate_oidc`].
    #[serde(default)]
    pub authenticate_oidc: bool,
    /// See [`Route::authenticate_cognito`].
    #[serde(default)]
    pub authenticate_cognito: bool,
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
    /// `FARGATE` if not given.
    pub launch_type: Option<String>,
    /// Subnets, `[subnet-1]` if not given.
    pub subnets: Option<Vec<String>>,
    /// Security groups, `[sg-1]` if not given.
    pub security_groups: Option<Vec<String>>,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

impl Scenario {
    /// Reads YAML or JSON.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        serde_saphyr::from_str(text).map_err(|error| {
            Problem(format!(
                "the scenario cannot be read: {error}. Remedy: correct or remove that field; every field is described in the documentation of simulated_aws::scenario"
            ))
        })
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed.unwrap_or(1)
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> String {
        self.region.clone().unwrap_or_else(|| "eu-west-1".to_owned())
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> String {
        self.account.clone().unwrap_or_else(|| "123456789012".to_owned())
    }

    /// How long things take.
    #[must_use]
    pub fn timing(&self) -> Timing {
        let mut timing = Timing::default();
        self.timing.apply(&mut timing);
        timing
    }
}

impl TimingChanges {
    /// Changes what is given.
    pub fn apply(&self, timing: &mut Timing) {
        let set = |field: &mut Duration, given: Option<Span>| {
            if let Some(Span(duration)) = given {
                *field = duration;
            }
        };
        set(&mut timing.provisioning, self.provisioning);
        set(&mut timing.pending, self.pending);
        set(&mut timing.activating, self.activating);
        set(&mut timing.stopping, self.stopping);
        set(&mut timing.deprovisioning, self.deprovisioning);
        set(&mut timing.registration, self.registration);
        set(&mut timing.health_check_interval, self.health_check_interval);
        set(&mut timing.deregistration_delay, self.deregistration_delay);
        set(&mut timing.launch_backoff, self.launch_backoff);
        set(&mut timing.launch_backoff_limit, self.launch_backoff_limit);
        set(&mut timing.weight_propagation, self.weight_propagation);
        set(&mut timing.stopped_task_retention, self.stopped_task_retention);
        timing.unhealthy_threshold = self.unhealthy_threshold.unwrap_or(timing.unhealthy_threshold);
        timing.healthy_threshold = self.healthy_threshold.unwrap_or(timing.healthy_threshold);
        timing.jitter = self.jitter.unwrap_or(timing.jitter);
    }
}

impl Rule {
    /// What it does.
    #[must_use]
    pub fn route(&self) -> Route {
        Route {
            forward: self.forward.clone(),
            stickiness: self.stickiness,
            fixed_response: self.fixed_response,
            redirect: self.redirect.clone(),
            authenticate_oidc: self.authenticate_oidc,
            authenticate_cognito: self.authenticate_cognito,
        }
    }
}
