//! DeploymentGroup: where and how an Application is released.

mod adoption;
mod alarms;
mod capacity;
mod concurrency;
mod config_reference;
mod drift;
mod free_form;
mod health_grace;
mod hook_container;
mod hook_http;
mod hook_job;
mod hooks;
mod load_balancer;
mod location;
mod on_original_down;
mod production_route;
mod ready_wait;
mod retry;
mod runtime_health;
mod service_status;
mod soak_status;
mod status;
mod tag;
mod task_set_template;
mod test_route;
mod window;
mod without_load_balancer;

use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

use crate::duration::Duration;
use crate::input_rules;
use crate::revision::Revision;

pub use adoption::Adoption;
pub use alarms::{AlarmAtStart, Alarms, InsufficientData, OnAlarm, UnreadableAlarm};
pub use capacity::Capacity;
pub use concurrency::Concurrency;
pub use config_reference::ConfigReference;
pub use drift::DriftPolicy;
pub use free_form::FreeForm;
pub use hook_container::{
    HookContainer, HookContainerSecurityContext, HookEmptyFolder, HookPullPolicy, HookResources, HookSecretVolume,
    HookVariable, HookVariableSource, HookVolume, HookVolumeMount, KeyReference, NameReference,
};
pub use hook_http::{HeadersFrom, HttpHook, SecretReference};
pub use hook_job::{
    HookJobSpec, HookJobTemplate, HookPodMetadata, HookPodSecurityContext, HookPodSpec, HookPodTemplate,
    HookRestartPolicy, JobHook,
};
pub use hooks::{Hook, HookStep, LambdaHook, OnHookFailure};
pub use load_balancer::LoadBalancer;
pub use location::{AwsLocation, Container, EcsService};
pub use on_original_down::OnOriginalDown;
pub use production_route::ProductionRoute;
pub use ready_wait::{ReadyTimeout, ReadyWait};
pub use retry::RetryPolicy;
pub use runtime_health::{HttpProbe, ProbeExpectation, RuntimeHealth};
pub use service_status::ServiceStatus;
pub use soak_status::SoakStatus;
pub use status::{DeploymentGroupStatus, DeploymentRecord, GroupSummary, LastRequest, ResourceClaim, RouteWeights};
pub use tag::Tag;
pub use task_set_template::{
    AssignPublicIp, CapacityProviderStrategyItem, LaunchType, NetworkConfiguration, ServiceRegistry, TaskSetTemplate,
};
pub use test_route::TestRoute;
pub use window::{Day, Window, WindowSchedule};

/// Where and how an Application is released: one ECS service, its target groups, its routes.
#[derive(CustomResource, KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[kube(
    group = "sluice.dev",
    version = "v1alpha1",
    kind = "DeploymentGroup",
    doc = "Where and how an Application is released: one ECS service, its target groups, its routes, and how traffic moves, such as spec.deploymentConfig: {canary: {percentage: 10, interval: 5m}}.",
    namespaced,
    status = "DeploymentGroupStatus",
    shortname = "sdg",
    category = "sluice",
    // An uninstall of their chart must not delete every object of the kind.
    annotation("helm.sh/resource-policy", "keep"),
    derive = "PartialEq",
    selectable = ".spec.applicationRef",
    validation = Rule::new("!has(self.spec.capacity) || self.spec.capacity != 'Proportional' || !has(self.spec.deploymentConfig) || !has(self.spec.deploymentConfig.steps) || self.spec.deploymentConfig.steps.all(s, !has(s.scale))")
        .message("deploymentConfig.steps: scale and capacity: Proportional both say how large the replacement is: leave scale out, or write capacity: Full"),
    validation = health_grace::is_shorter_than_the_deadline(),
    validation = without_load_balancer::container_goes_along(),
    validation = without_load_balancer::steps_have_no_scale(),
    validation = without_load_balancer::has_no_health_grace(),
    validation = without_load_balancer::repairs_nothing(),
    validation = adoption::is_of_another_service(),
    validation = adoption::has_a_load_balancer(),
    validation = without_load_balancer::asks_no_path(),
    validation = Rule::new("size(self.metadata.name) <= 52")
        .message("metadata.name must have at most 52 characters: the names of its Deployments add a number"),
    printcolumn(name = "Desired", type_ = "string", json_path = ".status.summary.desired"),
    printcolumn(name = "Serving", type_ = "string", json_path = ".status.summary.serving"),
    printcolumn(name = "Status", type_ = "string", json_path = ".status.summary.status"),
    printcolumn(name = "Step", type_ = "string", json_path = ".status.summary.step"),
    printcolumn(name = "Weight", type_ = "string", json_path = ".status.summary.weight"),
    printcolumn(name = "Strategy", type_ = "string", json_path = ".status.strategy"),
    printcolumn(name = "Health", type_ = "string", json_path = ".status.health"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp"),
    printcolumn(name = "Message", type_ = "string", json_path = ".status.message", priority = 1)
)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentGroupSpec {
    /// The Application in the same namespace whose revision is released here.
    #[schemars(length(min = 1, max = 63))]
    #[x_kube(validation = input_rules::object_name())]
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
    /// A service that something else deploys, and that serves today: the first release takes the traffic from it, increment by
    /// increment, as from an original. Its target group is one of the pair; it is never scaled or deleted. Where the service
    /// of ecs serves already, nothing is adopted. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopt: Option<Adoption>,
    /// The container that receives the traffic. It goes together with loadBalancer.
    #[serde(default, skip_serializing_if = "Container::is_none")]
    pub container: Container,
    /// What every task set is made with.
    #[serde(default)]
    pub task_set: TaskSetTemplate,
    /// The target groups and the routes. Left out, with container, for a service without a load balancer, such as one that is
    /// found by service discovery, or works off a queue: then its tasks are its traffic, and the weight of each increment is
    /// the size of the replacement.
    #[serde(default, skip_serializing_if = "LoadBalancer::is_none")]
    pub load_balancer: LoadBalancer,
    /// How traffic moves. Without it all traffic moves at once, as by CodeDeployDefault.ECSAllAtOnce.
    // Without a default in the schema: a form that nobody wrote would stand beside the one that is applied later, and no
    // manager of fields would own it, so that nothing could take it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_config: Option<ConfigReference>,
    /// How many tasks the two sides of a release have. Full: the original keeps all of its own until it goes, and the
    /// replacement has as many, or what a step's scale says. Proportional: before each increment the replacement grows to
    /// what its share needs, and after it the original shrinks to what is left, rounded up and to one task at least; on
    /// the way back the original grows, part by part, and traffic returns as far as it can carry it. Without loadBalancer
    /// sizes follow the increments in any case. Default: Full.
    #[serde(default, skip_serializing_if = "Capacity::is_full")]
    pub capacity: Capacity,
    /// Longest time that the replacement may take to get steady and healthy, at the start and at each increment.
    /// Set once for each, never pushed back by a flapping task. Default: 10m.
    #[serde(default = "default_progress_deadline")]
    #[x_kube(validation = input_rules::duration_within("duration(self) > duration('0s') && duration(self) <= duration('48h')")
        .message("progressDeadline must be above 0s and at most 48h"))]
    pub progress_deadline: Duration,
    /// How long a task of the replacement that runs may fail the health checks of the load balancer, for tasks that start
    /// slowly, such as 5m: it does not count as failed before that. Shorter than progressDeadline, and no longer than the
    /// healthCheckGracePeriodSeconds of the ECS service, after which ECS ends such a task. Default: 0s.
    #[serde(default, skip_serializing_if = "health_grace::is_none")]
    #[x_kube(validation = input_rules::duration_within("duration(self) < duration('48h')")
        .message("healthGrace must be below 48h"))]
    pub health_grace: Duration,
    /// How long the original is kept after the last increment. Default: 5m, at most 48h.
    #[serde(default = "default_bake")]
    #[x_kube(validation = input_rules::duration_within("duration(self) <= duration('48h')")
        .message("bake must be at most 48h"))]
    pub bake: Duration,
    /// What the release does when the original is seen without a healthy target, at two looks in a row, before all traffic
    /// has moved. Advance: all traffic moves as soon as the replacement is complete and healthy, which is scaled up first
    /// if it is smaller; nothing moves while the Deployment is paused. Hold: the schedule goes on. Default: Advance.
    #[serde(default)]
    pub on_original_down: OnOriginalDown,
    /// When releases may begin: inside one of these windows only, or at any time where there is none. A release in progress
    /// goes on, and neither a rollback nor a stop waits for one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    #[x_kube(validation = Rule::new("self.all(one, self.exists_one(other, other.name == one.name))")
        .message("windows: names must differ, such as office and weekend"))]
    pub windows: Vec<Window>,
    /// Whether a release that failed for a cause that may pass is tried again by itself. Default: it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryPolicy>,
    /// Begins no release while it is true. A release in progress goes on, and can be stopped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suspend: bool,
    /// CloudWatch alarms that are watched from the start of a release to the end of its bake. Without it no alarm is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarms: Option<Alarms>,
    /// What a newer Deployment of this group does while another one is in progress. Queue: it waits until that has ended.
    /// EndBake: it waits for its increments, and ends its bake. Supersede: it turns it round, and begins when that has
    /// ended; after five in a row that were superseded, the next one is not any more, and a newer one ends its bake. Reject:
    /// it ends as rejected. A newer one that could not begin ends nothing. Of those that wait the newest begins; the others
    /// end as superseded. To ask for what the original runs is a rollback in any case. Default: Queue.
    #[serde(default)]
    pub concurrency: Concurrency,
    /// What is asked at lifecycle events, and may say no.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    #[x_kube(validation = Rule::new("self.all(a, self.exists_one(b, b.name == a.name))")
        .message("hooks: two have the same name: give each a name of its own"))]
    pub hooks: Vec<Hook>,
    /// Waits for a person once the replacement is ready, before any traffic moves, such as {wait: 30m}. Default: waits for
    /// nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready: Option<ReadyWait>,
    /// How what serves fares between releases: what a probe answers counts, and the alarms do, beside tasks and targets; and the
    /// Deployment that serves shows it too. Default: tasks and targets alone, at the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<RuntimeHealth>,
    /// What becomes of what someone else changes while nothing is released: weights, the PRIMARY, the size of the task set that
    /// serves. Report: it is told in status.drift. Repair: what the last release set is put back too, unless that would take
    /// something from what serves; after five times in an hour it is told only. Default: Report.
    #[serde(default, skip_serializing_if = "DriftPolicy::is_report")]
    pub drift: DriftPolicy,
    /// Begins only what is reported as scanned and passed: revision.source.scan: passed. To go back, by rollbackOf, needs no
    /// report. Default: false.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub require_scan: bool,
}

impl DeploymentGroupSpec {
    /// Whether nothing but the number of tasks on each side divides the traffic, because there is no load balancer.
    #[must_use]
    pub fn is_by_size(&self) -> bool {
        self.load_balancer.is_none()
    }

    /// How many tasks the two sides have: as `capacity` says or, without a load balancer, by the increments in any case.
    #[must_use]
    pub fn sizing(&self) -> Capacity {
        if self.is_by_size() { Capacity::Proportional } else { self.capacity }
    }
}

const fn default_progress_deadline() -> Duration {
    Duration::from_mins(10)
}

const fn default_bake() -> Duration {
    Duration::from_mins(5)
}
