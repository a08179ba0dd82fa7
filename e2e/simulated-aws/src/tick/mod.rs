//! What happens by itself as time passes.
//!
//! Time moves on a grid of [`grid::STEP`], from where the world began. Whoever drives it may do so in strides of any length:
//! only the points of the grid at which something is due are looked at, and they are the same for every stride.

pub mod alarms;
pub mod autoscaling;
pub mod composite_alarms;
pub mod endings;
pub mod grid;
pub mod interventions;
pub mod launches;
pub mod metrics;
pub mod targets;
pub mod task_sets;
pub mod tasks;
pub mod touch;
pub mod traffic;

use std::collections::BTreeSet;

use crate::time::Moment;
use crate::world::alarms::Alarm;
use crate::world::region::Region;
use crate::world::services::{Owner, ServiceKey};
use grid::{STEP, grid_point};

/// Lets a region live from one point of the grid until another, and tells of each point where something was done.
pub fn advance(region: &mut Region, from: Moment, until: Moment, mut done: impl FnMut(&Region, Moment)) {
    let mut at = from;
    loop {
        let due = next_due(region);
        let next = if due <= at {
            at.plus(STEP)
        } else if due > until {
            return;
        } else {
            // The first point that is not before what is due.
            let point = grid_point(at, due);
            if point < due { point.plus(STEP) } else { point }
        };
        if next > until {
            return;
        }
        live(region, next);
        done(region, next);
        at = next;
    }
}

/// When something can change next by itself.
fn next_due(region: &Region) -> Moment {
    let services = region.clusters.values().flat_map(|cluster| cluster.services.values());
    let services = services.map(|service| service.due.min(autoscaling::due(service)));
    let groups = region.balancing.target_groups.values().map(|group| group.due);
    let alarms = region.alarms.values().map(Alarm::due);
    services.chain(groups).chain(alarms).chain([region.next_cleaning]).min().unwrap_or(Moment::NEVER)
}

/// One point of the grid.
fn live(region: &mut Region, now: Moment) {
    autoscaling::advance(region, now);
    let mut due = due_services(region, now);
    for key in &due {
        settle_traffic(region, key, now);
        tasks::advance(region, key, now);
    }
    for Owner { cluster, service, .. } in targets::advance(region, now) {
        due.insert((cluster, service));
    }
    for key in &due {
        task_sets::advance(region, key, now);
    }
    alarms::advance(region, now);
    if region.next_cleaning <= now {
        region.forget_old_tasks(now);
    }
}

fn due_services(region: &Region, now: Moment) -> BTreeSet<ServiceKey> {
    let all = region.clusters.values().flat_map(|cluster| {
        let services = cluster.services.values().filter(|service| service.due <= now);
        services.map(|service| (cluster.name.clone(), service.name.clone()))
    });
    all.collect()
}

/// Requests up to now were sent to what was there before anything changes.
fn settle_traffic(region: &mut Region, (cluster, service): &ServiceKey, now: Moment) {
    let Some(service) = region.service(cluster, service) else { return };
    let groups = service.task_sets.iter().filter_map(|set| set.target_group().map(str::to_owned));
    let groups: BTreeSet<String> = groups.collect();
    for group in groups {
        traffic::settle_group(&mut region.balancing, &group, now);
    }
}
