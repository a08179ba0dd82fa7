//! One Deployment at a time per service, the rest in line; one group per service.

use serde_json::{Value, json};
use sluice_e2e::manifests::{application, deployment, with};
use sluice_e2e::world::{World, must};

use crate::support::count;

#[test]
fn two_deployments_of_a_service_run_one_after_the_other() {
    let world = World::new();
    world.apply(&[application("shop:41"), with(world.group(), "/bake", json!("2s"))]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    world.apply(&[deployment("a-first", "shop:42"), deployment("b-second", "shop:46")]);
    let queued = world.wait_object("deployments", "b-second", "to queue", |one| one["status"]["state"] == "Queued");
    assert!(queued["status"]["message"].as_str().unwrap().contains("a-first"), "{}", queued["status"]["message"]);
    assert_eq!(queued["status"]["phase"], "pending");
    world.wait_object("deploymentgroups", "prod", "to show the queue", |one| {
        one["status"]["current"] == "a-first" && one["status"]["queue"] == json!(["b-second"])
    });
    let first = world.wait_end("a-first", "Succeeded");
    let second = world.wait_end("b-second", "Succeeded");
    let time = |one: &Value, field: &str| one["status"][field].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert!(time(&second, "startedAt") >= time(&first, "completedAt"), "both were in progress");
    assert_eq!(count(&world, "CreateTaskSet"), 2);
    world.finish();
}

#[test]
fn a_queued_deployment_that_is_deleted_never_touches_aws() {
    let world = World::new();
    world.apply(&[application("shop:41"), with(world.group(), "/bake", json!("4s"))]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    world.apply(&[deployment("a-first", "shop:42"), deployment("b-second", "shop:46")]);
    world.wait_object("deployments", "b-second", "to queue", |one| one["status"]["state"] == "Queued");
    must(world.kubernetes.kubectl_delete("deployment", "b-second"));
    world.wait_gone("deployments", "b-second");
    world.wait_end("a-first", "Succeeded");
    assert_eq!(count(&world, "CreateTaskSet"), 1);
    world.finish();
}

#[test]
fn a_second_group_of_the_same_service_is_stalled_until_the_first_is_gone() {
    let world = World::new();
    world.release("shop:41", &world.group());
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    let mut rival = world.group();
    rival["metadata"]["name"] = json!("rival");
    world.apply(&[rival]);
    let message = world.wait_condition("deploymentgroups", "rival", "Stalled", "Conflict");
    assert!(message.contains("prod") && message.contains("delete"), "{message}");
    world.apply(&[with(deployment("by-hand", "shop:42"), "/groupRef", json!("rival"))]);
    world.wait_condition("deployments", "by-hand", "Stalled", "Conflict");
    assert_eq!(world.writes(), Vec::<String>::new());

    must(world.kubernetes.kubectl_delete("deploymentgroup", "prod"));
    world.wait_gone("deploymentgroups", "prod");
    world.wait_end("by-hand", "Succeeded");
    world.finish();
}
