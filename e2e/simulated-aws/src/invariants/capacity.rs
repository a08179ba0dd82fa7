//! S19: a task set that is made smaller keeps as many tasks as its share of each route needs.

use std::time::Duration;

use super::names::ENOUGH_TASKS;
use crate::time::Moment;
use crate::world::region::Region;
use crate::world::task_sets::TaskSet;

/// Without a target group a task that runs is its part of the work: no call leaves fewer of them than the service wants, of
/// those that run and are to go on. What was too few before gets no fewer.
pub fn enough_work(before: &[TaskSet], region: &Region, found: &mut Vec<(&'static str, String)>) {
    if before.iter().any(|set| set.target_group().is_some()) {
        return;
    }
    let stays = |set: &TaskSet| if set.is_live() { set.running.min(set.computed_desired) } else { 0 };
    let is_there = |set: &TaskSet| before.iter().any(|known| known.arn == set.arn);
    let Some((_, service, _)) = region.task_sets().find(|(.., set)| is_there(set)) else { return };
    let had: u32 = before.iter().map(stays).sum();
    let has: u32 = service.task_sets.iter().map(stays).sum();
    if has < had.min(service.desired_count) {
        found.push((
            ENOUGH_TASKS,
            format!(
                "{has} tasks of {} are left running, of {had} before, and it wants {}",
                service.name, service.desired_count
            ),
        ));
    }
}

/// What is wrong with the size of a task set, compared with the one that it had. That it has none at all is S3's.
pub fn enough_tasks(
    before: &TaskSet,
    region: &Region,
    (barrier, now): (Duration, Moment),
    found: &mut Vec<(&'static str, String)>,
) {
    let Some((_, service, after)) = region.task_sets().find(|(.., set)| set.arn == before.arn) else { return };
    let Some(group) = after.target_group().filter(|_| after.scale < before.scale && after.scale > 0.0) else { return };
    for rule in region.balancing.rules_of(group).filter(|rule| !rule.traffic.is_test) {
        let (id, route, tasks) = (&after.id, rule.route_arn(), after.computed_desired);
        let all: u32 = rule.weights().iter().map(|(_, weight)| weight).sum();
        let weight = rule.weight_of(group);
        let needed = (u64::from(service.desired_count) * u64::from(weight)).div_ceil(u64::from(all.max(1)));
        if u64::from(tasks) < needed {
            found.push((
                ENOUGH_TASKS,
                format!("task set {id} was scaled to {tasks} tasks, and {weight} of {all} of {route} need {needed}"),
            ));
        }
        let rested = now.since(rule.traffic.changed_at);
        if rested < barrier && rule.traffic.changed_at > after.created_at {
            let seconds = rested.as_secs_f64();
            found.push((
                ENOUGH_TASKS,
                format!("task set {id} was scaled down {seconds:.1} s after the weights of {route} changed"),
            ));
        }
    }
}
