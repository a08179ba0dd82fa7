//! The end of the way back, and its reason.

use sluice_api::{DeploymentStatus, Reason, RollbackTrigger, State};

use crate::progress::events::end;
use crate::view::View;

/// Ends the Deployment: as stopped where someone asked for it, else as failed.
pub(super) fn finish(progress: &mut DeploymentStatus, view: &View<'_>) {
    let now = view.now();
    let mut state = State::Failed;
    if let Some(rollback) = &mut progress.rollback {
        rollback.ended_at = Some(now);
        if !rollback.trigger.is_automatic() {
            state = State::Stopped;
        }
    }
    end(progress, state, now);
}

/// Reason of the Event that tells the end.
pub(super) fn end_reason(progress: &DeploymentStatus) -> Reason {
    let trigger = progress.rollback.as_ref().map(|rollback| rollback.trigger);
    match (progress.state, trigger) {
        (State::Stopped, Some(RollbackTrigger::Superseded)) => Reason::Superseded,
        (State::Stopped, _) => Reason::Stopped,
        _ => Reason::Failed,
    }
}
