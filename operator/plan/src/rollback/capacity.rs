//! The sizes of the two sides on the way back, where sizes followed the traffic: the original grows by one increment,
//! receives what it can carry, and the replacement shrinks by as much; and so on, with no more tasks than on the way forward.

use sluice_api::{DeploymentStatus, Reason, Share};

use crate::action::Action;
use crate::fraction::Fraction;
use crate::platform::side::Side;
use crate::view::View;
use crate::view::settling::barrier_ends_at;
use crate::waiting::Waiting;

/// The growth of a side to its whole size; none where it has it, or where sizes do not follow the traffic.
pub(super) fn whole(view: &View<'_>, side: &Side<'_>) -> Option<Action> {
    grown(view, side, Share::ALL)
}

fn grown(view: &View<'_>, side: &Side<'_>, to: Share) -> Option<Action> {
    let is_small = view.is_proportional() && side.is_below(to);
    is_small.then(|| view.platform.compute.resize(side, to))
}

/// The next change of a size, by the share that stays with the replacement for now; none where there is nothing to change,
/// or not yet. An original that is all there is to serve, one beside which nothing may shrink, and one that received nothing
/// for as long as a progress deadline, grows to its whole size.
pub(super) fn resize(view: &View<'_>, original: &Side<'_>, stays: Share) -> Option<Action> {
    let serves = view.replacement().filter(|_| stays > Share::NONE && view.replacement_has_traffic());
    let Some(replacement) = serves.filter(|_| may_shrink(view) && !is_stuck(view)) else {
        return whole(view, original);
    };
    if replacement.running > replacement.wanted {
        // Its tasks are still there.
        return None;
    }
    let room = replacement.size().rest().tenths() + greatest_increment(view.progress()).tenths();
    if let Some(growth) = grown(view, original, Share::from_tenths(room)) {
        return Some(growth);
    }
    let is_quiet = barrier_ends_at(view).is_none_or(|until| until <= view.now());
    let has_less = view.known_routes().all(|split| split.share() <= Fraction::from(stays));
    (replacement.is_above(stays) && has_less && is_quiet).then(|| view.platform.compute.resize(replacement, stays))
}

/// Whether nothing but time can stand in the way of a smaller replacement: every route says what it receives, no client
/// sticks, and no route that is not named sends it requests.
fn may_shrink(view: &View<'_>) -> bool {
    let sticks = view.known_routes().any(|split| split.stickiness.is_some())
        || view.progress().replacement.as_ref().is_some_and(|side| side.stickiness.is_some());
    view.is_proportional()
        && view.blocked_route().is_none()
        && !sticks
        && view.unnamed_route(view.input.release.replacement_group).is_none()
}

/// Whether no traffic returned for too long: a task of the original does not get healthy, say.
fn is_stuck(view: &View<'_>) -> bool {
    let progress = view.progress();
    let started = progress.rollback.as_ref().map(|rollback| rollback.started_at);
    let last = started.max(progress.traffic.as_ref().and_then(|traffic| traffic.written_at));
    let length = view.input.release.settings.progress_deadline.as_signed();
    last.is_some_and(|last| view.now() >= last + length)
}

/// By how much more than the whole there may be: what the greatest increment had on the way forward.
fn greatest_increment(progress: &DeploymentStatus) -> Share {
    let mut before = 0;
    let increments = progress.steps.iter().map(|step| {
        let more = step.weight.tenths().saturating_sub(before);
        before = step.weight.tenths();
        Share::from_tenths(more)
    });
    increments.max().unwrap_or(Share::ALL)
}

/// Without a load balancer: the wait for the original to have all of its tasks again; none once it has.
pub(super) fn regaining(view: &View<'_>, original: &Side<'_>) -> Option<Waiting> {
    if !view.is_by_size() || view.is_whole(original) {
        return None;
    }
    let steady = if original.running < view.sides.tasks { "" } else { ", and ECS does not call it steady yet" };
    let message = format!(
        "the original grows, {}/{} tasks running{steady}: the replacement keeps the tasks that it has until the original is complete",
        original.running, view.sides.tasks
    );
    Some(Waiting::for_progress(Reason::RollingBack, message, None))
}

/// The wait for the original to carry what the replacement carries meanwhile.
pub(super) fn growing(view: &View<'_>, original: &Side<'_>, stays: Share) -> Waiting {
    let healthy = view.healthy_original().unwrap_or(0);
    let message = format!(
        "the original grows, {healthy}/{} targets healthy: {stays}% of the traffic stays with the replacement until it can carry that too",
        original.wanted
    );
    Waiting::for_progress(Reason::RollingBack, message, None)
}
