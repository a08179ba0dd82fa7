//! A scenario's clusters and services as things in a region, with their tasks.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use super::task_sets::new_task_set;
use super::tasks::{count_running, start_running};
use crate::scenario::existing::{Summary, is_new};
use crate::scenario::problem::Problem;
use crate::scenario::services::{Autoscaling, Cluster, Service};
use crate::tick::launches::Launch;
use crate::time::Moment;
use crate::world::region::Region;
use crate::world::services::{Controller, ServiceStatus};
use crate::world::task_sets::TaskSetStatus;
use crate::world::{autoscaling, services};

pub fn add_cluster(given: &Cluster, region: &mut Region, summary: &mut Summary, now: Moment) -> Result<(), Problem> {
    if is_new(
        region.clusters.get(&given.name).is_some_and(|cluster| cluster.is_active),
        format!("cluster {}", given.name),
        summary,
    ) {
        let arn = region.ecs_arn(&format!("cluster/{}", given.name));
        let cluster = services::Cluster::new(given.name.clone(), arn, given.tags.clone());
        region.clusters.insert(given.name.clone(), cluster);
    }
    for service in &given.services {
        let exists = region.service(&given.name, &service.name).is_some();
        if is_new(exists, format!("service {}/{}", given.name, service.name), summary) {
            add_service(&given.name, service, region, now)?;
        }
    }
    Ok(())
}

fn add_service(cluster: &str, given: &Service, region: &mut Region, now: Moment) -> Result<(), Problem> {
    let problem = |text: String| Problem(format!("service {cluster}/{}: {text}", given.name));
    let controller = controller(given).map_err(problem)?;
    let status = status(given).map_err(problem)?;
    let mut settings: Map<String, Value> = given.settings.clone().into_iter().collect();
    settings.insert("schedulingStrategy".to_owned(), json!("REPLICA"));
    let mut task_sets = Vec::new();
    for (index, task_set) in given.task_sets.iter().enumerate() {
        task_sets
            .push(new_task_set(cluster, given, index, task_set, region, now).map_err(|Problem(text)| problem(text))?);
    }
    if task_sets.iter().filter(|set| set.status == TaskSetStatus::Primary).count() > 1 {
        return Err(problem("more than one task set says `primary: true`; leave one".to_owned()));
    }
    let service = services::Service {
        name: given.name.clone(),
        arn: region.ecs_arn(&format!("service/{cluster}/{}", given.name)),
        status,
        controller,
        desired_count: given.desired_count,
        health_check_grace: given.health_check_grace_period.map(|span| span.0).unwrap_or_default(),
        created_at: now,
        tags: given.tags.clone(),
        settings,
        had_primary: task_sets.iter().any(|set| set.was_primary),
        task_sets,
        events: VecDeque::new(),
        tokens: VecDeque::new(),
        created_by: None,
        alive: Vec::new(),
        most_tasks: 0,
        fewest_tasks: None,
        due: now,
        autoscaling: autoscaling(&given.autoscaling, now),
    };
    let starts = starts(cluster, &service, given);
    if let Some(cluster) = region.clusters.get_mut(cluster) {
        cluster.services.insert(given.name.clone(), service);
    }
    for (mut from, count) in starts {
        for _ in 0..count {
            start_running(region, &mut from, now);
        }
    }
    count_running(region, cluster, &given.name);
    Ok(())
}

fn controller(given: &Service) -> Result<Controller, String> {
    let word = given.controller.as_deref().unwrap_or("EXTERNAL");
    Controller::parse(word).ok_or_else(|| format!("`{word}` is no controller; write EXTERNAL, ECS or CODE_DEPLOY"))
}

fn status(given: &Service) -> Result<ServiceStatus, String> {
    match given.status.as_deref() {
        None | Some("ACTIVE") => Ok(ServiceStatus::Active),
        Some("INACTIVE") => Ok(ServiceStatus::Inactive),
        Some(other) => Err(format!("`{other}` is no status; write ACTIVE or INACTIVE")),
    }
}

/// What the tasks that run from the beginning are launched from, and how many they are.
fn starts(cluster: &str, service: &services::Service, given: &Service) -> Vec<(Launch, u32)> {
    if service.status != ServiceStatus::Active {
        return Vec::new();
    }
    let sets = service.task_sets.iter().zip(&given.task_sets);
    sets.filter(|(_, given)| given.running.unwrap_or(true))
        .map(|(set, _)| (Launch::of(cluster, service, set, &|_| 0), set.computed_desired))
        .collect()
}

fn autoscaling(given: &Autoscaling, now: Moment) -> autoscaling::Autoscaling {
    let steps = given.steps.iter().map(|step| (now.plus(step.after.0), step.desired_count));
    let mut steps: Vec<_> = steps.collect();
    steps.sort_by_key(|(at, _)| *at);
    let target = given.target_tracking.map(|target| {
        let interval = target.interval.map_or(std::time::Duration::from_mins(1), |span| span.0);
        autoscaling::TargetTracking {
            requests_per_task: target.requests_per_task.max(0.001),
            least: target.min.unwrap_or(1).min(target.max),
            most: target.max,
            interval,
            next: now.plus(interval),
            seen: 0,
        }
    });
    autoscaling::Autoscaling { steps: steps.into(), target }
}
