//! A task definition with other images: what it is to be, and whether there is one.

use std::collections::BTreeMap;

use serde::Serialize;

use super::task_sets::TaskDefinition;

/// The newest revision of a family with these images in place of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct WantedImages {
    /// The family.
    pub family: String,
    /// Images by the names of their containers.
    pub images: BTreeMap<String, String>,
}

/// What was found of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CopySearch {
    /// The newest ACTIVE revision of the family; none where it has none.
    pub base: Option<TaskDefinition>,
    /// The newest revision that is the base with these images, the base itself where it has them. None where it must be
    /// registered.
    pub found: Option<TaskDefinition>,
}
