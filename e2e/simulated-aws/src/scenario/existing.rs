//! What merging a scenario adds, and what is there already and stays.

use serde::Serialize;

/// What merging a scenario did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// What is new, as `kind name`.
    pub added: Vec<String>,
    /// What was there already and stays as it was.
    pub kept: Vec<String>,
}

impl Summary {
    /// Adds what merging another part did.
    pub fn extend(&mut self, other: Self) {
        self.added.extend(other.added);
        self.kept.extend(other.kept);
    }
}

/// Notes a thing as added or as kept, and says whether it is to be added.
pub fn is_new(exists: bool, what: String, summary: &mut Summary) -> bool {
    if exists {
        summary.kept.push(what);
    } else {
        summary.added.push(what);
    }
    !exists
}
