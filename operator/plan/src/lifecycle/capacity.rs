//! How large each side is at a step. Up: scale first, get healthy, then shift. Down, where sizes follow the traffic: shift,
//! read back, wait until no earlier write can land any more, then scale.

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, Reason, Share};

use crate::action::Action;
use crate::names::short;
use crate::plan::Plan;
use crate::platform::side::{Side, UnreadRoute};
use crate::progress::position::{Position, position};
use crate::progress::steps::verified_share;
use crate::progress::times::past_point_of_no_return;
use crate::view::View;
use crate::view::settling::{barrier_ends_at, late_clients};
use crate::waiting::{WaitKind, Waiting, by, clock};

/// How the size of the original stands to what its share of the traffic needs.
enum Fit {
    /// It is no larger, or is to stay as it is.
    Right,
    /// It is larger, and may shrink now.
    Due(Action),
    /// It is larger, or may still be, and what that waits for.
    Wait(Waiting),
    /// The same, for a replacement that is not complete: not without end.
    Incomplete(String),
}

/// The next growth of the replacement towards this size. It never shrinks: it is deleted in the end, or stays.
pub(super) fn scale_up(view: &View<'_>, size: Share) -> Option<Action> {
    let replacement = view.replacement().filter(|side| side.is_below(size))?;
    Some(view.platform.compute.resize(replacement, size))
}

/// A side that is smaller than what it carries, by someone's hand or by a write that landed late, grows again.
pub(super) fn repair(view: &View<'_>) -> Option<Plan> {
    let progress = view.progress();
    if !view.is_proportional() || (past_point_of_no_return(progress) && !view.is_by_size()) {
        return None;
    }
    let original = view.original().map(|one| (one, view.size_of_original()));
    let replacement = view.replacement().map(|one| (one, verified_share(progress)));
    let (small, size) = [original, replacement].into_iter().flatten().find(|(one, size)| one.is_below(*size))?;
    Some(Plan::act(view.platform.compute.resize(small, size), progress.clone()))
}

/// Makes the original smaller where a release waits for something else, and nothing stands in the way of it.
pub(super) fn while_it_waits(view: &View<'_>, plan: Plan) -> Plan {
    let is_after_a_shift = match position(view.progress()) {
        Position::AllowTraffic(_) | Position::Bake => true,
        at @ Position::Event(_) => !at.is_before_all_traffic(),
        Position::Install | Position::TerminateOriginal | Position::Rollback | Position::Ended => false,
    };
    if plan.waiting.is_none() || plan.position() != position(view.progress()) || !is_after_a_shift {
        return plan;
    }
    match fit(view) {
        Fit::Due(action) => Plan { action: Some(action), waiting: None, wake_at: None, ..plan },
        Fit::Right | Fit::Wait(_) | Fit::Incomplete(_) => plan,
    }
}

/// What is done, or waited for, before the increment after this one begins, so that there is never more than one increment
/// of tasks too many: the original shrinks to its share, and ECS stops its tasks. None once it has.
pub(super) fn before_next(view: &View<'_>, progress: &DeploymentStatus, index: usize) -> Option<Plan> {
    if index + 1 >= progress.steps.len() {
        return None;
    }
    let mut progress = progress.clone();
    Some(match fit(view) {
        Fit::Right => return None,
        Fit::Due(action) => {
            progress.deadline_at = None;
            Plan::act(action, progress)
        }
        Fit::Wait(waiting) => Plan::wait(waiting, progress, &view.input),
        Fit::Incomplete(what) => {
            let deadline = *progress.deadline_at.get_or_insert_with(|| view.new_deadline());
            let message = format!("{what}{}", by(Some(deadline), view.now()));
            Plan::wait(Waiting::for_progress(Reason::Shifting, message, Some(deadline)), progress, &view.input)
        }
    })
}

fn fit(view: &View<'_>) -> Fit {
    let Some(original) = view.original().filter(|_| view.is_proportional()) else { return Fit::Right };
    let size = view.size_of_original();
    if let Some(until) = barrier_ends_at(view).filter(|until| *until > view.now()) {
        let message = format!(
            "waiting until {}, when no earlier weight can land any more, to scale the original to {size}%",
            clock(until, view.now())
        );
        return Fit::Wait(Waiting::for_progress(Reason::Shifting, message, Some(until)));
    }
    if original.is_above(size) {
        return shrink(view, original, size);
    }
    if original.running > original.wanted && view.now() < time_limit_ends_at(view) {
        let message = format!(
            "waiting for ECS to stop tasks of the original: {} running, {} wanted",
            original.running, original.wanted
        );
        return Fit::Wait(Waiting::for_progress(Reason::Shifting, message, None));
    }
    Fit::Right
}

/// Nothing is taken from what may still be needed: every route is read, and is where it was read back; nobody sticks; the
/// replacement is complete; and no route that is not named sends the original more.
fn shrink(view: &View<'_>, original: &Side<'_>, size: Share) -> Fit {
    let share = verified_share(view.progress());
    if let Some(route) = view.blocked_route() {
        return Fit::Wait(kept_for(route));
    }
    if !view.traffic_is_at(share) {
        let message = format!("waiting for every route to answer with weight {share}");
        return Fit::Wait(Waiting::for_progress(Reason::Shifting, message, None));
    }
    let sticks = view.known_routes().find(|split| split.stickiness.is_some() && share < Share::ALL);
    if let Some(split) = sticks {
        let message = format!(
            "clients stick to their target group on {}, so that its weights do not say where requests go: turn its stickiness off; the original keeps its tasks before that",
            short(split.id)
        );
        return Fit::Wait(person(Reason::Drifted, message));
    }
    if let Some(waiting) = late_clients(view, view.input.release.original_group) {
        return Fit::Wait(Waiting { until: None, deadline: waiting.until, reason: Reason::Shifting, ..waiting });
    }
    if view.replacement_is_ready_at(share.max(Share::LEAST)).is_err() {
        let symptom = view.symptom().map(|symptom| format!("; {symptom}")).unwrap_or_default();
        let what = "waiting for the replacement to be complete again: the original keeps its tasks meanwhile";
        return Fit::Incomplete(format!("{what}{symptom}"));
    }
    if let Some(route) = view.unnamed_route(view.input.release.original_group) {
        return Fit::Wait(kept_for(&route));
    }
    Fit::Due(view.platform.compute.resize(original, size))
}

fn kept_for(route: &UnreadRoute) -> Waiting {
    let UnreadRoute { reason, what, remedy, .. } = route;
    person(*reason, format!("{what}: {remedy}; the original keeps its tasks before that"))
}

const fn person(reason: Reason, message: String) -> Waiting {
    Waiting { reason, message, until: None, deadline: None, kind: WaitKind::Person }
}

/// Until when ECS is waited for to stop tasks. To go on after that costs a task, and no request.
fn time_limit_ends_at(view: &View<'_>) -> Timestamp {
    let length = view.input.release.settings.progress_deadline.as_signed();
    let verified = view.step().and_then(|step| Some(step.verified_at? + step.hold.as_signed()));
    verified.unwrap_or_else(|| view.now()) + length
}
