//! A fleet of services in one simulated AWS, each with its own pair of target groups, rule and DeploymentGroup.

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::manifests::{self, with};

/// Account and region of everything, as ARNs begin.
const BALANCING: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";

/// The load balancer's and the listener's part of ARNs.
const LISTENER: &str = "app/fleet/00000000000000aa/00000000000000bb";

/// How long each weight is held.
const HOLD: &str = "3s";

/// How long the original is kept.
const BAKE: &str = "3s";

/// Services in one addition to the world.
const PER_MERGE: usize = 25;

/// How traffic moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Strategy {
    /// Five weights: 5, 20, 40, 70, 100.
    Steps,
    /// Two weights: 10, 100.
    Canary,
}

impl Strategy {
    /// Its name in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Steps => "5 steps",
            Self::Canary => "canary",
        }
    }

    /// Changes of weight in a release.
    #[must_use]
    pub const fn weights(self) -> u64 {
        match self {
            Self::Steps => 5,
            Self::Canary => 2,
        }
    }

    fn config(self) -> Value {
        match self {
            Self::Steps => {
                let mut steps = [5, 20, 40, 70].map(|weight| json!({"weight": weight, "hold": HOLD})).to_vec();
                steps.push(json!({"weight": 100}));
                json!({"steps": steps})
            }
            Self::Canary => json!({"canary": {"percentage": 10, "interval": HOLD}}),
        }
    }
}

/// Which rate limits the account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limits {
    /// None, and the operator holds back nothing.
    None,
    /// Those that AWS documents, of which the operator takes its default share.
    Documented,
}

impl Limits {
    /// Its name in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Documented => "AWS's",
        }
    }
}

/// The world without services.
#[must_use]
pub fn ground(limits: Limits) -> Value {
    let release = |revision: u32| {
        let image = format!("registry/shop:{revision}");
        json!({"family": "shop", "revision": revision, "containers": [{"name": "web", "image": image, "port": 8080}]})
    };
    json!({
        "seed": 1,
        "throttling": limits == Limits::Documented,
        "timing": {"healthCheckInterval": "1s", "deregistrationDelay": "2s"},
        "taskDefinitions": [release(41), release(42)],
        "loadBalancers": [balancer(&[], &[])],
        "clusters": [{"name": "prod"}],
    })
}

/// What is added to the world, one part after the other.
#[must_use]
pub fn services(count: usize) -> Vec<Value> {
    let numbers: Vec<usize> = (1..=count).collect();
    let part = |numbers: &[usize]| {
        let groups: Vec<Value> = numbers.iter().flat_map(|number| pair(*number)).collect();
        let rules: Vec<Value> = numbers.iter().map(|number| rule(*number)).collect();
        let services: Vec<Value> = numbers.iter().map(|number| service(*number)).collect();
        json!({
            "loadBalancers": [balancer(&groups, &rules)],
            "clusters": [{"name": "prod", "services": services}],
        })
    };
    numbers.chunks(PER_MERGE).map(part).collect()
}

fn balancer(groups: &[Value], rules: &[Value]) -> Value {
    json!({
        "name": "fleet",
        "id": "00000000000000aa",
        "targetGroups": groups,
        "listeners": [{
            "port": 443, "id": "00000000000000bb", "defaultAction": {"fixedResponse": 404}, "rules": rules,
        }],
    })
}

fn pair(number: usize) -> [Value; 2] {
    ["a", "b"].map(|side| json!({"name": group_name(number, side), "id": group_id(number, side)}))
}

fn rule(number: usize) -> Value {
    json!({
        "priority": number,
        "id": format!("{number:016x}"),
        "host": format!("{}.example.com", name(number)),
        "forward": {group_name(number, "a"): 100, group_name(number, "b"): 0},
        "requestsPerSecond": 20,
    })
}

fn service(number: usize) -> Value {
    json!({
        "name": name(number),
        "desiredCount": 2,
        "taskSets": [{
            "taskDefinition": "shop:41", "targetGroup": group_name(number, "a"), "primary": true,
            "container": "web", "port": 8080,
        }],
    })
}

/// The DeploymentGroups.
#[must_use]
pub fn groups(count: usize, strategy: Strategy, binding: &str) -> Vec<Value> {
    (1..=count).map(|number| group(number, strategy, binding)).collect()
}

fn group(number: usize, strategy: Strategy, binding: &str) -> Value {
    let arn = |side: &str| format!("{BALANCING}:targetgroup/{}/{}", group_name(number, side), group_id(number, side));
    let rule = format!("{BALANCING}:listener-rule/{LISTENER}/{number:016x}");
    let balancing = json!({"targetGroups": [arn("a"), arn("b")], "productionRoutes": [{"listenerRule": rule}]});
    let mut group = with(manifests::group(binding), "/ecs/service", json!(name(number)));
    group["metadata"]["name"] = json!(name(number));
    group = with(group, "/loadBalancer", balancing);
    group = with(group, "/deploymentConfig", strategy.config());
    group = with(group, "/progressDeadline", json!("3m"));
    with(group, "/bake", json!(BAKE))
}

/// Name of a service, counted from 1, and of its DeploymentGroup.
#[must_use]
pub fn name(number: usize) -> String {
    format!("fleet-{number:03}")
}

fn group_name(number: usize, side: &str) -> String {
    format!("{}-{side}", name(number))
}

fn group_id(number: usize, side: &str) -> String {
    let side = if side == "a" { 0xa } else { 0xb };
    format!("{side:x}{number:015x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_is_added_once() {
        let parts = services(60);
        let added: Vec<&str> = parts
            .iter()
            .flat_map(|part| part["clusters"][0]["services"].as_array().unwrap())
            .map(|service| service["name"].as_str().unwrap())
            .collect();
        assert_eq!((parts.len(), added.len(), added[59]), (3, 60, "fleet-060"));
    }

    #[test]
    fn a_group_names_what_the_world_has() {
        let world = services(7).remove(0);
        let group = groups(7, Strategy::Steps, "b").remove(6);
        let balancer = &world["loadBalancers"][0];
        let id = balancer["targetGroups"][13]["id"].as_str().unwrap();
        let arn = group["spec"]["loadBalancer"]["targetGroups"][1].as_str().unwrap();
        assert!(arn.ends_with(&format!("fleet-007-b/{id}")), "{arn}");
        let rule = group["spec"]["loadBalancer"]["productionRoutes"][0]["listenerRule"].as_str().unwrap();
        assert!(rule.ends_with(balancer["listeners"][0]["rules"][6]["id"].as_str().unwrap()), "{rule}");
    }
}
