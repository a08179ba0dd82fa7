//! Settings, ARNs and configurations that every test starts from.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sluice_api::{ConfigReference, DeploymentGroupSpec, Revision};
use sluice_plan::Limits;
use sluice_plan::begin::released::Released;
use sluice_plan::begin::schedule::{Increment, increments, resolve};

const ELB: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";

/// The two target groups.
pub fn target_group(index: usize) -> String {
    format!("{ELB}:targetgroup/{}", ["shop-a/aaaa", "shop-b/bbbb"][index])
}

/// A target group outside the pair.
pub fn outsider() -> String {
    format!("{ELB}:targetgroup/legacy/cccc")
}

/// A listener rule.
pub fn rule(index: usize) -> String {
    format!("{ELB}:listener-rule/app/shop/50dc/f2f7/rule-{index}")
}

/// A listener of a Network Load Balancer.
pub fn network_listener() -> String {
    format!("{ELB}:listener/net/shop/50dc/f2f7")
}

/// One of test traffic.
pub fn network_test_listener() -> String {
    format!("{ELB}:listener/net/shop/50dc/test")
}

/// The listener rule of test traffic.
pub fn test_rule() -> String {
    format!("{ELB}:listener-rule/app/shop/50dc/f2f7/rule-test")
}

/// A listener rule that the group does not name.
pub fn unnamed_rule() -> String {
    format!("{ELB}:listener-rule/app/shop/50dc/f2f7/rule-unnamed")
}

/// ARN of a task definition.
pub fn definition(revision: i32) -> String {
    format!("arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:{revision}")
}

/// When every simulation begins.
pub fn midnight() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

pub fn seconds(count: i64) -> SignedDuration {
    SignedDuration::from_secs(count)
}

/// A barrier of 30 s, a look every 10 s, ten minutes for the weights of a Network Load Balancer.
pub fn limits() -> Limits {
    Limits { barrier: seconds(30), poll: seconds(10), network_weights_seconds: 600 }
}

/// Settings of a group with so many routes: progress deadline 10m, bake 5m. Without routes it has no load balancer.
pub fn settings(routes: usize) -> DeploymentGroupSpec {
    let is_by_size = routes == 0;
    let routes: Vec<Value> = (0..routes).map(|index| json!({"listenerRule": rule(index)})).collect();
    let mut settings = json!({
        "applicationRef": "shop",
        "aws": {"binding": "team-shop", "region": "eu-west-1"},
        "ecs": {"cluster": "prod", "service": "shop"},
        "container": {"name": "web", "port": 8080},
        "taskSet": {
            "launchType": "FARGATE",
            "networkConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED"},
        },
        "loadBalancer": {"targetGroups": [target_group(0), target_group(1)], "productionRoutes": routes},
        "deploymentConfig": {"name": "CodeDeployDefault.ECSAllAtOnce"},
        "progressDeadline": "10m",
        "bake": "5m",
    });
    if let Some(fields) = settings.as_object_mut().filter(|_| is_by_size) {
        fields.retain(|field, _| field != "container" && field != "loadBalancer");
    }
    serde_json::from_value(settings).unwrap()
}

/// The increments of a deployment configuration as it is written in a manifest.
pub fn schedule(config: &Value) -> Vec<Increment> {
    let reference: ConfigReference = serde_json::from_value(config.clone()).unwrap();
    increments(&resolve(Some(&reference), None).unwrap())
}

/// A revision of the task definition `shop`.
pub fn revision(number: i32) -> Revision {
    Revision::of(format!("shop:{number}"))
}

/// A release of that revision.
pub fn released(number: i32) -> Released {
    Released::read(revision(number), None).unwrap()
}
