//! S19 EnoughTasks: where sizes follow the traffic, no side is made smaller than what it carries, and none is given more than
//! it is sized for.

use sluice_api::Share;

use super::scope::ours;
use super::sizes;
use crate::action::{Action, WeightChange};
use crate::fraction::Fraction;
use crate::platform::side::Side;
use crate::view::View;
use crate::view::settling::barrier_ends_at;

/// S19: the original shrinks on the way forward, and the replacement on the way back, to no less than its share of every
/// route, once no earlier weight can land any more; and going forward a weight is raised only on a side of at least that size. What returns is judged by S7.
pub(super) fn is_enough(view: &View<'_>, action: &Action) -> bool {
    if !view.is_proportional() {
        return true;
    }
    if view.is_by_size() {
        return sizes::is_enough(view, action);
    }
    match action {
        Action::ScaleTaskSet { task_set, size } => {
            let side = ours(view, task_set);
            side.is_some_and(|side| !side.is_above(*size) || may_shrink(view, side, *size))
        }
        Action::SetWeights(change) => view.progress().rollback.is_some() || is_sized_for(view, change),
        Action::CreateTaskSet(_)
        | Action::PromoteTaskSet { .. }
        | Action::DeleteTaskSet { .. }
        | Action::StartHook(_) => true,
    }
}

fn may_shrink(view: &View<'_>, side: &Side<'_>, to: Share) -> bool {
    let release = &view.input.release;
    let is_original = view.original().is_some_and(|original| original.id == side.id);
    let group = if is_original { release.original_group } else { release.replacement_group };
    let carries =
        view.splits.iter().map(|split| if is_original { split.original_share() } else { split.share() }).max();
    is_original == view.progress().rollback.is_none()
        && to > Share::NONE
        && view.blocked_route().is_none()
        && carries.is_some_and(|share| share <= Fraction::from(to))
        && view.unnamed_route(group).is_none()
        && barrier_ends_at(view).is_none_or(|until| until <= view.now())
}

/// Whether each side that receives more is asked to be as large as that.
fn is_sized_for(view: &View<'_>, change: &WeightChange) -> bool {
    let Some(split) = view.splits.iter().find(|split| split.id == change.route) else { return true };
    let all = change.weights.iter().map(|(_, weight)| weight).sum();
    let release = &view.input.release;
    change.weights.iter().all(|(group, weight)| {
        let (side, before) = if group == release.replacement_group {
            (view.replacement(), split.share())
        } else {
            (view.original(), split.original_share())
        };
        let share = Fraction::of(*weight, all);
        share <= before || side.is_some_and(|side| !side.is_below(share.rounded()))
    })
}
