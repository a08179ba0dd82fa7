//! What is known of a Deployment before it begins, beside what holds it.

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, Phase, Reason, Revision, State};

use super::conditions::show;
use super::line::{Kstatus, StatusLine};

/// The status with what the Deployment is to release. Once it has begun, or ended, that stands.
#[must_use]
pub fn with_revision(mut status: DeploymentStatus, revision: &Revision) -> DeploymentStatus {
    if status.started_at.is_none() && status.completed_at.is_none() {
        revision.short_name().clone_into(&mut status.summary.get_or_insert_default().revision);
    }
    status
}

/// The status of a Deployment that was to go back, and found what it wanted serving.
#[must_use]
pub fn found(
    previous: &DeploymentStatus,
    revision: &Revision,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let mut status = with_revision(previous.clone(), revision);
    status.completed_at.get_or_insert(now);
    status.paused_at = None;
    let line = StatusLine {
        phase: Phase::Running,
        state: State::Succeeded,
        reason: Reason::Succeeded,
        message: format!("{} serves: nothing was released", revision.short_name()),
        kstatus: Kstatus::Succeeded,
        traffic: None,
    };
    show(status, &line, generation, now)
}
