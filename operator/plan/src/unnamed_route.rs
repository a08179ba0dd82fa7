//! A rule or default action that the group does not name, and that sends requests to a task set which would go: someone
//! made it, or changed it, after the release began.
//!
//! It keeps its weights when those of the named routes move, so that its requests would meet no one once that task set is
//! deleted (S3). Nothing is promoted over it or deleted while it does; after a time the Deployment ends, and keeps both.

use crate::plan::Plan;
use crate::unread_route::{Words, hold};
use crate::view::View;

const WORDS: Words = Words {
    held: "nothing is promoted or deleted meanwhile",
    kept: ": every task set is kept",
    hint: "give that route the weights of the named ones, and name it in the group",
};

/// Waits while another route sends requests to the original, and gives up after the progress deadline; none when none does.
pub(crate) fn wait_for_original(view: &View<'_>) -> Option<Plan> {
    view.original()?;
    let unnamed = view.unnamed_route(view.input.release.original_group)?;
    Some(hold(view, &unnamed, &WORDS))
}

/// The same for the replacement.
pub(crate) fn wait_for_replacement(view: &View<'_>) -> Option<Plan> {
    view.replacement()?;
    let unnamed = view.unnamed_route(view.input.release.replacement_group)?;
    Some(hold(view, &unnamed, &WORDS))
}
