//! A service of ECS, its task sets, the tasks that stopped, and the task definition that is released.

use jiff::Timestamp;
use serde::Serialize;

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
    /// For how many seconds from its start ECS ends no task for failing checks of the load balancer.
    pub health_check_grace: i32,
    /// Its task sets, also those that are draining.
    pub task_sets: Vec<TaskSet>,
    /// ARN of the task definition that it runs: its own, or that of its primary task set; none where it has neither.
    pub task_definition: Option<String>,
    /// ARNs of the target groups in which it registers its tasks: those of its live task sets or, where it has no task sets,
    /// its own.
    pub target_groups: Vec<String>,
    /// Tasks that run, of whatever task set.
    pub running: i32,
    /// Its tag `environment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Its tag `aws:cloudformation:stack-id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack_id: Option<String>,
    /// The last time that ECS found no place for a task, of those that it still remembers.
    pub placement_failure: Option<PlacementFailure>,
}

/// ECS found no place for a task, as an event of the service tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlacementFailure {
    /// When.
    pub at: Timestamp,
    /// Id of the task set, where the event names one.
    pub task_set: Option<String>,
    /// Why, in ECS's words.
    pub message: String,
}

impl Service {
    /// One that can be released and wants so many tasks; nothing else is known of it.
    #[cfg(test)]
    pub(crate) fn wanting(desired_count: i32) -> Self {
        Self {
            arn: "service".to_owned(),
            active: true,
            external: true,
            desired_count,
            health_check_grace: 0,
            task_sets: Vec::new(),
            task_definition: None,
            target_groups: Vec::new(),
            running: 0,
            environment: None,
            stack_id: None,
            placement_failure: None,
        }
    }

    /// The task set of that id.
    #[must_use]
    pub fn task_set(&self, id: &str) -> Option<&TaskSet> {
        self.task_sets.iter().find(|task_set| task_set.id == id)
    }

    /// The live task sets on a target group.
    pub fn live_on<'a>(&'a self, target_group: &str) -> impl Iterator<Item = &'a TaskSet> {
        self.task_sets.iter().filter(move |set| set.is_live() && set.target_group.as_deref() == Some(target_group))
    }

    /// The live task set that carries this external id.
    #[must_use]
    pub fn with_external_id(&self, external_id: &str) -> Option<&TaskSet> {
        self.task_sets
            .iter()
            .find(|task_set| task_set.is_live() && task_set.external_id.as_deref() == Some(external_id))
    }

    /// Whether it is ACTIVE, and registers its tasks in this target group.
    #[must_use]
    pub fn stands_on(&self, target_group: &str) -> bool {
        self.active && self.target_groups.iter().any(|group| group == target_group)
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
    /// Name of the container that tells most of why, where one does.
    pub container: Option<String>,
    /// Reason of that container, where one is given.
    pub container_reason: Option<String>,
    /// Exit code of that container, where one is given.
    pub exit_code: Option<i32>,
    /// When it began to run; none where it never did.
    pub started_at: Option<Timestamp>,
    /// When it stopped.
    pub stopped_at: Option<Timestamp>,
}
