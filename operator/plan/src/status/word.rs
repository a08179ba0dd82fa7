//! Where a Deployment stands, in one word.

use sluice_api::{DeploymentStatus, GateKind, LifecycleEventName, Phase, Reason, State, StatusWord};

use super::line::{Kstatus, StatusLine, rollback_completed};
use crate::progress::position::{Position, position};

/// Where a Deployment stands, in one word. A cause that passes by itself changes no word: it stands where it stood.
pub(super) fn word(status: &DeploymentStatus, line: &StatusLine) -> StatusWord {
    match line.kstatus {
        Kstatus::Succeeded if status.replaced_by.is_some() => StatusWord::Replaced,
        Kstatus::Succeeded => StatusWord::Succeeded,
        Kstatus::Failed => failed(status, line),
        Kstatus::Stalled => StatusWord::Stalled,
        Kstatus::InProgress if line.phase == Phase::Paused => StatusWord::Paused,
        Kstatus::InProgress if status.started_at.is_some() => at(status),
        Kstatus::InProgress if line.state == State::Queued => StatusWord::Queued,
        Kstatus::InProgress => StatusWord::Pending,
    }
}

fn failed(status: &DeploymentStatus, line: &StatusLine) -> StatusWord {
    match line.state {
        _ if line.reason == Reason::Superseded => StatusWord::Superseded,
        _ if line.reason == Reason::Rejected => StatusWord::Rejected,
        State::Stopped => StatusWord::Stopped,
        _ if status.rollback.as_ref().is_some_and(rollback_completed) => StatusWord::RolledBack,
        _ => StatusWord::Failed,
    }
}

fn at(status: &DeploymentStatus) -> StatusWord {
    let for_a_person = |kind| matches!(kind, GateKind::Ready | GateKind::Approval);
    if status.gates.iter().any(|gate| gate.is_waiting() && for_a_person(gate.kind)) {
        return StatusWord::Waiting;
    }
    match position(status) {
        Position::Install => StatusWord::Installing,
        Position::Event(name) if name < LifecycleEventName::AllowTraffic => StatusWord::Installing,
        Position::AllowTraffic(index) if status.steps.get(index).is_some_and(|step| step.verified_at.is_some()) => {
            StatusWord::Holding
        }
        Position::AllowTraffic(_) => StatusWord::Shifting,
        Position::Bake => StatusWord::Baking,
        Position::Event(_) | Position::TerminateOriginal => StatusWord::Finishing,
        Position::Rollback | Position::Ended => StatusWord::RollingBack,
    }
}
