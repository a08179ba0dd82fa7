//! A fleet of services in one simulated AWS, each with its own pair of target groups, rule and DeploymentGroup.

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::manifests::{self, with};

/// Account and region of everything, as ARNs begin.
const BALANCING: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";

/// Rules of a listener: as many as AWS allows by default.
const RULES_OF_A_LISTENER: usize = 100;

/// How long each weight is held, where nobody says.
pub const HOLD: &str = "3s";

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

    fn config(self, hold: &str) -> Value {
        match self {
            Self::Steps => {
                let mut steps = [5, 20, 40, 70].map(|weight| json!({"weight": weight, "hold": hold})).to_vec();
                steps.push(json!({"weight": 100}));
                json!({"steps": steps})
            }
            Self::Canary => json!({"canary": {"percentage": 10, "interval": hold}}),
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
        "loadBalancers": [balancer(1, &[], &[])],
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
            "loadBalancers": [balancer(numbers[0], &groups, &rules)],
            "clusters": [{"name": "prod", "services": services}],
        })
    };
    numbers.chunks(PER_MERGE).map(part).collect()
}

/// The load balancer of a service, with these target groups and rules: a hundred services share one.
fn balancer(number: usize, groups: &[Value], rules: &[Value]) -> Value {
    let [name, balancer, listener] = listener(number);
    json!({
        "name": name,
        "id": balancer,
        "targetGroups": groups,
        "listeners": [{"port": 443, "id": listener, "defaultAction": {"fixedResponse": 404}, "rules": rules}],
    })
}

/// Name and id of the load balancer of a service, and id of its listener.
fn listener(number: usize) -> [String; 3] {
    let index = (number - 1) / RULES_OF_A_LISTENER;
    let name = if index == 0 { "fleet".to_owned() } else { format!("fleet-{index}") };
    [name, format!("{:016x}", 0xaa + (index << 8)), format!("{:016x}", 0xbb + (index << 8))]
}

fn pair(number: usize) -> [Value; 2] {
    ["a", "b"].map(|side| json!({"name": group_name(number, side), "id": group_id(number, side)}))
}

fn rule(number: usize) -> Value {
    json!({
        "priority": (number - 1) % RULES_OF_A_LISTENER + 1,
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

/// The DeploymentGroups, which hold each weight for so long.
#[must_use]
pub fn groups(count: usize, strategy: Strategy, hold: &str, binding: &str) -> Vec<Value> {
    (1..=count).map(|number| group(number, strategy, hold, binding)).collect()
}

fn group(number: usize, strategy: Strategy, hold: &str, binding: &str) -> Value {
    let arn = |side: &str| format!("{BALANCING}:targetgroup/{}/{}", group_name(number, side), group_id(number, side));
    let listener = listener(number).join("/");
    let rule = format!("{BALANCING}:listener-rule/app/{listener}/{number:016x}");
    let balancing = json!({"targetGroups": [arn("a"), arn("b")], "productionRoutes": [{"listenerRule": rule}]});
    let mut group = with(manifests::group(binding), "/ecs/service", json!(name(number)));
    group["metadata"]["name"] = json!(name(number));
    group = with(group, "/loadBalancer", balancing);
    group = with(group, "/deploymentConfig", strategy.config(hold));
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
    fn a_listener_has_a_hundred_rules_at_most() {
        let parts = services(250);
        let rules = |part: &Value| part["loadBalancers"][0]["listeners"][0]["rules"].as_array().unwrap().clone();
        let ids = |part: &Value| part["loadBalancers"][0]["listeners"][0]["id"].as_str().unwrap().to_owned();
        let mut priorities = std::collections::BTreeMap::<String, Vec<u64>>::new();
        for part in &parts {
            let own = rules(part);
            let own = own.iter().map(|rule| rule["priority"].as_u64().unwrap());
            priorities.entry(ids(part)).or_default().extend(own);
        }
        let counts: Vec<usize> = priorities.values().map(Vec::len).collect();
        assert_eq!(counts, [100, 100, 50]);
        assert!(priorities.values().all(|own| own.iter().zip(1..).all(|(priority, number)| *priority == number)));
        let group = groups(201, Strategy::Steps, HOLD, "b").remove(200);
        let rule = group["spec"]["loadBalancer"]["productionRoutes"][0]["listenerRule"].as_str().unwrap();
        assert!(rule.contains("/app/fleet-2/00000000000002aa/00000000000002bb/"), "{rule}");
    }

    #[test]
    fn a_group_names_what_the_world_has() {
        let world = services(7).remove(0);
        let group = groups(7, Strategy::Steps, HOLD, "b").remove(6);
        let balancer = &world["loadBalancers"][0];
        let id = balancer["targetGroups"][13]["id"].as_str().unwrap();
        let arn = group["spec"]["loadBalancer"]["targetGroups"][1].as_str().unwrap();
        assert!(arn.ends_with(&format!("fleet-007-b/{id}")), "{arn}");
        let rule = group["spec"]["loadBalancer"]["productionRoutes"][0]["listenerRule"].as_str().unwrap();
        assert!(rule.ends_with(balancer["listeners"][0]["rules"][6]["id"].as_str().unwrap()), "{rule}");
    }
}
