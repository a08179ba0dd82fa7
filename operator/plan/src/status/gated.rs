//! The status of a Deployment whose turn it is, and which something holds before it begins.

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, GateState, GateStatus, Phase, State};

use super::conditions::show;
use super::line::StatusLine;
use crate::admission::begin_gates::BeginWait;
use crate::waiting::clock;

/// The status of a Deployment that waits before it begins.
#[must_use]
pub fn gated(
    previous: &DeploymentStatus,
    wait: &BeginWait,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let (mut same, mut gates): (Vec<GateStatus>, Vec<GateStatus>) =
        previous.gates.iter().cloned().partition(|gate| gate.kind == wait.kind && gate.is_waiting());
    gates = passed(gates);
    let since = same.pop().map_or(now, |gate| gate.since);
    gates.push(GateStatus {
        name: wait.name.clone(),
        kind: wait.kind,
        state: GateState::Waiting,
        since,
        timeout_at: wait.until,
        on_timeout: None,
        how: wait.how.clone(),
    });
    let message = format!("{}, since {}; to begin now: {}", wait.what, clock(since, now), wait.how);
    let line = StatusLine::waiting(Phase::Pending, State::Queued, wait.reason, message);
    show(DeploymentStatus { paused_at: None, gates, ..previous.clone() }, &line, generation, now)
}

/// The waits of a Deployment that nothing holds any more.
#[must_use]
pub fn passed(gates: Vec<GateStatus>) -> Vec<GateStatus> {
    let over = |gate: GateStatus| GateStatus { state: GateState::Passed, timeout_at: None, how: String::new(), ..gate };
    gates.into_iter().map(|gate| if gate.is_waiting() { over(gate) } else { gate }).collect()
}
