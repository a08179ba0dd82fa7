//! Where a Deployment that has begun stands, and the share that it asks for there.

use serde::Serialize;
use sluice_api::{DeploymentStatus, LifecycleEventName, LifecycleEventStatus, Share, StepState};

use super::steps::current_step;

/// Where a Deployment that has begun stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Position {
    /// The replacement is made and gets healthy.
    Install,
    /// A lifecycle event in which traffic stays where it is: hooks, test traffic, a person to wait for. Before AllowTraffic
    /// production traffic is at the original, afterwards all of it is at the replacement.
    Event(LifecycleEventName),
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

impl Position {
    /// Whether production traffic is still to move.
    #[must_use]
    pub fn is_before_all_traffic(self) -> bool {
        match self {
            Self::Install | Self::AllowTraffic(_) => true,
            Self::Event(name) => name < LifecycleEventName::AllowTraffic,
            Self::Bake | Self::TerminateOriginal | Self::Rollback | Self::Ended => false,
        }
    }
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
        Some(LifecycleEventName::AllowTraffic) => Position::AllowTraffic(current_step(progress)),
        Some(LifecycleEventName::Bake) => Position::Bake,
        Some(LifecycleEventName::TerminateOriginal) => Position::TerminateOriginal,
        Some(LifecycleEventName::Install) | None => Position::Install,
        Some(name) => Position::Event(name),
    }
}

/// Share of the replacement that the position asks for.
pub(crate) fn desired_share(progress: &DeploymentStatus) -> Share {
    match position(progress) {
        Position::Install | Position::Rollback => Share::NONE,
        Position::Event(name) => {
            if name < LifecycleEventName::AllowTraffic {
                Share::NONE
            } else {
                Share::ALL
            }
        }
        Position::AllowTraffic(index) => {
            // Before it begins, an increment asks for what the one before it had.
            let is_begun = progress.steps.get(index).is_some_and(|step| step.state != StepState::Pending);
            let asked = if is_begun { Some(index) } else { index.checked_sub(1) };
            asked.and_then(|index| progress.steps.get(index)).map_or(Share::NONE, |step| step.weight)
        }
        Position::Bake | Position::TerminateOriginal => Share::ALL,
        Position::Ended => progress.traffic.as_ref().map_or(Share::NONE, |traffic| traffic.desired),
    }
}
