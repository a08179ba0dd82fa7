//! What no schema can tell: objects of the files side by side, and what the operator's own rules say of them.
//!
//! A rule is a row of [`RULES`]. What is not among the files may be in the cluster: that is a note and no error.

mod known;
mod promotion;
mod references;
mod revisions;
mod settings;
mod twice;

use crate::lint::finding::Finding;

pub use known::Known;
use known::Together;

const RULES: [fn(&Together<'_>) -> Vec<Finding>; 5] =
    [references::missing, promotion::of_another, revisions::unreadable, settings::refused, twice::twice];

/// What the operator would say of these objects.
#[must_use]
pub fn beyond(objects: &[Known]) -> Vec<Finding> {
    let together = Together::of(objects);
    RULES.iter().flat_map(|rule| rule(&together)).collect()
}
