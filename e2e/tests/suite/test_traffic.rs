//! The test route: switched before production, returned with it, and at what serves in the end.

use serde_json::{Value, json};
use sluice_e2e::manifests::with;
use sluice_e2e::scenario::{self, GROUP_A, GROUP_B, LISTENER, RULE};
use sluice_e2e::world::{World, must, share};

use crate::support::{group_with, linear, weights_written};

/// ID of the listener of test traffic.
pub const TEST_ID: &str = "00000000000000e7";

pub fn test_listener() -> String {
    LISTENER.replace("f2f7dc8efc522ab2", TEST_ID)
}

/// A test listener with requests of its own, which forwards to the target group that serves and to no other, as one for
/// CodeDeploy does.
pub fn with_test_listener() -> Value {
    let mut scenario = scenario::shop();
    let listeners = scenario["loadBalancers"][0]["listeners"].as_array_mut().unwrap();
    listeners.push(json!({
        "port": 8443, "protocol": "HTTPS", "id": TEST_ID, "test": true,
        "defaultAction": {"forward": {"shop-a": 1}}, "requestsPerSecond": 20,
    }));
    scenario
}

pub fn group_with_test_route(world: &World, config: Value) -> Value {
    let group = group_with(world, config);
    with(group, "/loadBalancer/testRoute", json!({"listener": test_listener(), "url": "https://test.shop.example.com"}))
}

/// Requests by target group on the test listener.
fn tested(world: &World, group: &str) -> u64 {
    let traffic = must(world.aws.traffic());
    let routes = traffic["routes"].as_array().unwrap();
    let test = routes.iter().find(|route| route["test"] == true).unwrap();
    test["byTargetGroup"][group].as_u64().unwrap_or_default()
}

/// The URL of test traffic that each invocation was told, in their order.
fn told_urls(world: &World) -> Vec<Value> {
    let sinks = must(world.aws.get("sinks"));
    let deliveries = sinks["deliveries"].as_array().unwrap().iter();
    deliveries.map(|one| one["content"]["payload"]["testUrl"].clone()).collect()
}

#[test]
fn the_test_route_goes_first_and_returns_with_a_stop() {
    let world = World::of(&with_test_listener());
    let passes = json!([{"payload": {"hookStatus": "SUCCEEDED"}}]);
    must(world.aws.merge(&json!({"functions": [{"name": "smoke", "timeout": "1h", "answers": passes}]})));
    let smoke = |event: &str| json!({"name": event.to_lowercase(), "event": event, "lambda": {"function": "smoke"}});
    let group = group_with_test_route(&world, linear());
    let hooks = json!([smoke("AfterInstall"), smoke("AfterAllowTestTraffic")]);
    world.release("shop:42", &with(group.clone(), "/hooks", hooks));
    world.wait_end("prod-1", "Succeeded");
    assert_eq!(told_urls(&world), [Value::Null, json!("https://test.shop.example.com")], "before and after the switch");
    let written = weights_written(&world, GROUP_B);
    let (test, production) = (test_listener(), RULE.to_owned());
    let expected: Vec<(String, u64)> = std::iter::once((test.clone(), 100))
        .chain([25, 50, 75, 100].map(|share| (production.clone(), share)))
        .collect();
    assert_eq!(written, expected, "one write more than without, and before all others");
    assert!(tested(&world, GROUP_B) > 0, "test traffic reached the replacement");
    // The next one comes back to the first target group, and is stopped in its first increment.
    let held = json!({"steps": [{"weight": 20, "hold": "30m"}, {"weight": 100}]});
    world.apply(&[with(group, "/deploymentConfig", held)]);
    world.change_revision("shop:46");
    world.wait_holding("prod-2", 20);
    let at_replacement = share(&must(world.aws.state()), &test, GROUP_A);
    assert_eq!(at_replacement, Some(100));
    must(world.kubernetes.kubectl_patch("deployment", "prod-2", &json!({"spec": {"stop": {"rollback": true}}})));
    world.wait_end("prod-2", "Stopped");
    let state = must(world.aws.state());
    assert_eq!((share(&state, &test, GROUP_B), share(&state, &production, GROUP_B)), (Some(100), Some(100)));
    world.assert_settled();
    world.finish();
}
