//! A scenario's task sets as things in a region.

use serde_json::{Map, Value, json};

use crate::random::{hash, task_set_id};
use crate::scenario::problem::Problem;
use crate::scenario::services::{Service, TaskSet};
use crate::time::Moment;
use crate::world::region::Region;
use crate::world::task_sets::{Attachment, Stability, TaskSetStatus};
use crate::world::{task_definitions, task_sets};

pub fn new_task_set(
    cluster: &str,
    service: &Service,
    index: usize,
    given: &TaskSet,
    region: &Region,
    now: Moment,
) -> Result<task_sets::TaskSet, Problem> {
    let definition = region.task_definitions.find(&given.task_definition).ok_or_else(|| {
        Problem(format!("task definition {} does not exist; add it under `taskDefinitions`", given.task_definition))
    })?;
    let name = format!("{cluster}/{}/{index}", service.name);
    let id = given.id.clone().unwrap_or_else(|| task_set_id(hash(&name)));
    let attachment = match &given.target_group {
        None => None,
        Some(group) => Some(attachment(group, given, definition, region)?),
    };
    let mut task_set = task_sets::TaskSet {
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
        was_scaled_down: false,
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

pub fn settings(given: &TaskSet) -> Map<String, Value> {
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
