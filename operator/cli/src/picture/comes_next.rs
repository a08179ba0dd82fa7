//! What a Deployment does next, by itself.

use jiff::Timestamp;
use sluice_api::{
    Deployment, DeploymentStatus, GateKind, GateStatus, GateTimeout, LifecycleEventName, LifecycleEventStatus,
    StatusWord, StepState, StepStatus,
};

use super::time::clock;
use super::words::word_of;

/// What comes next; none where nothing does, or nobody knows.
#[must_use]
pub fn comes_next(deployment: &Deployment, now: Timestamp) -> Option<String> {
    let status = deployment.status.as_ref()?;
    if status.completed_at.is_some() || deployment.spec.paused && status.rollback.is_none() {
        return None;
    }
    if let Some(text) = status.gates.iter().rev().find_map(|gate| time_out(gate, now)) {
        return Some(text);
    }
    let at = status.next_transition_at.map(|at| format!(" at {}", clock(at, now))).unwrap_or_default();
    match word_of(Some(status)) {
        StatusWord::Installing => {
            Some(status.steps.first().map_or_else(String::new, |step| format!("{}, once it is healthy", weight(step))))
        }
        StatusWord::Shifting => in_progress(status)
            .map(|step| if step.hold.is_zero() { after(step, status) } else { format!("held for {}", step.hold) }),
        StatusWord::Holding => in_progress(status).map(|step| match step.approval {
            Some(_) => format!("an approval is waited for{at}"),
            None => format!("{}{at}", after(step, status)),
        }),
        StatusWord::Baking => Some(format!("the original goes{at}")),
        StatusWord::Finishing => Some("it ends, with the replacement alone".to_owned()),
        StatusWord::RollingBack => Some(match status.rollback.as_ref()?.traffic_restored_at {
            None => "once traffic is back at the original, the replacement goes".to_owned(),
            Some(_) => "the replacement goes, and it ends".to_owned(),
        }),
        _ => None,
    }
    .filter(|text| !text.is_empty())
}

/// What becomes of it when nobody answers a wait.
fn time_out(gate: &GateStatus, now: Timestamp) -> Option<String> {
    let at = gate.timeout_at.filter(|_| gate.is_waiting())?;
    let at = clock(at, now);
    let what = match (gate.kind, gate.on_timeout) {
        (GateKind::Ready | GateKind::Approval, Some(GateTimeout::Stop)) => "stopped",
        (GateKind::Ready | GateKind::Approval, Some(GateTimeout::Rollback)) => "rolled back",
        (GateKind::Ready | GateKind::Approval, Some(GateTimeout::Continue)) => "it goes on",
        (GateKind::Ready | GateKind::Approval, Some(GateTimeout::Wait)) => "told once, and waited for on",
        (GateKind::Multi, _) => return Some(format!("all return at {at}, if the others are not ready by then")),
        (GateKind::Window, _) => return Some(format!("it begins at {at}, when window {} opens", gate.name)),
        _ => return None,
    };
    Some(format!("{what} at {at}, if nobody answers"))
}

fn in_progress(status: &DeploymentStatus) -> Option<&StepStatus> {
    status.steps.iter().find(|step| matches!(step.state, StepState::Shifting | StepState::Holding))
}

fn weight(step: &StepStatus) -> String {
    format!("weight {}", step.weight)
}

/// What follows an increment.
fn after(step: &StepStatus, status: &DeploymentStatus) -> String {
    let following = status.steps.iter().find(|one| one.index > step.index);
    let bakes = status
        .lifecycle_events
        .iter()
        .any(|event| event.name == LifecycleEventName::Bake && event.status == LifecycleEventStatus::Skipped);
    following.map_or_else(|| if bakes { "the original goes" } else { "the bake" }.to_owned(), weight)
}
