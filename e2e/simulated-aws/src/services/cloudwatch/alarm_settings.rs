//! What the two kinds of alarms have in common: names, tags and actions, which are kept, shown and not executed.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::parameters::invalid;
use crate::wire::error::ApiError;
use crate::world::tags::Tags;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Tag {
    key: String,
    value: String,
}

/// A list of tags as a map.
pub fn tags(list: Vec<Tag>) -> Tags {
    list.into_iter().map(|tag| (tag.key, tag.value)).collect()
}

/// An alarm's name has a length.
pub fn check_name(name: &str) -> Result<(), ApiError> {
    if (1..=255).contains(&name.len()) { Ok(()) } else { Err(invalid("An alarm's name has 1 to 255 characters")) }
}

/// The settings of any alarm. `actions` are those for ALARM, OK and INSUFFICIENT_DATA.
pub fn shared(description: Option<&str>, enabled: Option<bool>, actions: [&Vec<String>; 3]) -> Map<String, Value> {
    let [alarm, ok, insufficient_data] = actions;
    let pairs = [
        ("ActionsEnabled", json!(enabled.unwrap_or(true))),
        ("AlarmActions", json!(alarm)),
        ("OKActions", json!(ok)),
        ("InsufficientDataActions", json!(insufficient_data)),
    ];
    let described = description.map(|text| ("AlarmDescription", json!(text)));
    pairs.into_iter().chain(described).map(|(key, value)| (key.to_owned(), value)).collect()
}
