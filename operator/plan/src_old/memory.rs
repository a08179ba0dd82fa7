//! What a Deployment remembers between two reconciles, and how it moves from one position to the next.
//!
//! Only times and decisions are remembered. What exists in AWS is observed anew each time.

use jiff::Timestamp;
use serde::Serialize;
use sluice_api::{
    DeploymentStatus, IntentOperation, LifecycleEventName, LifecycleEventStatus, StepState, StepStatus, TaskSetStatus,
};

/// Where a begun Deployment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Position {
    /// The replacement is made and gets healthy.
    Install,
    /// The increment with this index is being made or held.
    AllowTraffic(usize),
    /// All traffic moved, the original kept.
    Bake,
    /// The replacement becomes primary, the original goes.
    TerminateOriginal,
    /// Traffic returns to the original, the replacement goes.
    Rollback,
    /// Nothing more happens.
    Ended,
}

/// Where a begun Deployment stands.
pub(crate) fn position(memory: &DeploymentStatus) -> Position {
    if memory.completed_at.is_some() {
        return Position::Ended;
    }
    if memory.rollback.is_some() {
        return Position::Rollback;
    }
    let in_progress = memory
        .lifecycle_events
        .iter()
        .find(|event| event.status == LifecycleEventStatus::InProgress)
        .map(|event| event.name);
    match in_progress {
        Some(LifecycleEventName::AllowTraffic | LifecycleEventName::AfterAllowTraffic) => {
            Position::AllowTraffic(current_step(memory))
        }
        Some(LifecycleEventName::Bake) => Position::Bake,
        Some(LifecycleEventName::TerminateOriginal) => Position::TerminateOriginal,
        Some(LifecycleEventName::Install) | None => Position::Install,
    }
}

/// Index of the first step that is not completed; the last one when all are.
pub(crate) fn current_step(memory: &DeploymentStatus) -> usize {
    memory
        .steps
        .iter()
        .position(|step| step.state != StepState::Completed)
        .unwrap_or_else(|| memory.steps.len().saturating_sub(1))
}

/// Share of the replacement that the position asks for, in percent.
pub(crate) fn desired_share(memory: &DeploymentStatus) -> i32 {
    match position(memory) {
        Position::Install | Position::Rollback => 0,
        Position::AllowTraffic(index) => memory.steps.get(index).map_or(0, |step| step.weight),
        Position::Bake | Position::TerminateOriginal => 100,
        Position::Ended => memory.traffic.as_ref().map_or(0, |traffic| traffic.desired),
    }
}

/// Whether the delete of the original may have been called: from here on there is no way back.
pub(crate) fn past_return(memory: &DeploymentStatus) -> bool {
    memory.intent.as_ref().is_some_and(|intent| intent.operation == IntentOperation::DeleteTaskSet)
}

/// Marks a lifecycle event begun.
pub(crate) fn start_event(memory: &mut DeploymentStatus, name: LifecycleEventName, now: Timestamp) {
    for event in memory.lifecycle_events.iter_mut().filter(|event| event.name == name) {
        event.status = LifecycleEventStatus::InProgress;
        event.started_at = Some(now);
    }
}

/// Marks a lifecycle event ended.
pub(crate) fn end_event(
    memory: &mut DeploymentStatus,
    name: LifecycleEventName,
    status: LifecycleEventStatus,
    now: Timestamp,
) {
    for event in memory.lifecycle_events.iter_mut().filter(|event| event.name == name) {
        event.started_at.get_or_insert(now);
        event.status = status;
        event.ended_at = Some(now);
    }
}

/// When the lifecycle event began.
pub(crate) fn event_started_at(memory: &DeploymentStatus, name: LifecycleEventName) -> Option<Timestamp> {
    memory.lifecycle_events.iter().find(|event| event.name == name).and_then(|event| event.started_at)
}

/// Ends whatever lifecycle event and step is in progress as failed, and skips those that never began.
pub(crate) fn fail_events(memory: &mut DeploymentStatus, now: Timestamp) {
    for step in &mut memory.steps {
        if matches!(step.state, StepState::Shifting | StepState::Holding) {
            step.state = StepState::Interrupted;
        }
    }
    for event in &mut memory.lifecycle_events {
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

/// Marks a step begun.
pub(crate) fn start_step(step: &mut StepStatus, now: Timestamp) {
    step.state = StepState::Shifting;
    step.started_at = Some(now);
}

/// The last moment at which a write that still counts may have been made, or a weight was read back: the barrier
/// counts from it.
///
/// Every write of the way forward, also one whose record was lost, was made before the return to the original began:
/// a raised weight, or the create of the task set.
pub(crate) fn last_write(memory: &DeploymentStatus) -> Option<Timestamp> {
    let traffic = memory.traffic.as_ref();
    [
        traffic.and_then(|traffic| traffic.written_at),
        traffic.and_then(|traffic| traffic.verified_at),
        memory.rollback.as_ref().map(|rollback| rollback.started_at),
    ]
    .into_iter()
    .flatten()
    .max()
}

/// Whether this task set was not there at the observation before this one either. ECS may leave something out of
/// one answer, and nothing is given up for that.
pub(crate) fn was_missing(seen: &TaskSetStatus) -> bool {
    seen.desired == 0 && seen.running == 0
}
