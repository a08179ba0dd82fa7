//! The service is gone, or is being deleted: nothing can be done in AWS, and nothing is left to serve. But ECS may
//! answer MISSING for a moment, so that one answer never ends anything.

use sluice_api::{DeploymentStatus, Failure, FailureCategory, Reason, State, bounded_message};

use crate::failure::failure;
use crate::input::Input;
use crate::lifecycle::pause::{pause, resume};
use crate::multi::returns_by_itself;
use crate::plan::{Note, Plan};
use crate::progress::events::{end, fail_events};
use crate::progress::position::{Position, position};
use crate::progress::times::past_point_of_no_return;
use crate::rollback::cause::requested;
use crate::rollback::start::start;
use crate::view::View;
use crate::waiting::{Waiting, clock};

/// What a release does while its service is not there: what the user asks for is remembered, and then it waits.
pub(crate) fn plan(input: &Input<'_>) -> Plan {
    let release = &input.release;
    let rolling_back = position(release.progress) == Position::Rollback;
    if !rolling_back && !past_point_of_no_return(release.progress) {
        let may_return = returns_by_itself(release.progress.multi.as_ref());
        if let Some(cause) = requested(release.controls).filter(|_| may_return) {
            let (progress, note) = start(release.progress, cause, input.now());
            return wait_or_end(&input.with_progress(&progress), true).with_notes(vec![note]);
        }
        if release.controls.paused {
            return pause(input, None);
        }
        if let Some(since) = release.progress.paused_at {
            return resume(input, since);
        }
    }
    wait_or_end(input, rolling_back)
}

/// Waits for the service, and gives up after the progress deadline.
fn wait_or_end(input: &Input<'_>, rolling_back: bool) -> Plan {
    let now = input.now();
    let release = &input.release;
    // A deletion waits no longer than it must: what is deleted with its service is a whole that goes.
    let grace =
        if release.controls.deleted { release.limits.barrier } else { release.settings.progress_deadline.as_signed() };
    let waits_already = rolling_back || release.progress.reason == Reason::ServiceNotFound.to_string();
    let deadline = match release.progress.deadline_at {
        Some(deadline) if waits_already || deadline > now => deadline,
        _ => now + grace,
    };
    if now < deadline {
        let progress = DeploymentStatus { deadline_at: Some(deadline), ..release.progress.clone() };
        let message = format!("the service is gone from ECS; given up at {}", clock(deadline, now));
        let waiting = Waiting::for_progress(Reason::ServiceNotFound, message, Some(deadline));
        return Plan::wait(waiting, progress, input);
    }
    give_up(input)
}

fn give_up(input: &Input<'_>) -> Plan {
    let ecs = &input.release.settings.ecs;
    let mut progress = input.release.progress.clone();
    fail_events(&mut progress, input.now());
    let message = format!("service {}/{} is gone from ECS", ecs.cluster, ecs.service);
    progress.failure = Some(match progress.failure.take() {
        Some(failure) => Failure { message: bounded_message(&format!("{message}; {}", failure.message)), ..failure },
        None => failure(FailureCategory::Unknown, &message),
    });
    end(&mut progress, State::Failed, input.now());
    Plan::advance(progress, vec![Note::warning(Reason::Failed, message)])
}

/// Positions past the last increment have no deadline of their own: what stands there was set while the service, or a
/// route, was missing, or another route stood in the way, and is over once that is mended.
pub(crate) fn without_a_passed_deadline(input: &Input<'_>) -> DeploymentStatus {
    let mut progress = input.release.progress.clone();
    let own = position(&progress).is_before_all_traffic();
    let is_clear = |view: View<'_>| {
        let held = if progress.rollback.is_some() { view.unread_route() } else { view.blocked_route() };
        held.is_none() && !view.an_unnamed_route_was_seen()
    };
    if !own && View::new(input).is_some_and(is_clear) {
        progress.deadline_at = None;
    }
    progress
}
