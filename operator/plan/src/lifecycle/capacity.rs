//! How large the replacement is at a step: scale first, get healthy, then shift.

use crate::action::Action;
use crate::view::View;

/// The next growth of the replacement towards this size. Growth only: what shrinks is deleted in the end.
pub(super) fn scale_up(view: &View<'_>, percent: i32) -> Option<Action> {
    let replacement = view.replacement().filter(|side| side.percent < f64::from(percent))?;
    Some(view.platform.compute.resize(replacement, percent))
}
