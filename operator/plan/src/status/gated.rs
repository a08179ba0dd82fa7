//! The status of a Deployment whose turn it is, and which something holds before it begins.

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, GateState, GateStatus, Phase, State, bounded_message};

use super::conditions::show;
use super::line::StatusLine;
use crate::admission::begin_gates::BeginWait;
use crate::progress::gates::{end_waiting, remember};
use crate::waiting::clock;

/// The status of a Deployment that waits before it begins.
#[must_use]
pub fn gated(
    previous: &DeploymentStatus,
    wait: &BeginWait,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let same = previous.gates.iter().find(|gate| gate.kind == wait.kind && gate.is_waiting());
    let since = same.map_or(now, |gate| gate.since);
    let mut status = passed(previous);
    status.paused_at = None;
    // It may be another window than the one before, of which nothing is left to tell.
    status.gates.retain(|gate| gate.kind != wait.kind);
    let gate = GateStatus {
        name: wait.name.clone(),
        kind: wait.kind,
        state: GateState::Waiting,
        since,
        timeout_at: wait.until,
        on_timeout: None,
        why: bounded_message(&wait.what),
        how: wait.how.clone(),
    };
    remember(&mut status, gate);
    let message = format!("{}, since {}; to begin now: {}", wait.what, clock(since, now), wait.how);
    let line = StatusLine::waiting(Phase::Pending, State::Queued, wait.reason, message);
    show(status, &line, generation, now)
}

/// The same Deployment once nothing holds it any more: its gates were asked, and are open.
#[must_use]
pub fn passed(previous: &DeploymentStatus) -> DeploymentStatus {
    let mut status = previous.clone();
    end_waiting(&mut status, GateState::Passed);
    status
}

/// The same Deployment while something else holds it: whether its gates are open is not asked meanwhile.
pub(super) fn not_asked(previous: &DeploymentStatus) -> DeploymentStatus {
    let mut status = previous.clone();
    if status.started_at.is_none() {
        end_waiting(&mut status, GateState::Interrupted);
    }
    status
}
