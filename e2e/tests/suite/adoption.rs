//! A service that ECS deploys is moved by a canary of its own, and given back from every step, by the whole operator.

use serde_json::{Value, json};
use sluice_e2e::manifests::{deployment, with};
use sluice_e2e::scenario::{self, CLUSTER, GROUP_A, GROUP_B, RULE, SERVICE};
use sluice_e2e::world::{World, find_service, must, share};

use crate::support::{count, group_with, shares_written};

/// The service that ECS deploys.
const ADOPTED: &str = "shop-rolling";

/// A world in which it serves, beside one that has no task set yet.
fn world() -> World {
    let mut scenario = scenario::shop();
    let mut adopted = scenario::service(ADOPTED);
    adopted["controller"] = json!("ECS");
    scenario["clusters"][0]["services"] = json!([adopted, {"name": SERVICE, "desiredCount": 4}]);
    World::of(&scenario)
}

/// Increments of 10, 50 and 100 percent, each of which is held until somebody ends its hold.
fn group(world: &World) -> Value {
    let steps = json!({"steps": [
        {"weight": 10, "hold": "30m"}, {"weight": 50, "hold": "30m"}, {"weight": 100, "hold": "30m"},
    ]});
    with(group_with(world, steps), "/adopt", json!({"service": ADOPTED, "keep": true}))
}

fn task_sets(state: &Value, service: &str) -> Vec<Value> {
    let found = find_service(state, &json!({"cluster": CLUSTER, "service": service}));
    found.and_then(|service| service["taskSets"].as_array().cloned()).unwrap_or_default()
}

/// It runs as it did, and has all of the traffic again; nothing is left beside it.
fn assert_given_back(world: &World) {
    world.wait_aws("all of the traffic where it was", |state| {
        let is_alone = task_sets(state, SERVICE).is_empty() && task_sets(state, ADOPTED).len() == 1;
        (is_alone && share(state, RULE, GROUP_A) == Some(100)).then_some(())
    });
}

#[track_caller]
fn assert_nothing_is_lost(world: &World) {
    let traffic = must(world.aws.traffic());
    assert!(traffic["total"].as_u64() > Some(0) && traffic["lost"] == 0, "{traffic:#}");
    let violations = must(world.aws.violations());
    assert!(violations.is_empty(), "{violations:#?}");
}

fn stop(world: &World, name: &str) {
    must(world.kubernetes.patch("deployments", name, &json!({"spec": {"stop": {"rollback": true}}})));
    let ended = world.wait_end(name, "Stopped");
    assert!(ended["status"]["rollback"]["trafficRestoredAt"].is_string(), "{ended:#}");
    assert_given_back(world);
}

#[test]
fn a_service_that_ecs_deploys_is_adopted_and_given_back_from_every_step_without_a_lost_request() {
    let world = world();
    world.release("shop:42", &group(&world));
    // Turned round at 10, at 50 and at 100 percent.
    for (index, name) in ["prod-1", "second", "third"].into_iter().enumerate() {
        if index > 0 {
            world.apply(&[deployment(name, "shop:42")]);
        }
        for (step, weight) in [10, 50, 100].into_iter().enumerate().take(index + 1) {
            world.wait_holding(name, weight);
            if step < index {
                world.end_hold(name);
            }
        }
        stop(&world, name);
    }
    let message = world.wait_condition("deploymentgroups", "prod", "Stalled", "Held");
    assert!(message.contains("service prod/shop-rolling is not adopted yet"), "{message}");
    // And to the end.
    world.apply(&[deployment("fourth", "shop:42")]);
    for weight in [10, 50, 100] {
        world.wait_holding("fourth", weight);
        world.end_hold("fourth");
    }
    let ended = world.wait_end("fourth", "Succeeded");
    let status = &ended["status"];
    assert_eq!(status["original"]["service"], format!("{CLUSTER}/{ADOPTED}"), "{status:#}");
    assert!(status["original"]["taskDefinition"].as_str().unwrap().ends_with("shop:41"), "{status:#}");
    let retires = format!("aws ecs delete-service --region eu-west-1 --cluster {CLUSTER} --service {ADOPTED} --force");
    assert!(status["message"].as_str().unwrap().contains(&retires), "{}", status["message"]);
    assert_eq!(shares_written(&world, GROUP_B).into_iter().max(), Some(100));
    assert_eq!(count(&world, "UpdateService") + count(&world, "DeleteService"), 0, "{:?}", world.writes());
    let state = must(world.aws.state());
    assert_eq!(task_sets(&state, ADOPTED)[0]["runningCount"], 4);
    // The next release waits until it is gone, which the same command does.
    world.change_revision("shop:46");
    let message = world.wait_condition("deployments", "prod-2", "Stalled", "TargetGroupInUse");
    assert!(message.contains(&retires), "{message}");
    must(world.aws.ecs("DeleteService", &json!({"cluster": CLUSTER, "service": ADOPTED, "force": true})));
    world.wait_holding("prod-2", 10);
    stop_to_serve(&world, "prod-2");
    assert_nothing_is_lost(&world);
}

/// A release after it is one like any other: back to the task set.
fn stop_to_serve(world: &World, name: &str) {
    must(world.kubernetes.patch("deployments", name, &json!({"spec": {"stop": {"rollback": true}}})));
    world.wait_end(name, "Stopped");
    world.wait_aws("all of the traffic at the group's own", |state| {
        let sets = task_sets(state, SERVICE);
        let is_alone = sets.len() == 1 && sets[0]["status"] == "PRIMARY";
        (is_alone && share(state, RULE, GROUP_B) == Some(100)).then_some(())
    });
}

#[test]
fn a_service_that_cannot_be_adopted_is_refused_before_anything_is_written() {
    let world = world();
    let adopting = |service: &str| with(group(&world), "/adopt/service", json!(service));
    world.release("shop:42", &adopting("shop-classic"));
    let message = world.wait_condition("deployments", "prod-1", "Stalled", "ServiceNotFound");
    assert!(message.contains("spec.adopt.service") && message.contains("prod/shop-classic"), "{message}");
    // Of a cluster that the binding does not admit: nothing of it is read.
    world.apply(&[with(adopting(ADOPTED), "/adopt/cluster", json!("other"))]);
    let message = world.wait_condition("deploymentgroups", "prod", "Stalled", "NotAdmitted");
    assert!(message.contains("spec.adopt.service") && message.contains("service/other/shop-rolling"), "{message}");
    assert_eq!(world.writes(), Vec::<String>::new());
    world.apply(&[adopting(ADOPTED)]);
    world.wait_holding("prod-1", 10);
    stop(&world, "prod-1");
}
