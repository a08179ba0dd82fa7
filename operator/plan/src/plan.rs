//! What comes out of the planner: at most one action, or a wait, what happened, and what to remember.

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use serde::Serialize;
use sluice_api::{ConditionType, DeploymentStatus, Reason, bounded_message, cause_of};

use crate::action::Action;
use crate::input::Input;
use crate::progress::position::{Position, position};
use crate::waiting::{Waiting, reason_word};

/// Something that happened, told once as an Event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Reason of the Event.
    #[serde(serialize_with = "reason_word")]
    pub reason: Reason,
    /// Whether it is a warning.
    pub warning: bool,
    /// What happened.
    pub message: String,
}

impl Note {
    pub(crate) fn normal(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, warning: false, message: bounded_message(&message.into()) }
    }

    pub(crate) fn warning(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, warning: true, message: bounded_message(&message.into()) }
    }

    /// That someone must mend something: told once for each cause, from two statuses of an object in a row.
    #[must_use]
    pub fn of_stall(previous: &[Condition], next: &[Condition]) -> Option<Self> {
        let (reason, message) = cause_of(next, ConditionType::Stalled)?;
        let known = cause_of(previous, ConditionType::Stalled).is_some_and(|(known, _)| known == reason);
        (!known).then(|| Self::warning(reason, message))
    }
}

/// What to do now, and what to remember whatever becomes of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// The one mutation; none when the Deployment waits or only moves on.
    pub action: Option<Action>,
    /// What it waits for.
    pub waiting: Option<Waiting>,
    /// When to look again; none: at once.
    pub wake_at: Option<Timestamp>,
    /// What happened, for Events.
    pub notes: Vec<Note>,
    /// What to remember: the status to be, less what is merely seen.
    pub progress: DeploymentStatus,
}

impl Plan {
    /// Does this now.
    pub(crate) const fn act(action: Action, progress: DeploymentStatus) -> Self {
        Self { action: Some(action), waiting: None, wake_at: None, notes: Vec::new(), progress }
    }

    /// Remembers a move to the next position, and looks again at once.
    pub(crate) const fn advance(progress: DeploymentStatus, notes: Vec<Note>) -> Self {
        Self { action: None, waiting: None, wake_at: None, notes, progress }
    }

    /// Waits; looks again after a poll interval, or when the wait is over if that is earlier.
    pub(crate) fn wait(waiting: Waiting, progress: DeploymentStatus, input: &Input<'_>) -> Self {
        let poll = input.now() + input.release.limits.poll;
        let due = waiting.until.or(waiting.deadline).filter(|due| *due > input.now());
        let wake_at = due.map_or(poll, |due| due.min(poll));
        Self { action: None, waiting: Some(waiting), wake_at: Some(wake_at), notes: Vec::new(), progress }
    }

    pub(crate) fn with_notes(mut self, mut notes: Vec<Note>) -> Self {
        notes.append(&mut self.notes);
        self.notes = notes;
        self
    }

    /// Whether it promotes a side, or gives the original another size: what would be missed by who serves.
    pub(crate) fn takes_over(&self) -> bool {
        let original = self.progress.original.as_ref();
        match &self.action {
            Some(Action::PromoteTaskSet { .. }) => true,
            Some(Action::ScaleTaskSet { task_set, .. }) => original.is_some_and(|set| set.task_set == *task_set),
            _ => false,
        }
    }

    /// Whether the Deployment has ended.
    #[must_use]
    pub const fn is_ended(&self) -> bool {
        self.progress.completed_at.is_some()
    }

    /// Where the Deployment stands after this plan.
    #[must_use]
    pub fn position(&self) -> Position {
        position(&self.progress)
    }
}
