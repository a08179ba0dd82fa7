//! Where a Deployment that has begun stands, and the share that it asks for there.

use serde::Serialize;
use sluice_api::{DeploymentStatus, LifecycleEventName, LifecycleEventStatus};

use super::steps::current_step;

/// Where a Deployment that has begun stands.
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

/// Where a Deployment that has begun stands.
pub(crate) fn position(progress: &DeploymentStatus) -> Position {
    if progress.completed_at.is_some() {
        return Position::Ended;
    }
    if progress.rollback.is_some() {
        return Position::Rollback;
    }
    let in_progress = progress
        .lifecycle_events
        .iter()
        .find(|event| event.status == LifecycleEventStatus::InProgress)
        .map(|event| event.name);
    match in_progress {
        Some(LifecycleEventName::AllowTraffic | LifecycleEventName::AfterAllowTraffic) => {
            Position::AllowTraffic(current_step(progress))
        }
        Some(LifecycleEventName::Bake) => Position::Bake,
        Some(LifecycleEventName::TerminateOriginal) => Position::TerminateOriginal,
        Some(LifecycleEventName::Install) | None => Position::Install,
    }
}

/// Share of the replacement that the position asks for, in percent.
pub(crate) fn desired_share(progress: &DeploymentStatus) -> i32 {
    match position(progress) {
        Position::Install | Position::Rollback => 0,
        Position::AllowTraffic(index) => progress.steps.get(index).map_or(0, |step| step.weight),
        Position::Bake | Position::TerminateOriginal => 100,
        Position::Ended => progress.traffic.as_ref().map_or(0, |traffic| traffic.desired),
    }
}
