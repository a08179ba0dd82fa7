//! Tags as a list.

use serde_json::{Value, json};

use crate::world::tags::Tags;

/// Tags as a list.
pub fn tags(tags: &Tags) -> Value {
    tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
}
