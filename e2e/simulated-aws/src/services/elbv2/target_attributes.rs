//! Attributes of target groups.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::find::target_group_not_found;
use crate::services::call::Call;
use crate::wire::error::ApiError;
use crate::world::target_groups::{DEREGISTRATION_DELAY, SLOW_START, TargetGroup};

/// The attributes of a new group.
#[must_use]
pub fn defaults(delay: Duration) -> BTreeMap<String, String> {
    let delay = delay.as_secs().to_string();
    [
        (DEREGISTRATION_DELAY, delay.as_str()),
        ("load_balancing.algorithm.type", "round_robin"),
        ("load_balancing.cross_zone.enabled", "use_load_balancer_configuration"),
        (SLOW_START, "0"),
        ("stickiness.enabled", "false"),
        ("stickiness.lb_cookie.duration_seconds", "86400"),
        ("stickiness.type", "lb_cookie"),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Describe {
    target_group_arn: String,
}

/// Describes a group's attributes.
pub fn describe(call: &Call<'_>, input: &Describe) -> Result<Value, ApiError> {
    let group = call.region.balancing.target_groups.get(&input.target_group_arn).ok_or_else(target_group_not_found)?;
    Ok(shown(group))
}

fn shown(group: &TargetGroup) -> Value {
    let attributes: Vec<Value> =
        group.attributes.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
    json!({"Attributes": attributes})
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Attribute {
    key: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Modify {
    target_group_arn: String,
    attributes: Vec<Attribute>,
}

/// Changes attributes.
pub fn modify(call: &mut Call<'_>, input: &Modify) -> Result<Value, ApiError> {
    let group =
        call.region.balancing.target_groups.get_mut(&input.target_group_arn).ok_or_else(target_group_not_found)?;
    for attribute in &input.attributes {
        if !group.attributes.contains_key(&attribute.key) {
            return Err(ApiError::validation(format!(
                "Target group attribute key '{}' is not recognized",
                attribute.key
            )));
        }
        check(attribute)?;
    }
    for attribute in &input.attributes {
        if attribute.key == DEREGISTRATION_DELAY {
            group.set_drain(Duration::from_secs(attribute.value.parse().unwrap_or_default()));
        } else {
            group.attributes.insert(attribute.key.clone(), attribute.value.clone());
        }
    }
    Ok(shown(group))
}

fn check(attribute: &Attribute) -> Result<(), ApiError> {
    let range = match attribute.key.as_str() {
        DEREGISTRATION_DELAY => 0..=3600,
        // Zero turns it off.
        SLOW_START if attribute.value == "0" => 0..=0,
        SLOW_START => 30..=900,
        "stickiness.lb_cookie.duration_seconds" => 1..=604_800,
        _ => return Ok(()),
    };
    match attribute.value.parse::<u32>() {
        Ok(seconds) if range.contains(&seconds) => Ok(()),
        _ => Err(ApiError::validation(format!(
            "'{}' must be an integer between {} and {}",
            attribute.key,
            range.start(),
            range.end()
        ))),
    }
}
