//! The observed world: what AWS answered, in the words of this domain. `sluice-aws` fills these types,
//! the planner reads them, and nothing here is ever guessed from a resource's status.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// Everything that one reconcile saw, read once, at one moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Observed {
    /// The moment of the observation: the only clock that the planner knows.
    pub at: Timestamp,
    /// The service with its task sets; none when ECS knows no such service or cluster.
    pub service: Option<Service>,
    /// The production routes, in the order of the group's spec.
    pub routes: Vec<Route>,
    /// The pair of target groups, in the order of the group's spec.
    pub target_groups: Vec<TargetGroup>,
    /// The revision's task definition. Read only before a deployment begins, and none when it does not exist.
    pub task_definition: Option<TaskDefinition>,
    /// Stopped tasks of the replacement; none when they were not looked at.
    pub stopped_tasks: Option<Vec<StoppedTask>>,
}

impl Observed {
    /// The target group of that ARN.
    #[must_use]
    pub fn target_group(&self, arn: &str) -> Option<&TargetGroup> {
        self.target_groups.iter().find(|group| group.arn == arn)
    }

    /// Healthy targets of the target group of that ARN; none when it was not looked at.
    #[must_use]
    pub fn healthy(&self, arn: &str) -> Option<i32> {
        self.target_group(arn)?.healthy()
    }

    /// The stopped tasks of the replacement, as far as they were looked at.
    #[must_use]
    pub fn stopped_tasks(&self) -> &[StoppedTask] {
        self.stopped_tasks.as_deref().unwrap_or_default()
    }

    /// Whether a route sends traffic to the target group of that ARN.
    #[must_use]
    pub fn serves(&self, arn: &str) -> bool {
        self.routes.iter().any(|route| route.weight_of(arn).unwrap_or(0) > 0)
    }
}

/// An ECS service.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Service {
    /// Its ARN.
    pub arn: String,
    /// Whether it is ACTIVE, rather than DRAINING or INACTIVE.
    pub active: bool,
    /// Whether its deployment controller is EXTERNAL.
    pub external: bool,
    /// How many tasks it wants. Owned by autoscaling and people, never written by Sluice.
    pub desired_count: i32,
    /// Its task sets, also those that are draining.
    pub task_sets: Vec<TaskSet>,
}

impl Service {
    /// The task set of that id.
    #[must_use]
    pub fn task_set(&self, id: &str) -> Option<&TaskSet> {
        self.task_sets.iter().find(|task_set| task_set.id == id)
    }

    /// The live task set that carries this external id.
    #[must_use]
    pub fn with_external_id(&self, external_id: &str) -> Option<&TaskSet> {
        self.task_sets
            .iter()
            .find(|task_set| task_set.is_live() && task_set.external_id.as_deref() == Some(external_id))
    }

    /// The primary task set.
    #[must_use]
    pub fn primary(&self) -> Option<&TaskSet> {
        self.task_sets.iter().find(|task_set| task_set.status == TaskSetState::Primary)
    }
}

/// Status of a task set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TaskSetState {
    /// The service's own.
    Primary,
    /// Live, and not primary.
    Active,
    /// On its way out.
    Draining,
}

/// A task set of an EXTERNAL service.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TaskSet {
    /// Its id, such as `ecs-svc/9223370526043414679`.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// The id that its maker gave it.
    pub external_id: Option<String>,
    /// Primary, active or draining.
    pub status: TaskSetState,
    /// ARN of its task definition.
    pub task_definition: String,
    /// ARN of its target group.
    pub target_group: Option<String>,
    /// Percent of the service's desired count.
    pub scale: f64,
    /// Tasks that ECS wants: ceil(desired count x scale).
    pub computed_desired: i32,
    /// Tasks that run.
    pub running: i32,
    /// Tasks on their way to run.
    pub pending: i32,
    /// Whether ECS calls it STEADY_STATE.
    pub steady: bool,
    /// When it was made.
    pub created_at: Option<Timestamp>,
}

impl TaskSet {
    /// Whether it is not on its way out.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.status != TaskSetState::Draining
    }
}

/// A listener rule, or a listener's default rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Route {
    /// ARN of the rule or the listener.
    pub arn: String,
    /// Whether it is a listener's default rule, or a rule.
    pub kind: RouteKind,
    /// What the load balancer answers about it.
    pub state: RouteState,
    /// How long a client sticks to the target group that it was sent to first, whatever the weights become; none when
    /// clients do not stick. (ELBv2 user guide, "Sticky sessions": target group stickiness of a forward action.)
    pub stickiness: Option<SignedDuration>,
}

/// Which call changes a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum RouteKind {
    /// A listener rule: ModifyRule.
    Rule,
    /// A listener's default rule: ModifyListener.
    Listener,
}

/// What the load balancer answers about a route.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum RouteState {
    /// It does not exist.
    Missing,
    /// It is a default rule, named by its rule ARN, on which ModifyRule is refused.
    DefaultRule,
    /// It has no forward action.
    NoForward,
    /// It forwards, with these weights.
    Forward(Vec<Weight>),
}

/// One target group of a forward action, and its weight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Weight {
    /// ARN of the target group.
    pub target_group: String,
    /// 0 to 999.
    pub weight: i32,
}

impl Route {
    /// The weights; empty when it does not forward.
    #[must_use]
    pub fn weights(&self) -> &[Weight] {
        match &self.state {
            RouteState::Forward(weights) => weights,
            RouteState::Missing | RouteState::DefaultRule | RouteState::NoForward => &[],
        }
    }

    /// Weight of a target group; none when the route does not forward to it.
    #[must_use]
    pub fn weight_of(&self, target_group: &str) -> Option<i32> {
        self.weights().iter().find(|weight| weight.target_group == target_group).map(|weight| weight.weight)
    }

    /// Share of a target group in percent, 0.0 to 100.0; 0.0 where the route does not forward to it, or to nothing.
    #[must_use]
    pub fn share_of(&self, target_group: &str) -> f64 {
        let sum: i32 = self.weights().iter().map(|weight| weight.weight).sum();
        if sum == 0 {
            return 0.0;
        }
        f64::from(self.weight_of(target_group).unwrap_or(0)) * 100.0 / f64::from(sum)
    }
}

/// A target group and its targets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetGroup {
    /// Its ARN.
    pub arn: String,
    /// Whether it exists.
    pub exists: bool,
    /// ARNs of the load balancers that use it: at most one, by AWS's limit.
    pub load_balancers: Vec<String>,
    /// Its targets; none when they were not looked at, and empty when there is no such group.
    pub targets: Option<Vec<Target>>,
}

impl TargetGroup {
    /// How many targets are healthy; none when they were not looked at.
    #[must_use]
    pub fn healthy(&self) -> Option<i32> {
        self.count(|state| state == TargetState::Healthy)
    }

    /// How many targets are there that are not draining; none when they were not looked at.
    #[must_use]
    pub fn registered(&self) -> Option<i32> {
        self.count(|state| state != TargetState::Draining)
    }

    /// The first target that is unhealthy, as far as they were looked at.
    #[must_use]
    pub fn unhealthy_target(&self) -> Option<&Target> {
        self.targets.iter().flatten().find(|target| target.state == TargetState::Unhealthy)
    }

    fn count(&self, counts: impl Fn(TargetState) -> bool) -> Option<i32> {
        let targets = self.targets.as_ref()?;
        Some(count(targets.iter().filter(|target| counts(target.state))))
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> i32 {
    i32::try_from(items.count()).unwrap_or(i32::MAX)
}

/// A registered target.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    /// Address or instance id.
    pub id: String,
    /// Its health.
    pub state: TargetState,
    /// Reason code, such as `Target.ResponseCodeMismatch`.
    pub reason: Option<String>,
    /// Description of the reason.
    pub description: Option<String>,
}

/// Health of a target, by the states of DescribeTargetHealth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TargetState {
    /// Registered, its first checks under way.
    Initial,
    /// Passes its checks.
    Healthy,
    /// Fails its checks.
    Unhealthy,
    /// In a group that no route uses.
    Unused,
    /// Deregistered, finishing what it has.
    Draining,
    /// Health checks are off or cannot be answered.
    Unavailable,
}

/// A task definition, as far as a preflight needs it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TaskDefinition {
    /// Its ARN, with the revision.
    pub arn: String,
    /// Whether it is ACTIVE.
    pub active: bool,
    /// Whether its network mode is awsvpc.
    pub awsvpc: bool,
    /// Its containers.
    pub containers: Vec<ContainerDefinition>,
}

/// A container of a task definition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContainerDefinition {
    /// Its name.
    pub name: String,
    /// Its container ports.
    pub ports: Vec<i32>,
}

/// A task that stopped.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoppedTask {
    /// Its ARN.
    pub arn: String,
    /// Such as `TaskFailedToStart`, `EssentialContainerExited`.
    pub stop_code: Option<String>,
    /// Why it stopped, in ECS's words.
    pub stopped_reason: Option<String>,
    /// Reason of a container, where one is given.
    pub container_reason: Option<String>,
    /// Exit code of a container, where one is given.
    pub exit_code: Option<i32>,
    /// When it stopped.
    pub stopped_at: Option<Timestamp>,
}
