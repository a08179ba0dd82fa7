//! Tags, as Elastic Load Balancing spells and limits them.

use serde::Deserialize;

use crate::wire::error::ApiError;
use crate::world::tags::Tags;

/// How many tags a resource may have.
pub const LIMIT: usize = 50;

/// A list of tags as a map.
pub fn map(list: &[Tag]) -> Result<Tags, ApiError> {
    let tags: Tags = list.iter().map(|tag| (tag.key.clone(), tag.value.clone().unwrap_or_default())).collect();
    if tags.len() < list.len() {
        return Err(ApiError::new("DuplicateTagKeys", "A tag key was specified more than once"));
    }
    if tags.len() > LIMIT {
        return Err(ApiError::new("TooManyTags", format!("The maximum number of tags for a resource is {LIMIT}")));
    }
    Ok(tags)
}

/// A tag, as Elastic Load Balancing spells it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Tag {
    pub key: String,
    pub value: Option<String>,
}
