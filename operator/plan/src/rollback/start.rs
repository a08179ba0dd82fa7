//! The turn: what is remembered as the way back begins.

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, Reason, Rollback, bounded_message};

use super::cause::Cause;
use crate::plan::Note;
use crate::progress::events::fail_events;

/// Remembers why, and tells it.
pub(crate) fn start(progress: &DeploymentStatus, cause: Cause, now: Timestamp) -> (DeploymentStatus, Note) {
    let mut progress = progress.clone();
    fail_events(&mut progress, now);
    progress.deadline_at = None;
    progress.paused_at = None;
    progress.failure = cause.failure;
    if let Some(original) = &mut progress.original {
        original.terminate_at = None;
        original.unhealthy_since = None;
    }
    progress.rollback = Some(Rollback {
        trigger: cause.trigger,
        reason: bounded_message(&cause.reason),
        to: progress.original.as_ref().map(|original| original.task_set.clone()),
        started_at: now,
        traffic_restored_at: None,
        ended_at: None,
        hooks: Vec::new(),
    });
    (progress, Note::warning(Reason::RollingBack, format!("Rolling back: {}", cause.reason)))
}
