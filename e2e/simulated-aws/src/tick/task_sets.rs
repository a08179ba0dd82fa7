//! The service scheduler: each task set is brought to its computed count, and its counts and stability are worked out.

use std::collections::BTreeMap;

use super::launches::{Launch, launch};
use super::tasks::{Ending, end};
use crate::time::Moment;
use crate::world::Region;
use crate::world::balancing::{Balancing, Health};
use crate::world::services::{Cluster, Service, ServiceStatus, Stability, TaskSetStatus};
use crate::world::tasks::{Phase, StopCause, Task};

/// What the tasks of one task set look like.
#[derive(Clone, Copy, Debug, Default)]
struct Census {
    wanted: u32,
    running: u32,
    pending: u32,
    alive: u32,
    out_of_service: u32,
}

/// Schedules for every service of the region.
pub fn advance(region: &mut Region, now: Moment) {
    let launches = plan_launches(region, now);
    for (from, count) in launches {
        let started: Vec<String> = (0..count).map(|_| launch(region, &from, now)).collect();
        announce(region, &from, &started, now);
    }
    stop_surplus(region, now);
    settle(region, now);
}

/// The tasks of a cluster, counted by task set.
type Counts<'a> = BTreeMap<&'a str, Census>;

fn census<'a>(tasks: &'a BTreeMap<String, Task>, balancing: &Balancing) -> Counts<'a> {
    let mut counts = Counts::new();
    for task in tasks.values().filter(|task| task.phase != Phase::Stopped) {
        let census = counts.entry(task.task_set.as_str()).or_default();
        census.alive += 1;
        census.wanted += u32::from(task.is_wanted());
        census.pending += u32::from(task.phase.is_starting());
        census.running += u32::from(task.phase == Phase::Running);
        census.out_of_service += u32::from(task.phase == Phase::Running && !in_service(task, balancing));
    }
    counts
}

fn in_service(task: &Task, balancing: &Balancing) -> bool {
    task.target.as_ref().is_none_or(|(arn, port)| {
        balancing
            .target_groups
            .get(arn)
            .and_then(|group| group.targets.get(&(task.address.clone(), *port)))
            .is_some_and(|target| target.health == Health::Healthy)
    })
}

fn plan_launches(region: &Region, now: Moment) -> Vec<(Launch, u32)> {
    let mut launches = Vec::new();
    for cluster in region.clusters.values() {
        let census = census(&cluster.tasks, &region.balancing);
        for service in cluster.services.values() {
            for task_set in service.task_sets.iter().filter(|set| set.is_live() && set.next_launch <= now) {
                let wanted = census.get(task_set.id.as_str()).map_or(0, |census| census.wanted);
                let missing = task_set.computed_desired.saturating_sub(wanted);
                if missing > 0 {
                    launches.push((Launch::of(&cluster.name, &service.name, task_set), missing));
                }
            }
        }
    }
    launches
}

fn announce(region: &mut Region, from: &Launch, started: &[String], now: Moment) {
    let id = region.identifiers.uuid();
    let Some(service) =
        region.clusters.get_mut(&from.cluster).and_then(|cluster| cluster.services.get_mut(&from.service))
    else {
        return;
    };
    let failed_rounds = service.task_set(&from.task_set).map_or(0, |task_set| task_set.failed_rounds);
    let message = if failed_rounds > 0 {
        format!(
            "(service {}) (taskSet {}) is unable to consistently start tasks successfully; {failed_rounds} round(s) failed, trying again.",
            service.name, from.task_set
        )
    } else {
        let tasks: Vec<String> = started.iter().map(|id| format!("(task {id})")).collect();
        format!(
            "(service {}, taskSet {}) has started {} tasks: {}.",
            service.name,
            from.task_set,
            started.len(),
            tasks.join(" ")
        )
    };
    service.record(id, now, message);
}

/// Stops what a task set has too much.
fn stop_surplus(region: &mut Region, now: Moment) {
    let Region { clusters, balancing, timing, .. } = region;
    for Cluster { tasks, services, .. } in clusters.values_mut() {
        for (task_set, id) in surplus(tasks, services, balancing) {
            let Some(task) = tasks.get_mut(&id) else { continue };
            let cause = StopCause {
                code: "ServiceSchedulerInitiated",
                reason: format!("Scaling activity initiated by (taskSet {task_set})"),
                container_reason: None,
                exit_code: None,
            };
            end(task, cause, Ending::Orderly, now, balancing, timing);
        }
    }
}

/// Task sets and tasks that are too many: those that are still starting first, then the youngest.
fn surplus(
    tasks: &BTreeMap<String, Task>,
    services: &BTreeMap<String, Service>,
    balancing: &Balancing,
) -> Vec<(String, String)> {
    let census = census(tasks, balancing);
    let mut found = Vec::new();
    for task_set in services.values().flat_map(|service| &service.task_sets) {
        let wanted = census.get(task_set.id.as_str()).map_or(0, |census| census.wanted);
        let too_many = wanted.saturating_sub(task_set.computed_desired);
        if too_many == 0 {
            continue;
        }
        let own = tasks.values().filter(|task| task.is_wanted() && task.task_set == task_set.id);
        let mut own: Vec<&Task> = own.collect();
        own.sort_unstable_by_key(|task| (task.phase.is_starting(), task.created_at, &task.id));
        let last = own.into_iter().rev().take(too_many as usize);
        found.extend(last.map(|task| (task_set.id.clone(), task.id.clone())));
    }
    found
}

/// Works out counts and stability, and lets go of what has been deleted and drained.
fn settle(region: &mut Region, now: Moment) {
    let Region { clusters, balancing, identifiers, .. } = region;
    for Cluster { tasks, services, .. } in clusters.values_mut() {
        let census = census(tasks, balancing);
        for service in services.values_mut() {
            let settled = settle_service(service, &census, now);
            for message in settled {
                service.record(identifiers.uuid(), now, message);
            }
        }
    }
}

fn settle_service(service: &mut Service, census: &Counts<'_>, now: Moment) -> Vec<String> {
    let mut messages = Vec::new();
    for task_set in &mut service.task_sets {
        let census = census.get(task_set.id.as_str()).copied().unwrap_or_default();
        task_set.running = census.running;
        task_set.pending = census.pending;
        let steady = census.running == task_set.computed_desired && census.pending == 0 && census.out_of_service == 0;
        let stability = if steady { Stability::SteadyState } else { Stability::Stabilizing };
        if steady && task_set.stability != stability {
            messages.push(format!("(service {}, taskSet {}) has reached a steady state.", service.name, task_set.id));
        }
        task_set.stability = stability;
        task_set.stability_at = now;
    }
    let is_gone = |id: &str| census.get(id).is_none_or(|census| census.alive == 0);
    service.task_sets.retain(|task_set| task_set.status != TaskSetStatus::Draining || !is_gone(&task_set.id));
    if service.status == ServiceStatus::Draining && service.task_sets.is_empty() {
        service.status = ServiceStatus::Inactive;
    }
    messages
}
