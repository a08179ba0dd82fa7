//! What a platform can do: two sides of a release, and a share between them.
//!
//! The rules of a rollout ask and act through these two seams alone, so that another platform is a row of
//! [`super::PLATFORMS`] and a file for each seam at which it is new.

use sluice_api::Share;

use crate::action::Action;
use crate::input::Release;
use crate::observation::Observation;
use crate::platform::side::{Side, Sides, Split, UnreadRoute};

/// A row of the table: what runs, and how traffic is divided.
pub(crate) struct Platform {
    pub compute: &'static dyn Compute,
    pub routing: &'static dyn Routing,
}

/// The two sides of a release.
pub(crate) trait Compute: Sync {
    /// As observed; none when that to which is released is gone, or goes.
    fn sides<'a>(&self, release: &Release<'a>, observed: &'a Observation) -> Option<Sides<'a>>;

    /// Makes the replacement, in the size of the first increment.
    fn create(&self, release: &Release<'_>) -> Action;

    /// Gives a side this size, as a part of the whole.
    fn resize(&self, side: &Side<'_>, to: Share) -> Action;

    /// Makes a side the one that the platform itself takes for the running one.
    fn promote(&self, side: &Side<'_>) -> Action;

    /// Takes a side away.
    fn delete(&self, side: &Side<'_>) -> Action;

    /// How many tasks a side of this size has, of so many in all.
    fn tasks(&self, all: i32, size: Share) -> i32;
}

/// The share of the replacement.
pub(crate) trait Routing: Sync {
    /// The places at which traffic is divided, and how it is divided there; one for each that the settings name.
    fn splits<'a>(&self, release: &Release<'a>, observed: &'a Observation) -> Vec<Split<'a>>;

    /// The place at which test traffic is sent to one side; none where the settings name none.
    fn test_split<'a>(&self, release: &Release<'a>, observed: &'a Observation) -> Option<Split<'a>>;

    /// Another place, which the settings do not name, that sends requests to this side; also where it is not known whether
    /// there is one. None when there is none.
    fn unnamed(&self, release: &Release<'_>, observed: &Observation, side: &str) -> Option<UnreadRoute>;

    /// Gives the replacement this share at one place.
    fn set_share(&self, release: &Release<'_>, split: &Split<'_>, share: Share) -> Action;
}
