//! A scenario's task definitions, clusters, services and task sets as things in a region.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value, json};

use super::{
    Autoscaling, Cluster, Problem, Scenario, Service, Summary, TaskDefinition, TaskSet, apply_alarms, apply_balancing,
};
use crate::random::{hash, task_set_id};
use crate::tick::launches::{Launch, launch};
use crate::tick::targets::settle;
use crate::time::Moment;
use crate::world::behaviour::Behaviour;
use crate::world::services::{self, Attachment, Controller, ServiceStatus, Stability, TaskSetStatus};
use crate::world::tasks::Phase;
use crate::world::{Region, task_definitions};

/// Adds a scenario to a region. What exists already stays as it is and is reported as kept.
pub fn apply(scenario: &Scenario, region: &mut Region, now: Moment) -> Result<Summary, Problem> {
    let mut summary = Summary::default();
    scenario.timing.apply(&mut region.timing);
    for definition in &scenario.task_definitions {
        add_task_definition(definition, region, &mut summary, now)?;
    }
    apply_balancing::apply(scenario, region, &mut summary, now)?;
    for cluster in &scenario.clusters {
        add_cluster(cluster, region, &mut summary, now)?;
    }
    apply_alarms::apply(scenario, region, &mut summary, now)?;
    if let Some(word) = &scenario.fail_open {
        region.balancing.fail_open_serves = word == "served";
    }
    // What was added is looked at from the next moment on.
    crate::tick::touch_all(region, now);
    Ok(summary)
}

/// Notes a thing as added or as kept, and says whether it is to be added.
pub(super) fn is_new(exists: bool, what: String, summary: &mut Summary) -> bool {
    if exists {
        summary.kept.push(what);
    } else {
        summary.added.push(what);
    }
    !exists
}

fn add_task_definition(
    given: &TaskDefinition,
    region: &mut Region,
    summary: &mut Summary,
    now: Moment,
) -> Result<(), Problem> {
    let name = format!("{}:{}", given.family, given.revision);
    if let Some(problem) = given.behaviour.problem() {
        return Err(Problem(format!("task definition {name}: {problem}")));
    }
    if !is_new(region.task_definitions.find(&name).is_some(), format!("taskDefinition {name}"), summary) {
        return Ok(());
    }
    let network_mode = given.network_mode.as_deref().unwrap_or("awsvpc");
    let containers: Vec<Value> = given
        .containers
        .iter()
        .map(|container| {
            let mut shown = json!({"name": container.name, "image": container.image, "essential": true, "cpu": 0, "environment": [], "mountPoints": [], "volumesFrom": []});
            let port = container.port.map(|port| json!({"containerPort": port, "hostPort": port, "protocol": "tcp"}));
            shown["portMappings"] = port.into_iter().collect();
            for (key, value) in &container.definition {
                shown[key] = value.clone();
            }
            shown
        })
        .collect();
    let registered = json!({
        "containerDefinitions": containers,
        "networkMode": network_mode,
        "requiresCompatibilities": ["FARGATE"],
        "cpu": given.cpu.as_deref().unwrap_or("256"),
        "memory": given.memory.as_deref().unwrap_or("512"),
    });
    let Value::Object(registered) = registered else {
        return Ok(());
    };
    region.task_definitions.insert(task_definitions::TaskDefinition {
        arn: region.ecs_arn(&format!("task-definition/{name}")),
        family: given.family.clone(),
        revision: given.revision,
        registered,
        registered_at: now,
        tags: given.tags.clone(),
        behaviour: Behaviour { script: given.behaviour.clone(), since: now },
    });
    Ok(())
}

fn add_cluster(given: &Cluster, region: &mut Region, summary: &mut Summary, now: Moment) -> Result<(), Problem> {
    if is_new(region.clusters.contains_key(&given.name), format!("cluster {}", given.name), summary) {
        let cluster = services::Cluster {
            name: given.name.clone(),
            arn: region.ecs_arn(&format!("cluster/{}", given.name)),
            tags: given.tags.clone(),
            services: BTreeMap::new(),
            tasks: BTreeMap::new(),
        };
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
    let controller = given.controller.as_deref().unwrap_or("EXTERNAL");
    let controller = Controller::parse(controller)
        .ok_or_else(|| problem(format!("`{controller}` is no controller; write EXTERNAL, ECS or CODE_DEPLOY")))?;
    let status = match given.status.as_deref() {
        None | Some("ACTIVE") => ServiceStatus::Active,
        Some("INACTIVE") => ServiceStatus::Inactive,
        Some(other) => {
            return Err(problem(format!("`{other}` is no status; write ACTIVE or INACTIVE")));
        }
    };
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
    let running = task_sets
        .iter()
        .zip(&given.task_sets)
        .filter(|(_, given)| given.running.unwrap_or(true) && status == ServiceStatus::Active);
    let running: Vec<services::TaskSet> = running.map(|(set, _)| set.clone()).collect();
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
        due: now,
        autoscaling: autoscaling(&given.autoscaling, now),
    };
    let starts: Vec<(Launch, u32)> =
        running.iter().map(|set| (Launch::of(cluster, &service, set, &|_| 0), set.computed_desired)).collect();
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

fn autoscaling(given: &Autoscaling, now: Moment) -> services::Autoscaling {
    let steps = given.steps.iter().map(|step| (now.plus(step.after.0), step.desired_count));
    let mut steps: Vec<_> = steps.collect();
    steps.sort_by_key(|(at, _)| *at);
    let target = given.target_tracking.map(|target| {
        let interval = target.interval.map_or(std::time::Duration::from_mins(1), |span| span.0);
        services::TargetTracking {
            requests_per_task: target.requests_per_task.max(0.001),
            least: target.min.unwrap_or(1).min(target.max),
            most: target.max,
            interval,
            next: now.plus(interval),
            seen: 0,
        }
    });
    services::Autoscaling { steps: steps.into(), target }
}

fn new_task_set(
    cluster: &str,
    service: &Service,
    index: usize,
    given: &TaskSet,
    region: &Region,
    now: Moment,
) -> Result<services::TaskSet, Problem> {
    let definition = region.task_definitions.find(&given.task_definition).ok_or_else(|| {
        Problem(format!("task definition {} does not exist; add it under `taskDefinitions`", given.task_definition))
    })?;
    let name = format!("{cluster}/{}/{index}", service.name);
    let id = given.id.clone().unwrap_or_else(|| task_set_id(hash(&name)));
    let attachment = match &given.target_group {
        None => None,
        Some(group) => Some(attachment(group, given, definition, region)?),
    };
    let mut task_set = services::TaskSet {
        arn: region.ecs_arn(&format!("task-set/{cluster}/{}/{id}", service.name)),
        id,
        external_id: given.external_id.clone(),
        client_token: None,
        status: if given.primary { TaskSetStatus::Primary } else { TaskSetStatus::Active },
        task_definition: definition.arn.clone(),
        attachment,
        settings: settings(given),
        scale: given.scale.unwrap_or(100.0),
        computed_desired: 0,
        running: 0,
        pending: 0,
        stability: Stability::Stabilizing,
        stability_at: now,
        created_at: now,
        updated_at: now,
        tags: given.tags.clone(),
        failed_rounds: 0,
        next_launch: now,
        failed_tasks: 0,
        was_primary: given.primary,
        preexisting: true,
    };
    task_set.compute_desired(service.desired_count);
    Ok(task_set)
}

fn attachment(
    group: &str,
    given: &TaskSet,
    definition: &task_definitions::TaskDefinition,
    region: &Region,
) -> Result<Attachment, Problem> {
    let target_group = region
        .balancing
        .target_group_named(group)
        .ok_or_else(|| Problem(format!("target group {group} does not exist; add it under `targetGroups`")))?;
    let container = match &given.container {
        Some(name) => definition.container(name),
        None => definition.containers().next(),
    }
    .ok_or_else(|| {
        Problem(format!("task definition {} has no such container; correct `container`", given.task_definition))
    })?;
    let mapped = container["portMappings"][0]["containerPort"].as_u64().and_then(|port| u16::try_from(port).ok());
    let port =
        given.port.or(mapped).ok_or_else(|| Problem("the container has no port; give it a `port`".to_owned()))?;
    Ok(Attachment {
        target_group: target_group.arn.clone(),
        container: container["name"].as_str().unwrap_or_default().to_owned(),
        port,
    })
}

fn settings(given: &TaskSet) -> Map<String, Value> {
    let launch_type = given.launch_type.as_deref().unwrap_or("FARGATE");
    let strategy: Vec<Value> = given
        .capacity_provider_strategy
        .iter()
        .map(|item| json!({"capacityProvider": item.capacity_provider, "weight": item.weight, "base": item.base}))
        .collect();
    let subnets = given.subnets.clone().unwrap_or_else(|| vec!["subnet-1".to_owned()]);
    let groups = given.security_groups.clone().unwrap_or_else(|| vec!["sg-1".to_owned()]);
    let mut settings = Map::new();
    if strategy.is_empty() {
        settings.insert("launchType".to_owned(), json!(launch_type));
    } else {
        settings.insert("capacityProviderStrategy".to_owned(), json!(strategy));
    }
    if launch_type == "FARGATE" {
        settings.insert("platformVersion".to_owned(), json!("1.4.0"));
    }
    settings.insert("serviceRegistries".to_owned(), json!([]));
    settings.insert(
        "networkConfiguration".to_owned(),
        json!({"awsvpcConfiguration": {"subnets": subnets, "securityGroups": groups, "assignPublicIp": "DISABLED"}}),
    );
    settings
}

/// Launches a task and takes it to RUNNING and healthy at once.
fn start_running(region: &mut Region, from: &mut Launch, now: Moment) {
    let id = launch(region, from, now);
    let zone = format!("{}a", region.name);
    let interval = region.timing.health_check_interval;
    let Some(task) = region.clusters.get_mut(&from.owner.cluster).and_then(|cluster| cluster.tasks.get_mut(&id)) else {
        return;
    };
    task.phase = Phase::Running;
    task.phase_ends = None;
    task.started_at = Some(now);
    task.pulled = (Some(now), Some(now));
    if let Some((arn, port)) = &task.target
        && let Some(group) = region.balancing.target_groups.get_mut(arn)
    {
        let behind = (from.owner.clone(), task.task_definition.clone());
        group.register(&task.address, *port, &zone, now.plus(interval), behind);
        settle(group, &task.address, *port, now);
    }
}

/// The counts are right from the first describe on, before any time has passed.
fn count_running(region: &mut Region, cluster: &str, service: &str) {
    let Some(cluster) = region.clusters.get_mut(cluster) else {
        return;
    };
    let Some(service) = cluster.services.get_mut(service) else {
        return;
    };
    for task_set in &mut service.task_sets {
        let running = cluster.tasks.values().filter(|task| task.task_set == task_set.id).count();
        task_set.running = u32::try_from(running).unwrap_or(u32::MAX);
        if task_set.running == task_set.computed_desired {
            task_set.stability = Stability::SteadyState;
        }
    }
}
