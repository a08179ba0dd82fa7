//! Amazon ECS: the operations, as functions from parameters to a JSON answer.

mod clusters;
mod find;
mod render;
mod service_changes;
mod services;
mod tags;
mod task_definitions;
mod task_set_requests;
mod task_sets;
mod tasks;

use serde::Deserialize;
use serde_json::Value;

use crate::time::Moment;
use crate::wire::ApiError;
use crate::wire::json::decode;
use crate::world::{Region, Tags};

/// What an operation works on.
pub struct Call<'a> {
    /// The region the request was signed for.
    pub region: &'a mut Region,
    /// The moment of the request.
    pub now: Moment,
}

/// The operations that are modelled.
pub const OPERATIONS: [&str; 18] = [
    "CreateCluster",
    "CreateService",
    "CreateTaskSet",
    "DeleteService",
    "DeleteTaskSet",
    "DescribeClusters",
    "DescribeServices",
    "DescribeTaskDefinition",
    "DescribeTaskSets",
    "DescribeTasks",
    "ListTagsForResource",
    "ListTasks",
    "RegisterTaskDefinition",
    "StopTask",
    "TagResource",
    "UpdateService",
    "UpdateServicePrimaryTaskSet",
    "UpdateTaskSet",
];

/// Runs an operation.
pub fn dispatch(call: &mut Call<'_>, operation: &str, parameters: &Value) -> Result<Value, ApiError> {
    match operation {
        "CreateCluster" => clusters::create(call, decode(parameters)?),
        "DescribeClusters" => clusters::describe(call, &decode(parameters)?),
        "RegisterTaskDefinition" => task_definitions::register(call, parameters),
        "DescribeTaskDefinition" => task_definitions::describe(call, &decode(parameters)?),
        "CreateService" => services::create(call, &decode(parameters)?, parameters),
        "DescribeServices" => services::describe(call, &decode(parameters)?),
        "UpdateService" => service_changes::update(call, &decode(parameters)?),
        "DeleteService" => service_changes::delete(call, &decode(parameters)?),
        "CreateTaskSet" => task_sets::create(call, &decode(parameters)?, parameters),
        "DescribeTaskSets" => task_sets::describe(call, &decode(parameters)?),
        "UpdateTaskSet" => task_sets::update(call, &decode(parameters)?),
        "DeleteTaskSet" => task_sets::delete(call, &decode(parameters)?),
        "UpdateServicePrimaryTaskSet" => task_sets::promote(call, &decode(parameters)?),
        "ListTasks" => tasks::list(call, &decode(parameters)?),
        "DescribeTasks" => tasks::describe(call, &decode(parameters)?),
        "StopTask" => tasks::stop(call, &decode(parameters)?),
        "TagResource" => tags::add(call, &decode(parameters)?),
        "ListTagsForResource" => tags::list(call, &decode(parameters)?),
        _ => Err(ApiError::new("UnknownOperationException", format!("The operation {operation} is not known."))),
    }
}

/// A tag, as ECS spells it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tag {
    key: String,
    #[serde(default)]
    value: String,
}

/// How many tags a resource may have.
const TAG_LIMIT: usize = 50;

/// A list of tags as a map.
fn tags(list: &[Tag]) -> Result<Tags, ApiError> {
    let tags: Tags = list.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
    if tags.len() < list.len() {
        return Err(ApiError::invalid_parameter("Duplicate tag keys are not allowed."));
    }
    if tags.len() > TAG_LIMIT {
        return Err(ApiError::invalid_parameter("The maximum number of tags for a resource is 50."));
    }
    if tags.keys().any(|key| key.is_empty() || key.len() > 128 || key.starts_with("aws:")) {
        return Err(ApiError::invalid_parameter("A tag key has 1 to 128 characters and does not begin with aws:."));
    }
    Ok(tags)
}

/// Checks what `include` may hold.
fn includes_tags(include: &[String], allowed: &[&str]) -> Result<bool, ApiError> {
    match include.iter().find(|word| !allowed.contains(&word.as_str())) {
        Some(word) => Err(ApiError::invalid_parameter(format!("Unknown value for include: {word}."))),
        None => Ok(include.iter().any(|word| word == "TAGS")),
    }
}
