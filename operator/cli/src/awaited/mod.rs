//! How the release that is asked for stands: what a pipeline waits for. Functions of what the API server holds.

mod aim;
mod group;
mod release;
mod verdict;

use jiff::Timestamp;

use crate::hints::Hints;
use crate::inventory::Inventory;

pub use aim::Aim;
pub use verdict::{Awaited, Verdict};

/// How what is followed stands in each of its groups, by the names of these; one line for a Deployment.
#[must_use]
pub fn awaited(inventory: &Inventory, aim: &Aim, hints: &Hints, now: Timestamp) -> Vec<Awaited> {
    match aim {
        Aim::Deployment(name) => {
            let gone = || Awaited::gone(name);
            vec![inventory.deployment(name).map_or_else(gone, |one| release::of(inventory, one, hints, now))]
        }
        Aim::Group { revision, .. } | Aim::Application { revision, .. } => {
            let groups = aim.groups(inventory);
            let of = |one: &&_| group::of(inventory, one, revision.as_deref(), hints, now);
            groups.iter().map(of).collect()
        }
    }
}
