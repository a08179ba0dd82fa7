//! Clusters and services.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde_json::{Map, Value};

use super::autoscaling::Autoscaling;
use super::tags::Tags;
use super::task_sets::{TaskSet, TaskSetStatus};
use super::tasks::Task;
use crate::time::Moment;

/// The name of a service and of its cluster.
pub type ServiceKey = (String, String);

/// A cluster.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// Tags.
    pub tags: Tags,
    /// Whether it is in use; one that was deleted stays describable.
    pub is_active: bool,
    /// Services by name.
    pub services: BTreeMap<String, Service>,
    /// Tasks by identifier, the stopped ones among them.
    pub tasks: BTreeMap<String, Task>,
}

impl Cluster {
    /// An empty one.
    #[must_use]
    pub const fn new(name: String, arn: String, tags: Tags) -> Self {
        Self { name, arn, tags, is_active: true, services: BTreeMap::new(), tasks: BTreeMap::new() }
    }
}

/// Who replaces a service's tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Controller {
    /// ECS itself.
    Ecs,
    /// `CodeDeploy`.
    CodeDeploy,
    /// Somebody else, by task sets.
    External,
}

impl Controller {
    /// The wire's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ecs => "ECS",
            Self::CodeDeploy => "CODE_DEPLOY",
            Self::External => "EXTERNAL",
        }
    }

    /// The controller of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Ecs, Self::CodeDeploy, Self::External].into_iter().find(|controller| controller.word() == word)
    }
}

/// A service's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceStatus {
    /// In use.
    Active,
    /// Deleted, its tasks are stopping.
    Draining,
    /// Deleted; still describable.
    Inactive,
}

impl ServiceStatus {
    /// The wire's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Draining => "DRAINING",
            Self::Inactive => "INACTIVE",
        }
    }
}

/// Whose something is: a task set of a service of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// The cluster's name.
    pub cluster: String,
    /// The service's name.
    pub service: String,
    /// The task set's identifier.
    pub task_set: String,
}

/// A line of a service's events.
#[derive(Clone, Debug)]
pub struct Event {
    /// The identifier.
    pub id: String,
    /// When.
    pub at: Moment,
    /// What.
    pub message: String,
}

/// What a client token was first used for.
#[derive(Clone, Debug)]
pub struct TokenUse {
    /// The hash of the request.
    pub request: u64,
    /// The task set it made.
    pub task_set: String,
    /// The answer at that time, for when the task set is gone.
    pub answer: Value,
}

/// A service.
#[derive(Clone, Debug)]
pub struct Service {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// The status.
    pub status: ServiceStatus,
    /// Who replaces its tasks.
    pub controller: Controller,
    /// How many tasks are wanted at a scale of 100 %.
    pub desired_count: u32,
    /// How long the load balancer's verdict on a new task is ignored.
    pub health_check_grace: Duration,
    /// When it was created.
    pub created_at: Moment,
    /// Tags.
    pub tags: Tags,
    /// Parameters that are kept and shown, and change nothing here.
    pub settings: Map<String, Value>,
    /// Task sets; for a service with the ECS controller, its one deployment.
    pub task_sets: Vec<TaskSet>,
    /// Whether there ever was a PRIMARY.
    pub had_primary: bool,
    /// The newest events first.
    pub events: VecDeque<Event>,
    /// Client tokens of `CreateTaskSet`, the newest last.
    pub tokens: VecDeque<(String, TokenUse)>,
    /// The client token and the hash of the `CreateService` that made it.
    pub created_by: Option<(String, u64)>,
    /// Identifiers of its tasks that have not stopped.
    pub alive: Vec<String>,
    /// The most tasks that ran or were starting at a time, of all its task sets.
    pub most_tasks: u32,
    /// The fewest tasks of live task sets that ran at a time, since as many ran for the first time as it wants.
    pub fewest_tasks: Option<u32>,
    /// When something here can change next by itself.
    pub due: Moment,
    /// Who changes the desired count by themselves.
    pub autoscaling: Autoscaling,
}

impl Service {
    /// How many events stay visible.
    const EVENTS: usize = 100;

    /// How many client tokens are remembered: as many as task sets fit. A real client repeats its last one.
    const TOKENS: usize = 5;

    /// Remembers what a client token was used for.
    pub fn remember(&mut self, token: String, used: TokenUse) {
        if self.tokens.len() == Self::TOKENS {
            self.tokens.pop_front();
        }
        self.tokens.push_back((token, used));
    }

    /// What a client token was used for.
    #[must_use]
    pub fn used_for(&self, token: &str) -> Option<&TokenUse> {
        self.tokens.iter().find(|(known, _)| known == token).map(|(_, used)| used)
    }

    /// Adds an event.
    pub fn record(&mut self, id: String, at: Moment, message: String) {
        self.events.push_front(Event { id, at, message });
        self.events.truncate(Self::EVENTS);
    }

    /// Has the scheduler look at it at the next opportunity.
    pub fn touch(&mut self, now: Moment) {
        self.due = self.due.min(now);
    }

    /// Changes the desired count, and with it what each task set is to have.
    pub fn set_desired(&mut self, desired: u32, now: Moment) {
        self.desired_count = desired;
        for task_set in &mut self.task_sets {
            task_set.compute_desired(desired);
            task_set.updated_at = now;
        }
        self.touch(now);
    }

    /// The task set of that identifier or ARN.
    #[must_use]
    pub fn task_set(&self, id_or_arn: &str) -> Option<&TaskSet> {
        self.task_sets.iter().find(|task_set| task_set.is_called(id_or_arn))
    }

    /// The PRIMARY task set.
    #[must_use]
    pub fn primary(&self) -> Option<&TaskSet> {
        self.task_sets.iter().find(|task_set| task_set.status == TaskSetStatus::Primary)
    }
}
