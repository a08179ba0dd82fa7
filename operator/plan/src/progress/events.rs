//! The lifecycle events of a Deployment, and its end.

use super::hooks::abandon;
use jiff::Timestamp;
use sluice_api::{DeploymentStatus, GateState, LifecycleEventName, LifecycleEventStatus, State, StepState};

use super::gates::{end_waiting, is_over_in_vain};

/// Marks a lifecycle event begun.
pub(crate) fn start_event(progress: &mut DeploymentStatus, name: LifecycleEventName, now: Timestamp) {
    for event in progress.lifecycle_events.iter_mut().filter(|event| event.name == name) {
        event.status = LifecycleEventStatus::InProgress;
        event.started_at = Some(now);
    }
}

/// Marks a lifecycle event ended.
pub(crate) fn end_event(
    progress: &mut DeploymentStatus,
    name: LifecycleEventName,
    status: LifecycleEventStatus,
    now: Timestamp,
) {
    for event in progress.lifecycle_events.iter_mut().filter(|event| event.name == name) {
        event.started_at.get_or_insert(now);
        event.status = status;
        event.ended_at = Some(now);
    }
}

/// Passes over a lifecycle event: nothing of it is to be done.
pub(crate) fn skip_event(progress: &mut DeploymentStatus, name: LifecycleEventName) {
    for event in progress.lifecycle_events.iter_mut().filter(|event| event.name == name) {
        event.status = LifecycleEventStatus::Skipped;
        event.started_at = None;
        event.ended_at = None;
    }
}

/// When the lifecycle event began.
pub(crate) fn event_started_at(progress: &DeploymentStatus, name: LifecycleEventName) -> Option<Timestamp> {
    progress.lifecycle_events.iter().find(|event| event.name == name).and_then(|event| event.started_at)
}

/// Ends whatever lifecycle event and step is in progress as failed, and skips those that never began.
pub(crate) fn fail_events(progress: &mut DeploymentStatus, now: Timestamp) {
    abandon(progress, "the release turned round", now, |_| false);
    let in_vain = progress.gates.iter().any(|gate| is_over_in_vain(gate, now));
    end_waiting(progress, if in_vain { GateState::TimedOut } else { GateState::Interrupted });
    for step in &mut progress.steps {
        if matches!(step.state, StepState::Shifting | StepState::Holding) {
            step.state = StepState::Interrupted;
        }
    }
    for event in &mut progress.lifecycle_events {
        match event.status {
            LifecycleEventStatus::InProgress => {
                event.status = LifecycleEventStatus::Failed;
                event.ended_at = Some(now);
            }
            LifecycleEventStatus::Pending => event.status = LifecycleEventStatus::Skipped,
            LifecycleEventStatus::Succeeded | LifecycleEventStatus::Failed | LifecycleEventStatus::Skipped => {}
        }
    }
}

/// Ends the Deployment in this state.
pub(crate) fn end(progress: &mut DeploymentStatus, state: State, now: Timestamp) {
    abandon(progress, "the Deployment ended", now, |_| false);
    progress.state = state;
    progress.completed_at = Some(now);
    progress.deadline_at = None;
    progress.next_transition_at = None;
    progress.paused_at = None;
    if state == State::Succeeded {
        end_event(progress, LifecycleEventName::TerminateOriginal, LifecycleEventStatus::Succeeded, now);
    }
}
