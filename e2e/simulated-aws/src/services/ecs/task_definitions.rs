//! Task definitions.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::tags::{Tag, includes_tags};
use super::{render, tags};
use crate::services::call::Call;
use crate::text::last_segment;
use crate::wire::error::ApiError;
use crate::wire::json::decode;
use crate::world::behaviour::Behaviour;
use crate::world::task_definitions::TaskDefinition;

/// The parameters that are kept as they are sent and shown again.
const KEPT: [&str; 16] = [
    "containerDefinitions",
    "cpu",
    "enableFaultInjection",
    "ephemeralStorage",
    "executionRoleArn",
    "inferenceAccelerators",
    "ipcMode",
    "memory",
    "networkMode",
    "pidMode",
    "placementConstraints",
    "proxyConfiguration",
    "requiresCompatibilities",
    "runtimePlatform",
    "taskRoleArn",
    "volumes",
];

/// Registers the next revision of a family.
pub fn register(call: &mut Call<'_>, parameters: &Value) -> Result<Value, ApiError> {
    let object = parameters.as_object().ok_or_else(|| ApiError::invalid_parameter("No parameters."))?;
    if let Some(unknown) =
        object.keys().find(|key| !KEPT.contains(&key.as_str()) && !["family", "tags"].contains(&key.as_str()))
    {
        return Err(ApiError::invalid_parameter(format!("Unknown parameter: {unknown}.")));
    }
    let family = object
        .get("family")
        .and_then(Value::as_str)
        .filter(|family| is_family(family))
        .ok_or_else(|| ApiError::new("ClientException", "Family contains invalid characters or is missing."))?;
    let tags = tags::map(&match object.get("tags") {
        Some(list) => decode::<Vec<Tag>>(list)?,
        None => Vec::new(),
    })?;
    let registered: Map<String, Value> =
        KEPT.iter().filter_map(|key| object.get(*key).map(|value| ((*key).to_owned(), value.clone()))).collect();
    check_containers(&registered)?;
    let revision = call.region.task_definitions.next_revision(family);
    let definition = TaskDefinition {
        arn: call.region.ecs_arn(&format!("task-definition/{family}:{revision}")),
        family: family.to_owned(),
        revision,
        registered,
        registered_at: call.now,
        deregistered_at: None,
        tags,
        behaviour: Behaviour::default(),
    };
    let answer =
        json!({"taskDefinition": render::task_definition(&definition), "tags": render::tags(&definition.tags)});
    call.region.task_definitions.insert(definition);
    Ok(answer)
}

fn is_family(family: &str) -> bool {
    (1..=255).contains(&family.len()) && family.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn check_containers(registered: &Map<String, Value>) -> Result<(), ApiError> {
    let containers = registered.get("containerDefinitions").and_then(Value::as_array);
    let Some(containers) = containers.filter(|containers| !containers.is_empty()) else {
        return Err(ApiError::new("ClientException", "Container list cannot be empty."));
    };
    let complete = |container: &Value| container["name"].is_string() && container["image"].is_string();
    if containers.iter().all(complete) {
        Ok(())
    } else {
        Err(ApiError::new("ClientException", "Container.name and Container.image should not be null or empty."))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Describe {
    task_definition: String,
    #[serde(default)]
    include: Vec<String>,
}

/// Describes a task definition.
pub fn describe(call: &Call<'_>, input: &Describe) -> Result<Value, ApiError> {
    let with_tags = includes_tags(&input.include, &["TAGS"])?;
    let definition = call
        .region
        .task_definitions
        .find(&input.task_definition)
        .ok_or_else(|| ApiError::new("ClientException", "Unable to describe task definition."))?;
    let mut answer = json!({"taskDefinition": render::task_definition(definition)});
    if with_tags {
        answer["tags"] = render::tags(&definition.tags);
    }
    Ok(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Deregister {
    task_definition: String,
}

/// Makes a revision INACTIVE: what runs goes on, nothing new is made of it, and it stays describable.
pub fn deregister(call: &mut Call<'_>, input: &Deregister) -> Result<Value, ApiError> {
    let refused = |message: &str| ApiError::new("ClientException", message);
    if !last_segment(&input.task_definition).contains(':') {
        return Err(refused("Revision is missing."));
    }
    let now = call.now;
    let definition = call.region.task_definitions.find_mut(&input.task_definition);
    let definition = definition.ok_or_else(|| refused("The specified task definition does not exist."))?;
    definition.deregistered_at.get_or_insert(now);
    Ok(json!({"taskDefinition": render::task_definition(definition)}))
}
