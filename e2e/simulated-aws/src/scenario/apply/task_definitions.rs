//! A scenario's task definitions as things in a region.

use serde_json::{Value, json};

use crate::scenario::existing::{Summary, is_new};
use crate::scenario::problem::Problem;
use crate::scenario::services::TaskDefinition;
use crate::time::Moment;
use crate::world::behaviour::Behaviour;
use crate::world::region::Region;
use crate::world::task_definitions;

pub fn add_task_definition(
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
        deregistered_at: None,
        tags: given.tags.clone(),
        behaviour: Behaviour { script: given.behaviour.clone(), since: now },
    });
    Ok(())
}
