//! Several environments in one simulated AWS: a service, a pair of target groups, a rule and a DeploymentGroup for each.

use serde_json::{Value, json};

use crate::manifests::{self, with};
use crate::scenario::{self, LISTENER, service};

/// The world of [`scenario::shop`] with such a service for each of these names, in place of the one that it has.
#[must_use]
pub fn world(names: &[&str]) -> Value {
    let mut world = scenario::shop();
    let numbered = || names.iter().zip(1_u64..);
    let pair = |(name, number): (&&str, u64)| {
        ["a", "b"].map(|side| json!({"name": format!("{name}-{side}"), "id": group_id(number, side)}))
    };
    let rule = |(name, number): (&&str, u64)| {
        json!({
            "priority": number,
            "id": rule_id(number),
            "host": format!("{name}.example.com"),
            "forward": {format!("{name}-a"): 100, format!("{name}-b"): 0},
            "requestsPerSecond": 50,
        })
    };
    let balancer = &mut world["loadBalancers"][0];
    balancer["targetGroups"] = numbered().flat_map(pair).collect();
    balancer["listeners"][0]["rules"] = numbered().map(rule).collect();
    let of = |name: &&str| {
        let mut service = service(name);
        service["taskSets"][0]["targetGroup"] = json!(format!("{name}-a"));
        service
    };
    world["clusters"][0]["services"] = names.iter().map(of).collect();
    world
}

/// The DeploymentGroup of one of them, by its place among the names, from 1.
#[must_use]
pub fn group(name: &str, number: u64, binding: &str) -> Value {
    let balancing = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";
    let arn = |side: &str| format!("{balancing}:targetgroup/{name}-{side}/{}", group_id(number, side));
    let listener = LISTENER.rsplit(":listener/").next().unwrap_or_default();
    let rule = format!("{balancing}:listener-rule/{listener}/{}", rule_id(number));
    let pair = json!({"targetGroups": [arn("a"), arn("b")], "productionRoutes": [{"listenerRule": rule}]});
    let mut group = with(manifests::group(binding), "/ecs/service", json!(name));
    group["metadata"]["name"] = json!(name);
    with(group, "/loadBalancer", pair)
}

fn group_id(number: u64, side: &str) -> String {
    let side = if side == "a" { 0xa } else { 0xb };
    format!("{side:x}{number:015x}")
}

fn rule_id(number: u64) -> String {
    format!("{number:016x}")
}
