//! S20 AsOne: of those that are released as one none takes over, and none takes its original away, before all have promised.

use crate::action::Action;
use crate::platform::side::Side;
use crate::view::View;

/// S20: on its way forward the replacement is promoted, and the original deleted, only once it has passed with all others.
pub(super) fn ends_with_all(view: &View<'_>, action: &Action) -> bool {
    let is = |side: Option<&Side<'_>>, task_set: &str| side.is_some_and(|side| side.id == task_set);
    let takes_over = match action {
        Action::PromoteTaskSet { task_set } => is(view.replacement(), task_set),
        Action::DeleteTaskSet { task_set } => is(view.original(), task_set),
        Action::CreateTaskSet(_) | Action::ScaleTaskSet { .. } | Action::SetWeights(_) | Action::StartHook(_) => false,
    };
    let progress = view.progress();
    let waits = progress.multi.as_ref().is_some_and(|multi| multi.passed_at.is_none());
    !(waits && takes_over && progress.rollback.is_none())
}
