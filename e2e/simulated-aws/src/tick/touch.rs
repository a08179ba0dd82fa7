//! Has everything looked at again.

use super::traffic;
use crate::time::Moment;
use crate::world::region::Region;

/// Has everything looked at again, after something changed that may concern anything.
pub fn touch_all(region: &mut Region, now: Moment) {
    traffic::settle(&mut region.balancing, now);
    for service in region.clusters.values_mut().flat_map(|cluster| cluster.services.values_mut()) {
        service.touch(now);
    }
    for group in region.balancing.target_groups.values_mut() {
        group.due = group.due.min(now);
    }
}
