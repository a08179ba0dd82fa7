//! A named route of which nothing is known: what is not seen is not known, and never taken for weight 0.
//!
//! While there is one, nothing is raised, promoted, deleted or called rolled back (S3, S4, S8). Traffic still returns on
//! the routes that are read, and nothing waits for ever: after a time the Deployment ends, and leaves all that may serve.

use jiff::Timestamp;
use sluice_api::{Failure, FailureCategory, FailureCode, Reason, RollbackTrigger, State, bounded_message};

use crate::failure::failure;
use crate::plan::{Note, Plan};
use crate::platform::side::UnreadRoute;
use crate::progress::events::{end, fail_events};
use crate::view::View;
use crate::waiting::{WaitKind, Waiting, by};

/// Waits for the route, at most until the position goes on by itself, if it does; none when every route is read.
pub(crate) fn wait_until(view: &View<'_>, until: Option<Timestamp>) -> Option<Plan> {
    let waiting = Waiting { until, ..waiting(view.unread_route()?, None, view.now()) };
    Some(Plan::wait(waiting, view.progress().clone(), &view.input))
}

/// Waits for the route until the deadline of the position; none when every route is read.
pub(crate) fn wait(view: &View<'_>) -> Option<Plan> {
    let waiting = waiting(view.unread_route()?, view.deadline(), view.now());
    Some(Plan::wait(waiting, view.progress().clone(), &view.input))
}

/// Waits for the route, and gives up after the progress deadline; none when every route is read. For positions that have no
/// deadline of their own. Right after the barrier it gives up when the Deployment is being deleted, and on its way back
/// when nobody could mend it: one answer alone never ends anything.
pub(crate) fn wait_or_end(view: &View<'_>) -> Option<Plan> {
    let unread = view.unread_route()?;
    let now = view.now();
    let release = &view.input.release;
    let nothing_to_wait_for = view.progress().rollback.is_some() && unread.is_final;
    let soon = release.controls.deleted || nothing_to_wait_for;
    let grace = if soon { now + release.limits.barrier } else { view.new_deadline() };
    let deadline = view.deadline().map_or(grace, |known| known.min(grace));
    let mut progress = view.progress().clone();
    if now < deadline {
        progress.deadline_at = Some(deadline);
        return Some(Plan::wait(waiting(unread, Some(deadline), now), progress, &view.input));
    }
    fail_events(&mut progress, now);
    let failure = given_up(view, unread);
    let message = failure.message.clone();
    progress.failure = Some(failure);
    if let Some(rollback) = &mut progress.rollback {
        rollback.ended_at = Some(now);
    }
    end(&mut progress, State::Failed, now);
    Some(Plan::advance(progress, vec![Note::warning(Reason::Failed, message)]))
}

fn waiting(unread: &UnreadRoute, deadline: Option<Timestamp>, now: Timestamp) -> Waiting {
    // What to do comes before what is held: the end of a long message may be cut.
    let message = format!(
        "{}: {}; nothing is raised, promoted or deleted while no one knows what it carries{}",
        unread.what,
        unread.remedy,
        by(deadline, now)
    );
    Waiting { reason: unread.reason, message, until: None, deadline, kind: WaitKind::Person }
}

/// The failure at the end: nothing was taken from what may serve, and no one is asked to.
fn given_up(view: &View<'_>, unread: &UnreadRoute) -> Failure {
    let rollback = view.progress().rollback.as_ref();
    let category = if rollback.is_some() { FailureCategory::Rollback } else { FailureCategory::Infrastructure };
    let code = match rollback.map(|rollback| rollback.trigger) {
        None => FailureCode::DeploymentFailedGeneric,
        Some(RollbackTrigger::DeploymentFailure) => FailureCode::AutomaticRollbackFailed,
        Some(_) => FailureCode::ManualRollbackFailed,
    };
    let because = rollback.map(|rollback| format!("; because {}", rollback.reason)).unwrap_or_default();
    let message = format!("{}, so that no one knows what it carries: every task set is kept{because}", unread.what);
    Failure {
        code,
        retryable: code.is_retryable(),
        message: bounded_message(&message),
        hint: "look where the traffic of the route goes now; keep what receives it".to_owned(),
        ..failure(category, "")
    }
}
