//! What is written down of the gates that a Deployment came to.

use jiff::{SignedDuration, Timestamp};
use sluice_api::{DeploymentStatus, GateKind, GateState, GateStatus, GateTimeout};

/// Most gates that are written down: one for each step of the longest configuration, and those that are none of a step.
const MOST: usize = 128;

/// What is written down of this gate.
pub(crate) fn recorded<'p>(progress: &'p DeploymentStatus, kind: GateKind, name: &str) -> Option<&'p GateStatus> {
    progress.gates.iter().find(|gate| gate.kind == kind && gate.name == name)
}

/// Writes down how a gate stands, in place of what was known of it.
pub(crate) fn remember(progress: &mut DeploymentStatus, gate: GateStatus) {
    let is_same = |known: &GateStatus| known.kind == gate.kind && known.name == gate.name;
    match progress.gates.iter().position(is_same) {
        Some(at) => progress.gates[at] = gate,
        None if progress.gates.len() < MOST => progress.gates.push(gate),
        None => {}
    }
}

/// This gate is passed over, whether or not it was asked.
pub(crate) fn skip(progress: &mut DeploymentStatus, kind: GateKind, name: String, now: Timestamp) {
    let known = recorded(progress, kind, &name).cloned();
    let since = known.map_or(now, |known| known.since);
    let state = GateState::Skipped;
    remember(
        progress,
        GateStatus {
            name,
            kind,
            state,
            since,
            timeout_at: None,
            on_timeout: None,
            why: String::new(),
            how: String::new(),
        },
    );
}

/// What waits is over in this way.
pub(crate) fn end_waiting(progress: &mut DeploymentStatus, state: GateState) {
    for gate in progress.gates.iter_mut().filter(|gate| gate.is_waiting()) {
        gate.state = state;
        gate.timeout_at = None;
        gate.how.clear();
    }
}

/// What waits for a person waits so much longer: no time ran.
pub(crate) fn move_timeouts(progress: &mut DeploymentStatus, more: SignedDuration) {
    for gate in progress.gates.iter_mut().filter(|gate| gate.is_waiting()) {
        gate.timeout_at = gate.timeout_at.map(|at| at + more);
    }
}

/// Whether the time of what waits is over, and traffic returns for that.
pub(crate) fn is_over_in_vain(gate: &GateStatus, now: Timestamp) -> bool {
    gate.is_waiting()
        && gate.timeout_at.is_some_and(|at| at <= now)
        && matches!(gate.on_timeout, Some(GateTimeout::Stop | GateTimeout::Rollback))
}
