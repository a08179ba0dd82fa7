//! What is known of a Deployment before it begins, beside what holds it.

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, Phase, Reason, State};

use super::conditions::show;
use super::line::{Kstatus, StatusLine};
use crate::begin::released::Released;
use crate::names::short;
use crate::plan::Note;

/// The status with what the Deployment is to release. Once it has begun, or ended, that stands.
#[must_use]
pub fn with_revision(mut status: DeploymentStatus, released: &Released) -> DeploymentStatus {
    if status.started_at.is_none() && status.completed_at.is_none() {
        short(&released.task_definition).clone_into(&mut status.summary.get_or_insert_default().revision);
    }
    status
}

/// What to tell of a Deployment that begins and was asked to release what is newest: what that is.
#[must_use]
pub fn pinned(released: &Released, status: &DeploymentStatus) -> Option<Note> {
    let asked = short(&released.task_definition);
    let pinned = status.replacement.as_ref().map(|pinned| short(&pinned.task_definition))?;
    let message = format!("{asked} is {pinned} in this release: its newest revision as it began");
    (asked != pinned).then(|| Note::normal(Reason::Installing, message))
}

/// The status of a Deployment that was to go back, and found what it wanted serving.
#[must_use]
pub fn found(
    previous: &DeploymentStatus,
    released: &Released,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let mut status = with_revision(previous.clone(), released);
    status.completed_at.get_or_insert(now);
    status.paused_at = None;
    let line = StatusLine {
        phase: Phase::Running,
        state: State::Succeeded,
        reason: Reason::Succeeded,
        message: format!("{} serves: nothing was released", short(&released.task_definition)),
        kstatus: Kstatus::Succeeded,
        traffic: None,
    };
    show(status, &line, generation, now)
}
