//! What is remembered of the position in progress: tasks that it began with, and how long no clock ran.

use jiff::{SignedDuration, Timestamp};
use sluice_api::{DeploymentStatus, Duration, PositionStatus};

use super::gates::move_timeouts;

/// Begins a position of a service that wants so many tasks: what is remembered of it begins anew.
pub(crate) fn enter(progress: &mut DeploymentStatus, tasks: i32) {
    progress.position = Some(PositionStatus { tasks, most_tasks: tasks, ..PositionStatus::default() });
}

/// How long no clock ran in the position in progress.
pub(crate) fn idle_for(progress: &DeploymentStatus) -> SignedDuration {
    progress.position.as_ref().map_or(SignedDuration::ZERO, |position| position.idle_for.as_signed())
}

/// Since when the service wants no tasks, or has none again yet; none while it has.
pub(crate) fn idle_since(progress: &DeploymentStatus) -> Option<Timestamp> {
    progress.position.as_ref()?.idle_since
}

/// Clocks run again: the time in which none did counts against no deadline, no hold and no bake.
pub(crate) fn end_idleness(progress: &mut DeploymentStatus, now: Timestamp) {
    let Some(position) = &mut progress.position else { return };
    let Some(since) = position.idle_since.take() else { return };
    position.wanted_again_at = None;
    let more = Duration::from_signed(now.duration_since(since)).as_signed();
    position.idle_for = Duration::from_signed(position.idle_for.as_signed() + more);
    progress.deadline_at = progress.deadline_at.map(|deadline| deadline + more);
    move_timeouts(progress, more);
    if let Some(original) = &mut progress.original {
        original.terminate_at = original.terminate_at.map(|at| at + more);
    }
}

/// No alarm holds the release any more: the time that one did does not count against its deadline.
pub(crate) fn end_alarm_hold(progress: &mut DeploymentStatus, now: Timestamp) {
    if let Some(since) = progress.position.as_mut().and_then(|position| position.alarm_since.take()) {
        progress.deadline_at = progress.deadline_at.map(|deadline| deadline + now.duration_since(since));
    }
}
