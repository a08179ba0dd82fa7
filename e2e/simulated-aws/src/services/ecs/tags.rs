//! Tags, as ECS spells and limits them.

use serde::Deserialize;

use crate::wire::error::ApiError;
use crate::world::tags::Tags;

/// A tag, as ECS spells it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    pub key: String,
    #[serde(default)]
    pub value: String,
}

/// How many tags a resource may have.
pub const TAG_LIMIT: usize = 50;

/// A list of tags as a map.
pub fn map(list: &[Tag]) -> Result<Tags, ApiError> {
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
pub fn includes_tags(include: &[String], allowed: &[&str]) -> Result<bool, ApiError> {
    match include.iter().find(|word| !allowed.contains(&word.as_str())) {
        Some(word) => Err(ApiError::invalid_parameter(format!("Unknown value for include: {word}."))),
        None => Ok(include.iter().any(|word| word == "TAGS")),
    }
}
