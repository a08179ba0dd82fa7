//! S3 NoDeleteLive, S4 OnePrimary, S12 Barrier: what is taken away, and what becomes primary.

use sluice_api::Share;

use super::scope::ours;
use super::sizes;
use crate::action::Action;
use crate::view::View;
use crate::view::settling::{barrier_ends_at, stickiness_ends_at, weights_work_at};

/// S3: deleted only when every named route is read and sends it nothing, and no other route of the load balancer does, or
/// when no route can reach it because its target group is gone; and no size falls, but as S19 allows.
pub(super) fn is_without_traffic(view: &View<'_>, action: &Action) -> bool {
    if view.is_by_size() {
        return sizes::leaves_all_the_work(view, action);
    }
    match action {
        Action::ScaleTaskSet { task_set, size } => {
            ours(view, task_set).is_some_and(|side| side.is_below(*size)) || view.is_proportional()
        }
        Action::DeleteTaskSet { task_set } => {
            let group = ours(view, task_set).and_then(|side| side.target);
            let is_original = group == Some(view.input.release.original_group);
            let weightless = view.named_splits().all(|split| {
                let weight =
                    split.weights.map(|weights| if is_original { weights.original } else { weights.replacement });
                weight.flatten().unwrap_or(0) == 0
            });
            group.is_some_and(|group| view.input.release.pair().contains(&group))
                && weightless
                && (view.unread_route().is_none() || (!is_original && view.replacement_cannot_be_reached()))
                && group.is_some_and(|group| view.unnamed_route(group).is_none())
        }
        Action::CreateTaskSet(_) | Action::SetWeights(_) | Action::PromoteTaskSet { .. } | Action::StartHook(_) => true,
    }
}

/// S4: promoted only at 100 percent on every route, while none that is not named sends requests to the other side; the
/// primary is never deleted, but where it takes the place of another service: that serves again then, and nothing else of this
/// one could be primary.
pub(super) fn keeps_one_primary(view: &View<'_>, action: &Action) -> bool {
    if view.is_by_size() {
        return sizes::keeps_one_primary(view, action);
    }
    match action {
        Action::PromoteTaskSet { task_set } => ours(view, task_set).and_then(|side| side.target).is_some_and(|group| {
            let [original, replacement] = view.input.release.pair();
            let (share, other, is_there) = if group == replacement {
                (Share::ALL, original, view.original().is_some())
            } else {
                (Share::NONE, replacement, view.replacement().is_some())
            };
            // All of the pair's weight is not all of the traffic while someone else has a share.
            let is_whole = share == Share::NONE || view.outsider().is_none();
            view.traffic_is_at(share) && is_whole && (!is_there || view.unnamed_route(other).is_none())
        }),
        // A replacement that never had traffic may be primary only by someone else's hand, and then it stays.
        Action::DeleteTaskSet { task_set } => {
            ours(view, task_set).is_some_and(|side| !side.primary || view.original_is_adopted())
        }
        Action::CreateTaskSet(_) | Action::SetWeights(_) | Action::ScaleTaskSet { .. } | Action::StartHook(_) => true,
    }
}

/// S12: nothing is deleted while a write may still land, while clients still stick to it, or while the load balancer may
/// still work by earlier weights.
pub(super) fn waits_for_late_writes(view: &View<'_>, action: &Action) -> bool {
    let Action::DeleteTaskSet { task_set } = action else { return true };
    let group = ours(view, task_set).and_then(|side| side.target);
    let sticks_until = group.and_then(|group| stickiness_ends_at(view, group));
    barrier_ends_at(view).max(sticks_until).max(weights_work_at(view)).is_none_or(|until| until <= view.now())
}
