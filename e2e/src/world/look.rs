//! Finding one's way in what the API server and the simulator answer.

use serde_json::Value;

/// A condition of an object.
#[must_use]
pub fn find_condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    object["status"]["conditions"].as_array()?.iter().find(|condition| condition["type"] == kind)
}

/// A service in the simulator's state, by a group's `spec.ecs`.
#[must_use]
pub fn find_service<'a>(state: &'a Value, ecs: &Value) -> Option<&'a Value> {
    state["services"]
        .as_array()?
        .iter()
        .find(|service| service["cluster"] == ecs["cluster"] && service["service"] == ecs["service"])
}

/// The share of a target group on a route, in percent, rounded.
#[must_use]
pub fn share(state: &Value, route: &str, target_group: &str) -> Option<u64> {
    let route = state["routes"].as_array()?.iter().find(|one| one["arn"] == route)?;
    let weights = route["weights"].as_array()?;
    let weight = |one: &Value| one["weight"].as_u64().unwrap_or_default();
    let own: u64 = weights.iter().filter(|one| one["targetGroupArn"] == target_group).map(weight).sum();
    let all: u64 = weights.iter().map(weight).sum();
    (all > 0).then(|| own * 100 / all)
}
