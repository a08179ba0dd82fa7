//! S5 OneTaskSet, S9 Terminal, S10 ScopeOnly, S11 NoForeign: an action touches what is the Deployment's, while it is in
//! progress, and nothing else.

use crate::action::Action;
use crate::platform::side::{Side, Split};
use crate::progress::position::{Position, position};
use crate::progress::times::past_point_of_no_return;
use crate::view::View;

/// S9: nothing after the end.
pub(super) fn is_in_progress(view: &View<'_>, _: &Action) -> bool {
    position(view.progress()) != Position::Ended
}

/// S5: no task set while there is one.
pub(super) fn makes_no_second(view: &View<'_>, action: &Action) -> bool {
    !matches!(action, Action::CreateTaskSet(_)) || view.replacement().is_none()
}

/// S11: a service that is adopted is left alone; only the replacement is scaled and, where sizes follow the traffic, the original; only the two are promoted, and the original is deleted only once that is promised.
pub(super) fn touches_ours_alone(view: &View<'_>, action: &Action) -> bool {
    match action {
        Action::ScaleTaskSet { task_set, .. } => {
            is(view.replacement(), task_set) || (view.is_proportional() && is(view.original(), task_set))
        }
        Action::PromoteTaskSet { task_set } => is_ours(view, task_set),
        Action::DeleteTaskSet { task_set } => {
            is_ours(view, task_set) && (!is(view.original(), task_set) || past_point_of_no_return(view.progress()))
        }
        Action::CreateTaskSet(_) | Action::SetWeights(_) | Action::StartHook(_) => true,
    }
}

/// S10: only routes and target groups of the settings are named, and only routes that can take the weights.
pub(super) fn is_in_settings(view: &View<'_>, action: &Action) -> bool {
    match action {
        Action::CreateTaskSet(new) => new.target_group == view.input.release.replacement_group,
        Action::SetWeights(change) => {
            let pair = view.input.release.pair();
            let is_written = |split: &Split<'_>| split.id == change.route && split.is_writable();
            let is_test = is_of_test_route(view, action) && view.test_split.iter().any(|split| split.weights.is_some());
            (view.splits.iter().any(is_written) || is_test)
                && change.weights.iter().all(|(group, _)| pair.contains(&group.as_str()))
        }
        Action::ScaleTaskSet { .. }
        | Action::PromoteTaskSet { .. }
        | Action::DeleteTaskSet { .. }
        | Action::StartHook(_) => true,
    }
}

/// Whether the action writes the test route, which is judged by a rule of its own.
pub(super) fn is_of_test_route(view: &View<'_>, action: &Action) -> bool {
    let Action::SetWeights(change) = action else { return false };
    view.test_split.as_ref().is_some_and(|split| split.id == change.route)
}

/// The side of that id, if it is one of the two, and no service that something else deploys.
pub(super) fn ours<'v, 'a>(view: &'v View<'a>, task_set: &str) -> Option<&'v Side<'a>> {
    [view.original(), view.replacement()].into_iter().flatten().find(|side| side.id == task_set && !side.is_adopted)
}

fn is_ours(view: &View<'_>, task_set: &str) -> bool {
    ours(view, task_set).is_some()
}

fn is(side: Option<&Side<'_>>, task_set: &str) -> bool {
    side.is_some_and(|side| side.id == task_set)
}
