//! What happens by itself as time passes.

pub mod launches;
pub mod targets;
pub mod task_sets;
pub mod tasks;
pub mod traffic;

use std::time::Duration;

use crate::time::Moment;
use crate::world::Region;

/// The longest stretch of time that is simulated at once.
const STEP: Duration = Duration::from_millis(50);

/// How many stretches a single jump of the clock is cut into at most.
const MOST_STEPS: u128 = 2000;

/// Lets a region live from `from` until `until`, in stretches short enough for one change to lead to the next.
pub fn advance(region: &mut Region, from: Moment, until: Moment) {
    let total = until.since(from);
    let fair = Duration::from_millis(u64::try_from(total.as_millis() / MOST_STEPS).unwrap_or(u64::MAX));
    let step = STEP.max(fair);
    let mut now = from;
    while now < until {
        let next = now.plus(step).min(until);
        live(region, now, next);
        now = next;
    }
}

/// One stretch.
fn live(region: &mut Region, before: Moment, now: Moment) {
    tasks::advance(region, now);
    targets::advance(region, now);
    tasks::stop_failing(region, now);
    task_sets::advance(region, now);
    traffic::advance(&mut region.balancing, before, now);
    region.forget_old_tasks(now);
}
