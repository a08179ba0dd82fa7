//! Target groups check their targets, and let drained ones go.

use std::collections::BTreeSet;
use std::time::Duration;

use super::traffic;
use crate::time::Moment;
use crate::world::behaviour::Script;
use crate::world::region::Region;
use crate::world::services::Owner;
use crate::world::target_groups::{Health, Quality, Target, TargetGroup};
use crate::world::task_definitions::TaskDefinitions;

/// Checks every target that is due, and tells whose targets changed.
pub fn advance(region: &mut Region, now: Moment) -> BTreeSet<Owner> {
    let due = region.balancing.target_groups.values().filter(|group| group.due <= now);
    let due: Vec<String> = due.map(|group| group.arn.clone()).collect();
    let mut changed = BTreeSet::new();
    for arn in due {
        traffic::settle_group(&mut region.balancing, &arn, now);
        let is_used = region.balancing.is_used(&arn);
        if let Some(group) = region.balancing.target_groups.get_mut(&arn) {
            check_group(group, is_used, now, &mut changed);
            group.quality = quality(group, &region.task_definitions);
        }
    }
    changed
}

fn check_group(group: &mut TargetGroup, is_used: bool, now: Moment, changed: &mut BTreeSet<Owner>) {
    group.targets.retain(|_, target| {
        let gone = matches!(target.health, Health::Draining(until) if until <= now);
        if gone {
            changed.extend(target.owner().cloned());
        }
        !gone
    });
    let (interval, passes, fails) = (
        group.health_check_interval.max(Duration::from_millis(10)),
        group.healthy_threshold,
        group.unhealthy_threshold,
    );
    let had_healthy = group.healthy() > 0;
    group.due = Moment::NEVER;
    for target in group.targets.values_mut() {
        let before = target.health;
        use_or_not(target, is_used, now);
        while target.next_check <= now && is_checked(target) {
            check(target, passes, fails);
            target.next_check = target.next_check.plus(interval);
        }
        if target.health != before {
            changed.extend(target.owner().cloned());
            if target.health == Health::Healthy {
                target.healthy_since = now;
                // The first targets of a group that has none take their whole share at once.
                target.slow_start = had_healthy;
            }
        }
        group.due = group.due.min(due(target));
    }
    group.note_census(now);
}

/// When a target's health can change next by itself.
const fn due(target: &Target) -> Moment {
    match target.health {
        Health::Draining(until) => until,
        Health::Unused => Moment::NEVER,
        _ if is_checked(target) => target.next_check,
        _ => Moment::NEVER,
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

/// Whether a check can change anything. One that a healthy target passes cannot.
const fn is_checked(target: &Target) -> bool {
    match target.health {
        Health::Draining(_) | Health::Unused => false,
        Health::Healthy => !target.answers || target.failed > 0,
        Health::Registering | Health::Initial => true,
        Health::Unhealthy => target.answers || target.passed > 0,
    }
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

/// From now on a target answers health checks, or it does not. Checks that changed nothing have passed meanwhile.
pub fn answers(group: &mut TargetGroup, address: &str, port: u16, passes: bool, now: Moment) {
    let interval = group.health_check_interval.max(Duration::from_millis(10));
    let Some(target) = group.targets.get_mut(&(address.to_owned(), port)).filter(|target| target.answers != passes)
    else {
        return;
    };
    let missed = now.since(target.next_check).as_millis().div_ceil(interval.as_millis());
    target.next_check = target.next_check.plus(interval.saturating_mul(u32::try_from(missed).unwrap_or(u32::MAX)));
    target.answers = passes;
    group.due = group.due.min(now);
}

/// How the tasks behind a group answer, each healthy one counting as much as the next.
fn quality(group: &TargetGroup, definitions: &TaskDefinitions) -> Quality {
    let healthy = group.targets.values().filter(|target| target.health == Health::Healthy);
    let each: Vec<Quality> = healthy
        .map(|target| {
            let definition = target.behind.as_ref().and_then(|(_, definition)| definitions.find(definition));
            definition.map_or_else(|| Script::default().quality(), |found| found.behaviour.script.quality())
        })
        .collect();
    let count = u64::try_from(each.len()).unwrap_or(u64::MAX).max(1);
    let share = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    Quality {
        errors_per_million: each.iter().map(|one| one.errors_per_million).sum::<u64>() / count,
        latency: each.iter().map(|one| one.latency).sum::<f64>() / share,
        most_per_task: each.iter().filter_map(|one| one.most_per_task).reduce(f64::min),
    }
}

/// Makes a target healthy at once, for what a scenario starts with.
pub fn settle(group: &mut TargetGroup, address: &str, port: u16, now: Moment) {
    if let Some(target) = group.targets.get_mut(&(address.to_owned(), port)) {
        target.health = Health::Healthy;
        target.passed = 1;
        target.healthy_since = now;
    }
    group.due = group.due.min(now);
}
