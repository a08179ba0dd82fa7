//! The world that tests begin with, as a value that a test changes where it needs to.

use serde_json::{Value, json};

/// Cluster of the service.
pub const CLUSTER: &str = "prod";
/// The service.
pub const SERVICE: &str = "shop";
/// The target group that serves at the beginning.
pub const GROUP_A: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-a/73e2d6bc24d8a067";
/// The idle one.
pub const GROUP_B: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-b/9f1c2e7b55aa0013";
/// The listener on port 443.
pub const LISTENER: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2";
/// Its rule, which carries the traffic.
pub const RULE: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee";

/// A task definition `shop:REVISION` whose containers behave so.
#[must_use]
pub fn task_definition(revision: u32, behaviour: &Value) -> Value {
    json!({
        "family": "shop",
        "revision": revision,
        "containers": [{"name": "web", "image": format!("registry/shop:{revision}"), "port": 8080}],
        "behaviour": behaviour,
    })
}

/// One service of four tasks behind one rule, release 41 in production. 42 and 46 are good; 43 is never pulled, 44
/// exits, 45 fails its health checks. Everything that takes AWS seconds takes a tenth of one.
#[must_use]
pub fn shop() -> Value {
    json!({
        "seed": 1,
        "region": "eu-west-1",
        "account": "123456789012",
        "timing": timing(),
        "taskDefinitions": [
            task_definition(41, &json!({})),
            task_definition(42, &json!({})),
            task_definition(43, &json!({"neverPulls": {}})),
            // Before its targets can get healthy, or it would be given traffic for a moment.
            task_definition(44, &json!({"exits": {"exitCode": 1, "afterSeconds": 0.1}})),
            task_definition(45, &json!({"failsHealthChecks": {"afterSeconds": 0}})),
            task_definition(46, &json!({})),
        ],
        "loadBalancers": [{
            "name": "shop",
            "id": "50dc6c495c0c9188",
            "targetGroups": [
                {"name": "shop-a", "id": "73e2d6bc24d8a067"},
                {"name": "shop-b", "id": "9f1c2e7b55aa0013"},
            ],
            "listeners": [{
                "port": 443,
                "id": "f2f7dc8efc522ab2",
                "defaultAction": {"fixedResponse": 404},
                "rules": [{
                    "priority": 10,
                    "id": "9683b2d02a6cabee",
                    "path": "/*",
                    "forward": {"shop-a": 100, "shop-b": 0},
                    "requestsPerSecond": 100,
                }],
            }],
        }],
        "clusters": [{"name": CLUSTER, "services": [service(SERVICE)]}],
    })
}

/// A service of four tasks, with release 41 on the first target group.
#[must_use]
pub fn service(name: &str) -> Value {
    json!({
        "name": name,
        "desiredCount": 4,
        "taskSets": [{"taskDefinition": "shop:41", "targetGroup": "shop-a", "primary": true, "container": "web", "port": 8080}],
    })
}

/// How long things take.
#[must_use]
pub fn timing() -> Value {
    json!({
        "provisioning": "100ms", "pending": "100ms", "activating": "50ms", "stopping": "100ms",
        "deprovisioning": "50ms", "registration": "100ms", "healthCheckInterval": "150ms",
        "deregistrationDelay": "500ms", "launchBackoff": "200ms",
    })
}
