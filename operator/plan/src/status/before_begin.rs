//! The status of a Deployment that has not begun, or of which nothing new is known.

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, Phase, Reason, State};

use super::conditions::show;
use super::line::{Kstatus, StatusLine};
use crate::outcome::CallError;
use crate::refusal::Refusal;

/// The status of a Deployment whose turn it is not.
#[must_use]
pub fn queued(previous: &DeploymentStatus, behind: &str, generation: Option<i64>, now: Timestamp) -> DeploymentStatus {
    let line = StatusLine::waiting(Phase::Pending, State::Queued, Reason::Queued, format!("queued behind {behind}"));
    show(DeploymentStatus { paused_at: None, ..previous.clone() }, &line, generation, now)
}

/// The status of a Deployment that will never begin, because a newer one has.
#[must_use]
pub fn superseded(previous: &DeploymentStatus, by: &str, generation: Option<i64>, now: Timestamp) -> DeploymentStatus {
    let message =
        format!("{by} is newer and began first: create the Deployment again to release this revision after all");
    never_begun(previous, Reason::Superseded, message, generation, now)
}

/// The status of a Deployment that will never begin, because its group asks for what needs no Deployment.
#[must_use]
pub fn withdrawn(
    previous: &DeploymentStatus,
    wanted: &str,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let message = format!("{wanted} was asked for again before this one began: no traffic moved");
    never_begun(previous, Reason::Superseded, message, generation, now)
}

/// The status of a Deployment that was stopped before it began.
#[must_use]
pub fn stopped_before_begin(previous: &DeploymentStatus, generation: Option<i64>, now: Timestamp) -> DeploymentStatus {
    never_begun(previous, Reason::Stopped, "stopped before it began: no traffic moved".to_owned(), generation, now)
}

/// The status of a Deployment that is held before it began.
#[must_use]
pub fn paused_before_begin(previous: &DeploymentStatus, generation: Option<i64>, now: Timestamp) -> DeploymentStatus {
    let mut status = previous.clone();
    status.paused_at.get_or_insert(now);
    let message = "paused before it began; set spec.paused to false to begin".to_owned();
    let line = StatusLine::waiting(Phase::Paused, State::Created, Reason::Paused, message);
    show(status, &line, generation, now)
}

/// The status of a Deployment that cannot begin, or go on, until someone mends something.
#[must_use]
pub fn refused(
    previous: &DeploymentStatus,
    refusal: &Refusal,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let (phase, state) = unchanged_phase(previous);
    let (reason, message) = (refusal.reason, refusal.message.clone());
    let line = StatusLine { phase, state, reason, message, kstatus: Kstatus::Stalled, traffic: None };
    let mut status = previous.clone();
    if status.started_at.is_none() {
        status.paused_at = None;
    }
    show(status, &line, generation, now)
}

/// The status of a Deployment while AWS cannot be read. All that was known stays.
#[must_use]
pub fn call_failed(
    previous: &DeploymentStatus,
    error: &CallError,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let (phase, state) = unchanged_phase(previous);
    let kstatus = if error.stalled { Kstatus::Stalled } else { Kstatus::InProgress };
    let line =
        StatusLine { phase, state, reason: error.reason, message: error.message.clone(), kstatus, traffic: None };
    show(previous.clone(), &line, generation, now)
}

fn never_begun(
    previous: &DeploymentStatus,
    reason: Reason,
    message: String,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let mut status = previous.clone();
    status.completed_at.get_or_insert(now);
    status.paused_at = None;
    let line = StatusLine {
        phase: Phase::Failed,
        state: State::Stopped,
        reason,
        message,
        kstatus: Kstatus::Failed,
        traffic: None,
    };
    show(status, &line, generation, now)
}

/// Phase and state of a Deployment of which nothing new is known.
const fn unchanged_phase(previous: &DeploymentStatus) -> (Phase, State) {
    if previous.started_at.is_some() { (previous.phase, previous.state) } else { (Phase::Pending, State::Created) }
}
