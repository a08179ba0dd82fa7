//! Who serves is who has the weight, PRIMARY or not.

use serde_json::{Value, json};
use sluice_e2e::scenario::{self, CLUSTER, GROUP_A, GROUP_B, RULE, SERVICE};
use sluice_e2e::world::{World, must};

use crate::support::{assert_original_alone, shares_written};

/// A world whose service has these task sets, and whose rule forwards so.
fn world(task_sets: &[Value], forward: &Value) -> World {
    let mut scenario = scenario::shop();
    scenario["clusters"][0]["services"][0]["taskSets"] = json!(task_sets);
    scenario["loadBalancers"][0]["listeners"][0]["rules"][0]["forward"] = forward.clone();
    World::of(&scenario)
}

fn task_set(revision: &str, target_group: &str, primary: bool) -> Value {
    json!({"taskDefinition": revision, "targetGroup": target_group, "primary": primary, "container": "web", "port": 8080})
}

/// Id of the task set on a target group.
fn on(world: &World, target_group: &str) -> String {
    let state = must(world.aws.state());
    let sets = state["services"][0]["taskSets"].as_array().unwrap();
    let found = sets.iter().find(|set| set["targetGroupArn"] == target_group).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

fn ecs(world: &World, operation: &str, more: &Value) {
    let mut request = json!({"cluster": CLUSTER, "service": SERVICE});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    must(world.aws.ecs(operation, &request));
}

/// The group is Ready on this revision, tells so, and nothing was written to AWS.
fn assert_adopted(world: &World, revision: &str, words: &str) {
    let message = world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    assert!(message.contains(&format!("{revision} serves")) && message.contains(words), "{message}");
    world.wait_looks(3);
    assert_eq!(world.object("deploymentgroups", "prod")["status"]["revision"], revision);
    assert!(must(world.kubernetes.list("deployments")).is_empty(), "something was released");
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[test]
fn a_service_without_a_primary_is_adopted_as_it_stands_and_gets_one_with_its_release() {
    let world = world(&[task_set("shop:41", "shop-b", false)], &json!({"shop-a": 0, "shop-b": 100}));
    world.release("shop:41", &world.group());
    assert_adopted(&world, "shop:41", "no PRIMARY task set");
    world.change_revision("shop:42");
    let ended = world.wait_end("prod-1", "Succeeded");
    assert!(ended["status"]["original"]["taskDefinition"].as_str().unwrap().ends_with("shop:41"), "{ended:#}");
    assert_eq!(shares_written(&world, GROUP_A), [100]);
    world.finish();
}

#[test]
fn a_service_without_a_primary_keeps_what_serves_when_its_release_fails() {
    let world = world(&[task_set("shop:41", "shop-a", false)], &json!({"shop-a": 100, "shop-b": 0}));
    world.release("shop:43", &world.group());
    world.wait_end("prod-1", "Failed");
    assert_original_alone(&world);
    world.finish();
}

#[test]
fn a_primary_without_traffic_does_not_serve_and_is_in_the_way() {
    let sets = [task_set("shop:41", "shop-a", false), task_set("shop:46", "shop-b", true)];
    let world = world(&sets, &json!({"shop-a": 100, "shop-b": 0}));
    world.release("shop:41", &world.group());
    assert_adopted(&world, "shop:41", "shop:46) is PRIMARY and has no traffic");
    world.change_revision("shop:42");
    let message = world.wait_condition("deployments", "prod-1", "Stalled", "TargetGroupInUse");
    assert!(message.contains("shop-b") && message.contains("the primary one without traffic"), "{message}");
    assert_eq!(world.writes(), Vec::<String>::new());
    // As the message says.
    let (serves, idle) = (on(&world, GROUP_A), on(&world, GROUP_B));
    ecs(&world, "UpdateServicePrimaryTaskSet", &json!({"primaryTaskSet": serves}));
    ecs(&world, "DeleteTaskSet", &json!({"taskSet": idle, "force": true}));
    world.wait_end("prod-1", "Succeeded");
    world.finish();
}

#[test]
fn two_task_sets_that_share_the_traffic_are_told_and_nothing_is_taken_from_either() {
    let sets = [task_set("shop:41", "shop-a", true), task_set("shop:46", "shop-b", false)];
    let world = world(&sets, &json!({"shop-a": 70, "shop-b": 30}));
    world.release("shop:42", &world.group());
    let message = world.wait_condition("deploymentgroups", "prod", "Stalled", "TrafficDivided");
    for words in ["shop-a (shop:41) has 70 %", "shop-b (shop:46) has 30 %"] {
        assert!(message.contains(words), "{message}");
    }
    world.wait_looks(3);
    assert_eq!(world.writes(), Vec::<String>::new());
    // Someone decides which of them is to go.
    must(world.aws.set_forward(RULE, &[(GROUP_A, 100), (GROUP_B, 0)]));
    let other = on(&world, GROUP_B);
    ecs(&world, "DeleteTaskSet", &json!({"taskSet": other, "force": true}));
    world.wait_end("prod-1", "Succeeded");
    world.finish();
}
