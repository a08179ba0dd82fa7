//! How strictly the invariants are judged, in a scenario.

use std::time::Duration;

use serde::Deserialize;

use crate::invariants::Rules;
use crate::time::Span;

/// How strictly the invariants are judged.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Invariants {
    /// How long a target group must have had weight 0 on every route before its task set is ended; 0 if not given.
    pub barrier: Option<Span>,
    /// The share of a task set's tasks that must be healthy before it gets weight; one task if not given.
    pub healthy_share: Option<f64>,
    /// How the external ids of our own task sets begin; `sluice-` if not given.
    pub ours: Option<String>,
}

impl Invariants {
    /// Them as the judge wants them.
    #[must_use]
    pub fn rules(&self) -> Rules {
        Rules {
            barrier: self.barrier.map_or(Duration::ZERO, |span| span.0),
            healthy_share: self.healthy_share.unwrap_or(0.0),
            ours: self.ours.clone().unwrap_or_else(|| "sluice-".to_owned()),
        }
    }
}
