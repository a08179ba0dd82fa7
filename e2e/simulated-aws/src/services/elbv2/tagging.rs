//! Tags on load balancers, target groups, listeners and rules.

use serde::Deserialize;
use serde_json::{Value, json};

use super::find::{listener_not_found, load_balancer_not_found, rule_not_found, target_group_not_found};
use super::tags::{LIMIT, Tag, map};
use crate::services::call::Call;
use crate::wire::error::ApiError;
use crate::world::balancing::Balancing;

/// How many resources a describe may name.
const RESOURCES: usize = 20;

fn known(balancing: &Balancing, arn: &str) -> Result<(), ApiError> {
    let exists = balancing.rules.contains_key(arn)
        || balancing.listeners.contains_key(arn)
        || balancing.target_groups.contains_key(arn)
        || balancing.load_balancers.contains_key(arn);
    if exists {
        return Ok(());
    }
    Err(match arn.split(':').nth(5).and_then(|resource| resource.split('/').next()) {
        Some("listener-rule") => rule_not_found(),
        Some("listener") => listener_not_found(),
        Some("targetgroup") => target_group_not_found(),
        Some("loadbalancer") => load_balancer_not_found(arn),
        _ => ApiError::validation(format!("'{arn}' is not a valid resource ARN")),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Add {
    resource_arns: Vec<String>,
    tags: Vec<Tag>,
}

/// Adds tags; a key that is there gets the new value.
pub fn add(call: &mut Call<'_>, input: &Add) -> Result<Value, ApiError> {
    let balancing = &mut call.region.balancing;
    let new = map(&input.tags)?;
    for arn in &input.resource_arns {
        known(balancing, arn)?;
        let mut all = balancing.tags.get(arn).cloned().unwrap_or_default();
        all.extend(new.clone());
        if all.len() > LIMIT {
            return Err(ApiError::new("TooManyTags", format!("The maximum number of tags for a resource is {LIMIT}")));
        }
    }
    for arn in &input.resource_arns {
        balancing.tags.entry(arn.clone()).or_default().extend(new.clone());
    }
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Remove {
    resource_arns: Vec<String>,
    tag_keys: Vec<String>,
}

/// Removes tags.
pub fn remove(call: &mut Call<'_>, input: &Remove) -> Result<Value, ApiError> {
    let balancing = &mut call.region.balancing;
    input.resource_arns.iter().try_for_each(|arn| known(balancing, arn))?;
    for arn in &input.resource_arns {
        if let Some(tags) = balancing.tags.get_mut(arn) {
            tags.retain(|key, _| !input.tag_keys.contains(key));
        }
    }
    Ok(json!({}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Describe {
    resource_arns: Vec<String>,
}

/// Describes the tags of at most twenty resources.
pub fn describe(call: &Call<'_>, input: &Describe) -> Result<Value, ApiError> {
    let balancing = &call.region.balancing;
    if !(1..=RESOURCES).contains(&input.resource_arns.len()) {
        return Err(ApiError::validation(format!("Between 1 and {RESOURCES} resource ARNs must be specified")));
    }
    input.resource_arns.iter().try_for_each(|arn| known(balancing, arn))?;
    let shown = input.resource_arns.iter().map(|arn| {
        let tags = balancing.tags.get(arn).into_iter().flatten();
        let tags: Vec<Value> = tags.map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        json!({"ResourceArn": arn, "Tags": tags})
    });
    Ok(json!({"TagDescriptions": shown.collect::<Vec<_>>()}))
}
