//! Tags on resources.

use serde::Deserialize;
use serde_json::{Value, json};

use super::tags::{TAG_LIMIT, Tag};
use super::{render, tags};
use crate::services::call::Call;
use crate::wire::error::ApiError;
use crate::world::tags::Tags;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Add {
    resource_arn: String,
    tags: Vec<Tag>,
}

/// Adds tags to a cluster, service, task set, task or task definition.
pub fn add(call: &mut Call<'_>, input: &Add) -> Result<Value, ApiError> {
    let new = tags::map(&input.tags)?;
    let current = tags_of(call, &input.resource_arn)?;
    let added = new.keys().filter(|key| !current.contains_key(*key)).count();
    if current.len() + added > TAG_LIMIT {
        return Err(ApiError::new("LimitExceededException", "The maximum number of tags for a resource is 50."));
    }
    current.extend(new);
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct List {
    resource_arn: String,
}

/// Lists a resource's tags.
pub fn list(call: &mut Call<'_>, input: &List) -> Result<Value, ApiError> {
    Ok(json!({"tags": render::tags(tags_of(call, &input.resource_arn)?)}))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Remove {
    resource_arn: String,
    tag_keys: Vec<String>,
}

/// Removes tags; a key that is not there is no error.
pub fn remove(call: &mut Call<'_>, input: &Remove) -> Result<Value, ApiError> {
    tags_of(call, &input.resource_arn)?.retain(|key, _| !input.tag_keys.contains(key));
    Ok(json!({}))
}

fn tags_of<'a>(call: &'a mut Call<'_>, arn: &str) -> Result<&'a mut Tags, ApiError> {
    let resource = arn.split(':').skip(5).collect::<Vec<_>>().join(":");
    let parts: Vec<&str> = resource.split('/').collect();
    let region = &mut *call.region;
    let found = match parts.as_slice() {
        ["cluster", name] => region.clusters.get_mut(*name).map(|cluster| &mut cluster.tags),
        ["service", cluster, name] => region
            .clusters
            .get_mut(*cluster)
            .and_then(|cluster| cluster.services.get_mut(*name))
            .map(|service| &mut service.tags),
        ["task-set", cluster, service, ..] => region
            .clusters
            .get_mut(*cluster)
            .and_then(|cluster| cluster.services.get_mut(*service))
            .and_then(|service| service.task_sets.iter_mut().find(|task_set| task_set.arn == arn))
            .map(|task_set| &mut task_set.tags),
        ["task", cluster, id] => {
            region.clusters.get_mut(*cluster).and_then(|cluster| cluster.tasks.get_mut(*id)).map(|task| &mut task.tags)
        }
        ["task-definition", name] => region.task_definitions.find_mut(name).map(|definition| &mut definition.tags),
        _ => {
            return Err(ApiError::invalid_parameter(format!("Invalid resource ARN: {arn}.")));
        }
    };
    found.ok_or_else(|| ApiError::new("ResourceNotFoundException", "The specified resource is not found."))
}
