//! S1 WeightSum, S2 NoEmptyTarget, S7 Monotone, S8 StepBound: what a change of weights may do. A share is judged exactly,
//! whatever the weights are that give it.

use sluice_api::HookEvent;

use super::gates::are_open;
use super::scope::is_of_test_route;
use super::sizes;
use crate::action::{Action, WeightChange};
use crate::fraction::Fraction;
use crate::platform::side::Split;
use crate::progress::hooks::all;
use crate::progress::position::{Position, desired_share, position};
use crate::progress::steps::current_step;
use crate::test_route;
use crate::view::View;

/// S1: the weights of the pair are 0 to 999, and at least one is above 0.
pub(super) fn give_a_share(_: &View<'_>, action: &Action) -> bool {
    of_change(action, |change| change.weights.iter().all(|(_, weight)| (0..=999).contains(weight)) && sum(change) > 0)
}

/// S8: never above the current step's share, and no raise before the gates of the steps before it are open, while a named
/// route is not read, an alarm speaks against it, or before the hooks of the step let it.
/// Without a load balancer the size of the replacement is its share.
pub(super) fn stays_within_the_step(view: &View<'_>, action: &Action) -> bool {
    if view.is_by_size() {
        return sizes::stays_within_the_step(view, action);
    }
    of_production(view, action, |change| {
        let new = share_of_replacement(view, change);
        let raises = split_of(view, change).is_some_and(|split| new > split.share());
        let is_held = || is_held_by_a_hook(view) || is_held_by_an_alarm(view) || !are_open(view);
        let is_let_go = !raises || (view.unread_route().is_none() && !is_held());
        // What stays on the way back was moved on the way forward, and is never more than it is.
        let most = split_of(view, change).filter(|_| position(view.progress()) == Position::Rollback).map(Split::share);
        new <= most.unwrap_or_else(|| desired_share(view.progress()).into()) && is_let_go
    })
}

/// Whether a hook that runs before the increment in progress has no verdict.
fn is_held_by_a_hook(view: &View<'_>) -> bool {
    let progress = view.progress();
    let index = i32::try_from(current_step(progress)).ok();
    let mut before = all(progress).filter(|hook| hook.on == HookEvent::BeforeStep && hook.step == index);
    progress.rollback.is_none() && before.any(|hook| !hook.state.is_ended())
}

/// Where the original serves nobody, all traffic goes to what serves.
fn is_held_by_an_alarm(view: &View<'_>) -> bool {
    view.alarm_symptom().is_some() && !view.gives_up_the_original()
}

/// S7: to the step's share going forward, to nothing rolling back, or to what the original cannot carry yet.
pub(super) fn never_turns(view: &View<'_>, action: &Action) -> bool {
    of_production(view, action, |change| {
        let rolling_back = position(view.progress()) == Position::Rollback;
        let wanted = if rolling_back { view.share_that_stays() } else { desired_share(view.progress()) };
        share_of_replacement(view, change) == wanted.into()
    })
}

/// S2: whoever receives more has a healthy target, unless the service wants no tasks and nobody has one; the original too,
/// unless the replacement has none either.
pub(super) fn reaches_healthy_targets(view: &View<'_>, action: &Action) -> bool {
    of_production(view, action, |change| {
        let split = split_of(view, change);
        let all = sum(change) + split.map_or(0, others);
        change.weights.iter().all(|(group, weight)| {
            let is_replacement = group == view.input.release.replacement_group;
            let before = split
                .map_or(Fraction::NONE, |split| if is_replacement { split.share() } else { split.original_share() });
            let can_serve = if is_replacement {
                view.replacement_can_serve() || view.nobody_is_served()
            } else {
                view.original_can_serve()
            };
            Fraction::of(*weight, all) <= before || can_serve || (!is_replacement && nothing_else_is_healthy(view))
        })
    })
}

/// S18: the test route goes to the replacement at its event, and returns with a rollback; before it is there no production
/// traffic moves to the replacement.
pub(super) fn tests_first(view: &View<'_>, action: &Action) -> bool {
    of_change(action, |change| {
        if is_of_test_route(view, action) {
            return test_route::allows(view, change);
        }
        let is_due = test_route::desired(view.progress()).is_some() || view.test_split.is_none();
        !share_of_replacement(view, change).is_above_none() || is_due
    })
}

/// Whether the replacement was seen without a healthy target too: then nothing is lost by the return to the original.
fn nothing_else_is_healthy(view: &View<'_>) -> bool {
    view.original().is_some() && view.replacement_is_down()
}

/// The route that it changes, as it is now.
fn split_of<'v, 'a>(view: &'v View<'a>, change: &WeightChange) -> Option<&'v Split<'a>> {
    view.splits.iter().find(|split| split.id == change.route)
}

/// Weight of those outside the pair.
fn others(split: &Split<'_>) -> i32 {
    split.weights.map_or(0, |weights| weights.total - weights.original.unwrap_or(0) - weights.replacement.unwrap_or(0))
}

fn sum(change: &WeightChange) -> i32 {
    change.weights.iter().map(|(_, weight)| weight).sum()
}

/// Its share of the pair's traffic.
fn share_of_replacement(view: &View<'_>, change: &WeightChange) -> Fraction {
    let replacement = view.input.release.replacement_group;
    let weight = change.weights.iter().find(|(group, _)| group == replacement).map_or(0, |(_, weight)| *weight);
    Fraction::of(weight, sum(change))
}

fn of_production(view: &View<'_>, action: &Action, holds: impl Fn(&WeightChange) -> bool) -> bool {
    is_of_test_route(view, action) || of_change(action, holds)
}

fn of_change(action: &Action, holds: impl Fn(&WeightChange) -> bool) -> bool {
    match action {
        Action::SetWeights(change) => holds(change),
        Action::CreateTaskSet(_)
        | Action::ScaleTaskSet { .. }
        | Action::PromoteTaskSet { .. }
        | Action::DeleteTaskSet { .. }
        | Action::StartHook(_) => true,
    }
}
