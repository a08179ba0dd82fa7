//! Task sets.

use serde_json::{Map, Value};

use super::tags::Tags;
use crate::time::Moment;

/// A task set's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskSetStatus {
    /// The one the service stands for.
    Primary,
    /// Any other.
    Active,
    /// Deleted, its tasks are stopping.
    Draining,
}

impl TaskSetStatus {
    /// The wire's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Primary => "PRIMARY",
            Self::Active => "ACTIVE",
            Self::Draining => "DRAINING",
        }
    }
}

/// Whether a task set has reached what it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stability {
    /// Not yet.
    Stabilizing,
    /// Yes.
    SteadyState,
}

impl Stability {
    /// The wire's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stabilizing => "STABILIZING",
            Self::SteadyState => "STEADY_STATE",
        }
    }
}

/// The container behind a load balancer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The target group.
    pub target_group: String,
    /// The container.
    pub container: String,
    /// Its port.
    pub port: u16,
}

/// A task set.
#[derive(Clone, Debug)]
pub struct TaskSet {
    /// The identifier, `ecs-svc/` and digits.
    pub id: String,
    /// The ARN.
    pub arn: String,
    /// The name its maker gave it.
    pub external_id: Option<String>,
    /// The token it was made with.
    pub client_token: Option<String>,
    /// The status.
    pub status: TaskSetStatus,
    /// The task definition's ARN.
    pub task_definition: String,
    /// The container behind a load balancer.
    pub attachment: Option<Attachment>,
    /// Parameters that are kept and shown, and change nothing here: network, launch type, registries.
    pub settings: Map<String, Value>,
    /// Percent of the service's desired count.
    pub scale: f64,
    /// How many tasks that is.
    pub computed_desired: u32,
    /// Tasks in RUNNING.
    pub running: u32,
    /// Tasks on their way to RUNNING.
    pub pending: u32,
    /// Whether it has reached what it was asked for.
    pub stability: Stability,
    /// When that was last looked at.
    pub stability_at: Moment,
    /// When it was created.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// Tags.
    pub tags: Tags,
    /// Rounds of launches that failed before RUNNING, in a row.
    pub failed_rounds: u32,
    /// No launch before.
    pub next_launch: Moment,
    /// Tasks that failed, whenever.
    pub failed_tasks: u32,
    /// Whether it was ever made smaller.
    pub was_scaled_down: bool,
    /// Whether it was ever PRIMARY.
    pub was_primary: bool,
    /// Whether the scenario put it there.
    pub preexisting: bool,
}

impl TaskSet {
    /// Whether that is its identifier or ARN.
    #[must_use]
    pub fn is_called(&self, id_or_arn: &str) -> bool {
        self.id == id_or_arn || self.arn == id_or_arn
    }

    /// Whether it is not being deleted.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.status != TaskSetStatus::Draining
    }

    /// The target group it registers with.
    #[must_use]
    pub fn target_group(&self) -> Option<&str> {
        self.attachment.as_ref().map(|attachment| attachment.target_group.as_str())
    }

    /// Works out how many tasks it is to have, always rounded up.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of at most 100 % of a u32 fits into a u32"
    )]
    pub fn compute_desired(&mut self, service_desired: u32) {
        let live = if self.is_live() { self.scale } else { 0.0 };
        // A tiny step down before rounding up keeps 3 x 33.333333 % from turning into one task more than asked.
        self.computed_desired = (f64::from(service_desired) * live / 100.0 - 1e-9).ceil().max(0.0) as u32;
    }
}
