//! The service scheduler: each task set is brought to its computed count, and its counts and stability are worked out.

use std::collections::BTreeMap;
use std::time::Duration;

use super::endings::{Ending, end, stop_failing};
use super::grid::STEP;
use super::launches::{Launch, launch, take};
use super::tasks::due;
use crate::time::Moment;
use crate::world::balancing::Balancing;
use crate::world::region::Region;
use crate::world::services::{Cluster, Service, ServiceKey, ServiceStatus};
use crate::world::target_groups::Health;
use crate::world::task_sets::{Stability, TaskSet, TaskSetStatus};
use crate::world::tasks::{Phase, StopCause, Task};

/// What the tasks of one task set look like.
#[derive(Clone, Debug, Default)]
struct Census {
    wanted: u32,
    running: u32,
    pending: u32,
    alive: u32,
    out_of_service: u32,
    providers: BTreeMap<String, u32>,
}

/// Schedules for a service.
pub fn advance(region: &mut Region, key: &ServiceKey, now: Moment) {
    let grace_ends = stop_failing(region, key, now);
    let waiting = start_missing(region, key, now);
    stop_surplus(region, key, now);
    settle(region, key, now);
    let Some((cluster, service)) = find(region, key) else { return };
    let tasks = service.alive.iter().filter_map(|id| cluster.tasks.get(id));
    let tasks = tasks.map(|task| due(task, &region.task_definitions, now));
    let next = tasks.chain([grace_ends, waiting]).min().unwrap_or(Moment::NEVER);
    if let Some(service) = region.clusters.get_mut(&key.0).and_then(|cluster| cluster.services.get_mut(&key.1)) {
        service.due = next;
    }
}

fn find<'a>(region: &'a Region, key: &ServiceKey) -> Option<(&'a Cluster, &'a Service)> {
    let cluster = region.clusters.get(&key.0)?;
    Some((cluster, cluster.services.get(&key.1)?))
}

/// The tasks of a service, counted by task set.
fn census(tasks: &BTreeMap<String, Task>, service: &Service, balancing: &Balancing) -> BTreeMap<String, Census> {
    let mut counts: BTreeMap<String, Census> = BTreeMap::new();
    for task in service.alive.iter().filter_map(|id| tasks.get(id)).filter(|task| task.phase != Phase::Stopped) {
        let census = counts.entry(task.task_set.clone()).or_default();
        census.alive += 1;
        census.wanted += u32::from(task.is_wanted());
        census.pending += u32::from(task.phase.is_starting());
        census.running += u32::from(task.phase == Phase::Running);
        census.out_of_service += u32::from(task.phase == Phase::Running && !in_service(task, balancing));
        if let Some(provider) = task.capacity_provider.as_ref().filter(|_| task.is_wanted()) {
            *census.providers.entry(provider.clone()).or_default() += 1;
        }
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

/// Launches what is missing, and gives the moment at which more can be launched.
fn start_missing(region: &mut Region, key: &ServiceKey, now: Moment) -> Moment {
    let mut waiting = Moment::NEVER;
    for (mut from, missing, not_before) in plan_launches(region, key) {
        if not_before > now {
            waiting = waiting.min(not_before);
            continue;
        }
        let count = take(region, from.bucket(), missing, now);
        if count < missing {
            // Launches trickle back one by one.
            waiting = waiting.min(now.plus(STEP.max(Duration::from_millis(50))));
        }
        if count == 0 {
            continue;
        }
        let started: Vec<String> = (0..count).map(|_| launch(region, &mut from, now)).collect();
        announce(region, &from, &started, now);
    }
    waiting
}

fn plan_launches(region: &Region, key: &ServiceKey) -> Vec<(Launch, u32, Moment)> {
    let Some((cluster, service)) = find(region, key) else { return Vec::new() };
    let counts = census(&cluster.tasks, service, &region.balancing);
    let none = Census::default();
    let mut launches = Vec::new();
    for task_set in service.task_sets.iter().filter(|set| set.is_live()) {
        let census = counts.get(&task_set.id).unwrap_or(&none);
        let missing = task_set.computed_desired.saturating_sub(census.wanted);
        if missing > 0 {
            let placed = |provider: &str| census.providers.get(provider).copied().unwrap_or(0);
            launches.push((Launch::of(&key.0, service, task_set, &placed), missing, task_set.next_launch));
        }
    }
    launches
}

fn announce(region: &mut Region, from: &Launch, started: &[String], now: Moment) {
    let id = region.identifiers.uuid();
    let owner = &from.owner;
    let unplaced = region.clusters.get(&owner.cluster).and_then(|cluster| {
        let service = cluster.services.get(&owner.service)?;
        let definition = region.task_definitions.find(&service.task_set(&owner.task_set)?.task_definition)?;
        definition.behaviour.script.no_capacity.as_ref()
    });
    let unplaced = unplaced.is_some();
    let Some(service) =
        region.clusters.get_mut(&owner.cluster).and_then(|cluster| cluster.services.get_mut(&owner.service))
    else {
        return;
    };
    let failed_rounds = service.task_set(&owner.task_set).map_or(0, |task_set| task_set.failed_rounds);
    let name = &service.name;
    let help = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.";
    let message = if unplaced {
        format!(
            "(service {name}, taskSet {}) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone. {help}",
            owner.task_set
        )
    } else if failed_rounds > 0 {
        format!(
            "(service {name}, taskSet {}) is unable to consistently start tasks successfully. {help}",
            owner.task_set
        )
    } else {
        format!(
            "(service {name}, taskSet {}) has started {} tasks: {}.",
            owner.task_set,
            started.len(),
            listed(started)
        )
    };
    service.record(id, now, message);
}

fn listed(tasks: &[String]) -> String {
    tasks.iter().map(|id| format!("(task {id})")).collect::<Vec<_>>().join(" ")
}

/// Stops what a task set has too much.
fn stop_surplus(region: &mut Region, key: &ServiceKey, now: Moment) {
    let surplus = match find(region, key) {
        Some((cluster, service)) => surplus(&cluster.tasks, service, &region.balancing),
        None => return,
    };
    let Region { clusters, balancing, timing, identifiers, .. } = region;
    let Some(Cluster { tasks, services, .. }) = clusters.get_mut(&key.0) else { return };
    let Some(service) = services.get_mut(&key.1) else { return };
    for (task_set, ids) in surplus {
        let mut drained: BTreeMap<String, u32> = BTreeMap::new();
        for id in &ids {
            let Some(task) = tasks.get_mut(id) else { continue };
            if let (Phase::Running, Some((group, _))) = (task.phase, &task.target) {
                *drained.entry(group.clone()).or_default() += 1;
            }
            let cause = StopCause {
                code: "ServiceSchedulerInitiated",
                reason: format!("Scaling activity initiated by (taskSet {task_set})"),
                container_reason: None,
                exit_code: None,
            };
            end(task, cause, Ending::Orderly, now, balancing, timing);
        }
        let who = format!("(service {}, taskSet {task_set})", service.name);
        let mut messages = vec![format!("{who} has stopped {} running tasks: {}.", ids.len(), listed(&ids))];
        for (group, count) in drained {
            messages.push(format!("{who} deregistered {count} targets in (target-group {group})"));
            messages.push(format!("{who} has begun draining connections on {count} tasks."));
        }
        for message in messages {
            service.record(identifiers.uuid(), now, message);
        }
    }
}

/// The tasks that are too many of each task set: those that are still starting first, then the youngest.
fn surplus(tasks: &BTreeMap<String, Task>, service: &Service, balancing: &Balancing) -> Vec<(String, Vec<String>)> {
    let counts = census(tasks, service, balancing);
    let mut found = Vec::new();
    for task_set in &service.task_sets {
        let wanted = counts.get(&task_set.id).map_or(0, |census| census.wanted);
        let too_many = wanted.saturating_sub(task_set.computed_desired);
        if too_many == 0 {
            continue;
        }
        let own = service.alive.iter().filter_map(|id| tasks.get(id));
        let mut own: Vec<&Task> = own.filter(|task| task.is_wanted() && task.task_set == task_set.id).collect();
        own.sort_unstable_by_key(|task| (task.phase.is_starting(), task.created_at, &task.id));
        let last = own.into_iter().rev().take(too_many as usize);
        found.push((task_set.id.clone(), last.map(|task| task.id.clone()).collect()));
    }
    found
}

/// Works out counts and stability, and lets go of what has been deleted and drained.
fn settle(region: &mut Region, key: &ServiceKey, now: Moment) {
    let Region { clusters, balancing, identifiers, .. } = region;
    let Some(Cluster { tasks, services, .. }) = clusters.get_mut(&key.0) else { return };
    let Some(service) = services.get_mut(&key.1) else { return };
    let counts = census(tasks, service, balancing);
    let mut messages = Vec::new();
    for task_set in &mut service.task_sets {
        let census = counts.get(&task_set.id).cloned().unwrap_or_default();
        task_set.running = census.running;
        task_set.pending = census.pending;
        let steady = census.running == task_set.computed_desired && census.pending == 0 && census.out_of_service == 0;
        let stability = if steady { Stability::SteadyState } else { Stability::Stabilizing };
        if steady && task_set.stability != stability && task_set.is_live() {
            messages.push(format!("(service {}, taskSet {}) has reached a steady state.", service.name, task_set.id));
        }
        task_set.stability = stability;
        task_set.stability_at = now;
    }
    for message in messages {
        service.record(identifiers.uuid(), now, message);
    }
    let tasks = service.task_sets.iter().map(|set| set.running + set.pending).sum();
    service.most_tasks = service.most_tasks.max(tasks);
    let running = service.task_sets.iter().filter(|set| set.is_live()).map(|set| set.running).sum();
    let first = (running >= service.desired_count).then_some(running);
    service.fewest_tasks = service.fewest_tasks.map_or(first, |fewest: u32| Some(fewest.min(running)));
    // A deleted task set stays until its last task has stopped and its last target has drained.
    let has_targets = |set: &TaskSet| {
        let group = set.target_group().and_then(|arn| balancing.target_groups.get(arn));
        group.is_some_and(|group| {
            group.targets.values().any(|target| target.owner().is_some_and(|owner| owner.task_set == set.id))
        })
    };
    let is_gone = |set: &TaskSet| !counts.contains_key(&set.id) && !has_targets(set);
    service.task_sets.retain(|set| set.status != TaskSetStatus::Draining || !is_gone(set));
    if service.status == ServiceStatus::Draining && service.task_sets.is_empty() {
        service.status = ServiceStatus::Inactive;
    }
}
