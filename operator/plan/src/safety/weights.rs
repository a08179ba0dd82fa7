//! S1 WeightSum, S2 NoEmptyTarget, S7 Monotone, S8 StepBound: what a change of weights may do.

use crate::action::{Action, WeightChange};
use crate::progress::position::{Position, desired_share, position};
use crate::view::View;

/// S1: the weights of the pair add up to 100.
pub(super) fn sums_to_100(_: &View<'_>, action: &Action) -> bool {
    of_change(action, |change| {
        let sum: i32 = change.weights.iter().map(|(_, weight)| weight).sum();
        sum == 100 && change.weights.iter().all(|(_, weight)| (0..=100).contains(weight))
    })
}

/// S8: never above the current step's share, and no raise while a named route is not read.
pub(super) fn stays_within_the_step(view: &View<'_>, action: &Action) -> bool {
    of_change(action, |change| {
        let new = share_of_replacement(view, change);
        let before = view.splits.iter().find(|split| split.id == change.route);
        let raises = before.is_some_and(|split| f64::from(new) > split.share());
        new <= desired_share(view.progress()) && (!raises || view.unread_route().is_none())
    })
}

/// S7: to the step's share going forward, to nothing rolling back.
pub(super) fn never_turns(view: &View<'_>, action: &Action) -> bool {
    of_change(action, |change| {
        let new = share_of_replacement(view, change);
        let rolling_back = position(view.progress()) == Position::Rollback;
        if rolling_back { new == 0 } else { new == desired_share(view.progress()) }
    })
}

/// S2: whoever receives more has a healthy target; the original too, unless the replacement has none either.
pub(super) fn reaches_healthy_targets(view: &View<'_>, action: &Action) -> bool {
    of_change(action, |change| {
        let split = view.splits.iter().find(|split| split.id == change.route);
        change.weights.iter().all(|(group, weight)| {
            let is_replacement = group == view.input.release.replacement_group;
            let before = split.map_or(0.0, |split| if is_replacement { split.share() } else { split.original_share() });
            let can_serve = if is_replacement { view.replacement_can_serve() } else { view.original_can_serve() };
            f64::from(*weight) <= before || can_serve || (!is_replacement && nothing_else_is_healthy(view))
        })
    })
}

/// Whether the replacement was seen without a healthy target too: then nothing is lost by the return to the original.
fn nothing_else_is_healthy(view: &View<'_>) -> bool {
    view.original().is_some() && view.replacement_is_down()
}

fn share_of_replacement(view: &View<'_>, change: &WeightChange) -> i32 {
    let replacement = view.input.release.replacement_group;
    change.weights.iter().find(|(group, _)| group == replacement).map_or(0, |(_, weight)| *weight)
}

fn of_change(action: &Action, holds: impl Fn(&WeightChange) -> bool) -> bool {
    match action {
        Action::SetWeights(change) => holds(change),
        Action::CreateTaskSet(_)
        | Action::ScaleTaskSet { .. }
        | Action::PromoteTaskSet { .. }
        | Action::DeleteTaskSet { .. } => true,
    }
}
