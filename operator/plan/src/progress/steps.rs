//! The increments of a Deployment, one after the other.

use jiff::Timestamp;
use sluice_api::{Capacity, DeploymentGroupSpec, DeploymentStatus, Share, StepState, StepStatus, Traffic};

use super::remembered::enter;

/// Index of the first step that is not completed; the last one when all are.
pub(crate) fn current_step(progress: &DeploymentStatus) -> usize {
    progress
        .steps
        .iter()
        .position(|step| step.state != StepState::Completed)
        .unwrap_or_else(|| progress.steps.len().saturating_sub(1))
}

/// Index of the step in progress, from 1, for people.
pub(crate) fn step_number(progress: &DeploymentStatus) -> usize {
    current_step(progress) + 1
}

/// Size of the replacement at a step: by its own scale or, where sizes follow the traffic, exactly by its weight.
pub(crate) fn size_of(settings: &DeploymentGroupSpec, step: &StepStatus) -> Share {
    match settings.sizing() {
        Capacity::Proportional => step.weight,
        Capacity::Full => Share::from_percent(u8::try_from(step.scale).unwrap_or(100)),
    }
}

/// Share that was read back last: what the last verified step moved.
pub(crate) fn verified_share(progress: &DeploymentStatus) -> Share {
    let verified = progress.steps.iter().filter(|step| step.verified_at.is_some());
    verified.map(|step| step.weight).max().unwrap_or(Share::NONE)
}

/// Begins a step of a service that wants so many tasks. Its deadline is set once; a later flap does not push it back.
pub(crate) fn begin_step(
    progress: &mut DeploymentStatus,
    index: usize,
    tasks: i32,
    (now, deadline): (Timestamp, Timestamp),
) {
    if let Some(step) = progress.steps.get_mut(index) {
        start_step(step, now);
        progress.traffic.get_or_insert_with(Traffic::default).desired = step.weight;
    }
    progress.deadline_at = Some(deadline);
    enter(progress, tasks);
}

fn start_step(step: &mut StepStatus, now: Timestamp) {
    step.state = StepState::Shifting;
    step.started_at = Some(now);
}
