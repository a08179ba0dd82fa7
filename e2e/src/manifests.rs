//! Manifests of our kinds, as values that a test changes where it needs to.

use serde_json::{Value, json};

use crate::scenario::{CLUSTER, GROUP_A, GROUP_B, RULE, SERVICE};

/// `apiVersion` of every kind.
const VERSION: &str = "sluice.dev/v1alpha1";

/// The Application `shop`, at a revision such as `shop:42`.
#[must_use]
pub fn application(revision: &str) -> Value {
    json!({
        "apiVersion": VERSION,
        "kind": "Application",
        "metadata": {"name": "shop"},
        "spec": {"computePlatform": "ECS", "revision": {"taskDefinition": revision}},
    })
}

/// A binding that admits every namespace to all that the scenario has.
#[must_use]
pub fn binding(name: &str) -> Value {
    json!({
        "apiVersion": VERSION,
        "kind": "AwsBinding",
        "metadata": {"name": name},
        "spec": {
            "identity": "operator",
            "namespaceSelector": {},
            "regions": ["eu-west-1"],
            "allowedArns": [
                "arn:aws:ecs:eu-west-1:123456789012:service/prod/*",
                "arn:aws:elasticloadbalancing:eu-west-1:123456789012:*",
            ],
        },
    })
}

/// The DeploymentGroup `prod` of the Application `shop`: all at once, no bake, and a deadline that no machine is too
/// slow for.
#[must_use]
pub fn group(binding: &str) -> Value {
    json!({
        "apiVersion": VERSION,
        "kind": "DeploymentGroup",
        "metadata": {"name": "prod"},
        "spec": {
            "applicationRef": "shop",
            "aws": {"binding": binding, "region": "eu-west-1"},
            "ecs": {"cluster": CLUSTER, "service": SERVICE},
            "container": {"name": "web", "port": 8080},
            "taskSet": {
                "launchType": "FARGATE",
                "networkConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]},
            },
            "loadBalancer": {"targetGroups": [GROUP_A, GROUP_B], "productionRoutes": [{"listenerRule": RULE}]},
            "deploymentConfig": {"allAtOnce": {}},
            "progressDeadline": "30m",
            "bake": "0s",
        },
    })
}

/// A Deployment of a revision in the group `prod`, as a user creates it by hand.
#[must_use]
pub fn deployment(name: &str, revision: &str) -> Value {
    json!({
        "apiVersion": VERSION,
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {"groupRef": "prod", "revision": {"taskDefinition": revision}},
    })
}

/// A DeploymentConfig.
#[must_use]
pub fn deployment_config(name: &str, spec: &Value) -> Value {
    json!({"apiVersion": VERSION, "kind": "DeploymentConfig", "metadata": {"name": name}, "spec": spec})
}

/// A manifest with one field of its `spec` set, by its JSON pointer: `with(group, "/bake", "1s")`. Null removes it.
#[must_use]
pub fn with(mut manifest: Value, pointer: &str, value: Value) -> Value {
    let (parent, field) = pointer.rsplit_once('/').unwrap_or(("", pointer));
    if let Some(Value::Object(fields)) = manifest.pointer_mut(&format!("/spec{parent}")) {
        if value.is_null() {
            fields.remove(field);
        } else {
            fields.insert(field.to_owned(), value);
        }
    }
    manifest
}
