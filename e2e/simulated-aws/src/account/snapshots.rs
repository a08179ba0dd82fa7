//! The past of the world, kept only while a fault has reads answered from it.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::time::Moment;
use crate::world::region::{Place, Region};

/// Into how many parts the past is cut.
const PARTS: u32 = 20;

/// Regions as they were, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Snapshots {
    past: BTreeMap<Place, VecDeque<(Moment, Region)>>,
}

impl Snapshots {
    /// Keeps a region as it is, if reads lag and the last time is long enough ago.
    pub fn take(&mut self, place: &Place, region: &Region, lag: Option<Duration>, now: Moment) {
        let Some(lag) = lag else {
            self.past.clear();
            return;
        };
        let past = self.past.entry(place.clone()).or_default();
        if past.back().is_some_and(|(at, _)| now.since(*at) < lag / PARTS) {
            return;
        }
        past.push_back((now, region.clone()));
        // One that is older than the lag is needed, and no second one.
        while past.get(1).is_some_and(|(at, _)| now.since(*at) >= lag) {
            past.pop_front();
        }
    }

    /// A region as it was that long ago, or as long ago as is known.
    pub fn at(&mut self, place: &Place, now: Moment, lag: Duration) -> Option<&mut Region> {
        let past = self.past.get_mut(place)?;
        let newest = past.iter().rposition(|(at, _)| now.since(*at) >= lag).unwrap_or(0);
        past.get_mut(newest).map(|(_, region)| region)
    }
}
