//! Causes in the revision, and in the state of the service at the moment of a release.

use serde_json::{Value, json};
use sluice_e2e::manifests::{deployment, with};
use sluice_e2e::scenario::{self, CLUSTER, GROUP_A, GROUP_B, SERVICE};
use sluice_e2e::world::{World, must};

use crate::stalled::assertions::{assert_release_stalled, assert_stalled, goes_on};

/// Task sets of the service, beside the primary.
fn others(world: &World) -> Vec<String> {
    let state = must(world.aws.state());
    let sets = state["services"][0]["taskSets"].as_array().unwrap();
    sets.iter().filter(|set| set["status"] != "PRIMARY").map(|set| set["id"].as_str().unwrap().to_owned()).collect()
}

fn delete_task_set(world: &World, task_set: &str) {
    let request = json!({"cluster": CLUSTER, "service": SERVICE, "taskSet": task_set, "force": true});
    must(world.aws.ecs("DeleteTaskSet", &request));
}

/// A world whose service has these task sets beside its primary.
fn world_with(more: &[Value]) -> World {
    let mut scenario = scenario::shop();
    scenario["clusters"][0]["services"][0]["taskSets"].as_array_mut().unwrap().extend_from_slice(more);
    World::of(&scenario)
}

#[test]
fn a_task_definition_that_does_not_exist() {
    let world = World::new();
    world.release("shop:77", &world.group());
    assert_release_stalled(&world, "TaskDefinitionNotFound", "register it");
    must(world.aws.merge(&json!({"taskDefinitions": [scenario::task_definition(77, &json!({}))]})));
    goes_on(world);
}

#[test]
fn a_container_that_the_task_definition_lacks() {
    let world = World::new();
    world.release("shop:42", &with(world.group(), "/container", json!({"name": "app", "port": 8080})));
    assert_release_stalled(&world, "ContainerNotFound", "name one that it has, web");
    world.apply(&[world.group()]);
    goes_on(world);
}

#[test]
fn a_port_that_the_container_lacks() {
    let world = World::new();
    world.release("shop:42", &with(world.group(), "/container", json!({"name": "web", "port": 9999})));
    assert_release_stalled(&world, "ContainerNotFound", "8080");
    world.apply(&[world.group()]);
    goes_on(world);
}

#[test]
fn a_network_configuration_that_is_missing() {
    let world = World::new();
    world.release("shop:42", &with(world.group(), "/taskSet", json!({"launchType": "FARGATE"})));
    assert_release_stalled(&world, "NetworkConfigurationMissing", "name subnets");
    world.apply(&[world.group()]);
    goes_on(world);
}

#[test]
fn five_task_sets_that_are_there_already() {
    let idle = json!({"taskDefinition": "shop:41", "scale": 0});
    let world = world_with(&[idle.clone(), idle.clone(), idle.clone(), idle]);
    world.release("shop:42", &world.group());
    assert_release_stalled(&world, "TooManyTaskSets", "once one that serves nothing is gone");
    for task_set in others(&world) {
        delete_task_set(&world, &task_set);
    }
    goes_on(world);
}

#[test]
fn a_target_group_that_another_task_set_uses() {
    let world = world_with(&[json!({"taskDefinition": "shop:41", "targetGroup": "shop-b"})]);
    world.release("shop:42", &world.group());
    assert_release_stalled(&world, "TargetGroupInUse", "look whether it is still needed");
    delete_task_set(&world, &others(&world)[0]);
    goes_on(world);
}

#[test]
fn a_primary_whose_traffic_goes_past_the_pair() {
    let mut scenario = scenario::shop();
    scenario["targetGroups"] = json!([{"name": "shop-c", "id": "00000000000000cc"}]);
    let forward = json!({"shop-a": 0, "shop-b": 100, "shop-c": 0});
    scenario["loadBalancers"][0]["listeners"][0]["rules"][0]["forward"] = forward;
    scenario["clusters"][0]["services"][0]["taskSets"][0]["targetGroup"] = json!("shop-b");
    let world = World::of(&scenario);
    let third = GROUP_A.replace("shop-a/73e2d6bc24d8a067", "shop-c/00000000000000cc");
    world.release("shop:42", &with(world.group(), "/loadBalancer/targetGroups", json!([GROUP_A, third])));
    // Traffic goes past the pair, so the group says it before the release could.
    assert_stalled(&world, ("deploymentgroups", "prod"), "ForeignTraffic", "shop-b");
    world.apply(&[with(world.group(), "/loadBalancer/targetGroups", json!([GROUP_B, third]))]);
    goes_on(world);
}

#[test]
fn a_deployment_without_a_group() {
    let world = World::new();
    world.apply(&[deployment("by-hand", "shop:42")]);
    assert_stalled(&world, ("deployments", "by-hand"), "NoGroup", "create it");
    assert!(must(world.aws.journal()).is_empty(), "AWS was called for nothing");
    world.release("shop:41", &world.group());
    world.wait_end("by-hand", "Succeeded");
    world.finish();
}
