//! Target groups check their targets, and let drained ones go.

use std::time::Duration;

use crate::time::Moment;
use crate::world::Region;
use crate::world::balancing::{Health, Target, TargetGroup};

/// Checks every target that is due.
pub fn advance(region: &mut Region, now: Moment) {
    let used = region.balancing.used_target_groups();
    for group in region.balancing.target_groups.values_mut() {
        let is_used = used.contains(&group.arn);
        group.targets.retain(|_, target| !matches!(target.health, Health::Draining(until) if until <= now));
        let (interval, passes, fails) =
            (group.health_check_interval, group.healthy_threshold, group.unhealthy_threshold);
        for target in group.targets.values_mut() {
            use_or_not(target, is_used, now);
            while target.next_check <= now && is_checked(target.health) {
                check(target, passes, fails);
                target.next_check = target.next_check.plus(interval.max(Duration::from_millis(10)));
            }
        }
    }
}

/// A group that no listener uses checks nothing; once one does, its targets begin anew.
fn use_or_not(target: &mut Target, is_used: bool, now: Moment) {
    match (is_used, target.health) {
        (_, Health::Draining(_)) | (false, Health::Unused) => {}
        (false, _) => target.health = Health::Unused,
        (true, Health::Unused) => {
            target.health = Health::Registering;
            target.next_check = now;
            (target.passed, target.failed) = (0, 0);
        }
        (true, _) => {}
    }
}

const fn is_checked(health: Health) -> bool {
    !matches!(health, Health::Draining(_) | Health::Unused)
}

fn check(target: &mut Target, healthy_threshold: u32, unhealthy_threshold: u32) {
    if target.answers {
        target.passed += 1;
        target.failed = 0;
    } else {
        target.failed += 1;
        target.passed = 0;
    }
    target.health = match target.health {
        // One passed check is enough for a new target.
        Health::Registering | Health::Initial if target.passed >= 1 => Health::Healthy,
        Health::Registering => Health::Initial,
        Health::Unhealthy if target.passed >= healthy_threshold => Health::Healthy,
        Health::Initial | Health::Healthy if target.failed >= unhealthy_threshold => Health::Unhealthy,
        unchanged => unchanged,
    };
}

/// Makes a target healthy at once, for what a scenario starts with.
pub fn settle(group: &mut TargetGroup, address: &str, port: u16) {
    if let Some(target) = group.targets.get_mut(&(address.to_owned(), port)) {
        target.health = Health::Healthy;
        target.passed = 1;
    }
}
