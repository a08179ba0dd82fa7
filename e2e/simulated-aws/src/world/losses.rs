//! The first requests that met no healthy target.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

use crate::time::Moment;

/// How many lost requests are remembered with their circumstances.
const EXAMPLES: usize = 20;

/// A stretch of time in which requests were lost.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Loss {
    /// When.
    pub at: Moment,
    /// The rule, or the listener for its default action.
    pub route: String,
    /// The target group that was chosen.
    pub target_group: String,
    /// The weights at that moment.
    pub weights: BTreeMap<String, u32>,
    /// How many requests at once.
    pub requests: u64,
}

/// The first lost requests.
#[derive(Clone, Debug, Default)]
pub struct Losses(VecDeque<Loss>);

impl Losses {
    /// Them, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Loss> {
        self.0.iter()
    }

    /// Whether there is room for another.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.0.len() < EXAMPLES
    }

    /// Keeps one, if there is room.
    pub fn note(&mut self, loss: impl FnOnce() -> Loss) {
        if self.has_room() {
            self.0.push_back(loss());
        }
    }
}
