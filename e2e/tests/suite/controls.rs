//! What a user asks of a Deployment on its way, with `kubectl patch`.

use serde_json::json;
use sluice_e2e::manifests::{application, deployment, with};
use sluice_e2e::scenario::GROUP_B;
use sluice_e2e::world::{World, find_condition, must};

use crate::support::{assert_original_alone, group_with, in_the_middle_of_a_shift, shares_written};

#[test]
fn a_paused_deployment_stays_where_it_is_and_goes_on_when_resumed() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.kubernetes.kubectl_patch("deployment", "prod-1", &json!({"spec": {"paused": true}})));
    world.wait_condition("deployments", "prod-1", "Paused", "Paused");
    let paused = world.object("deployments", "prod-1");
    assert_eq!(paused["status"]["phase"], "paused");
    let written = shares_written(&world, GROUP_B);
    assert_eq!(written, [20, 40]);
    // What holds it from here on is the pause alone.
    must(world.kubernetes.replace_in_status("deployments", "prod-1", "/steps/1/hold", &json!("0s")));
    world.wait_looks(5);
    assert_eq!(shares_written(&world, GROUP_B), written, "traffic moved while paused");
    world.wait_object("deploymentgroups", "prod", "to be paused too", |one| one["status"]["phase"] == "paused");

    must(world.kubernetes.kubectl_patch("deployment", "prod-1", &json!({"spec": {"paused": false}})));
    world.wait_end("prod-1", "Succeeded");
    assert_eq!(shares_written(&world, GROUP_B), [20, 40, 60, 80, 100]);
    world.finish();
}

#[test]
fn a_stopped_deployment_returns_its_traffic_and_its_revision_is_held() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.kubernetes.kubectl_patch("deployment", "prod-1", &json!({"spec": {"stop": {"rollback": true}}})));
    let ended = world.wait_end("prod-1", "Stopped");
    assert_eq!(ended["status"]["rollback"]["trigger"], "DEPLOYMENT_STOP_ON_REQUEST");
    assert!(ended["status"]["failure"].is_null(), "a stop is no failure: {ended:#}");
    assert_eq!(find_condition(&ended, "RolledBack").unwrap()["status"], "True");
    assert_eq!(shares_written(&world, GROUP_B).last(), Some(&0));
    assert_original_alone(&world);
    world.wait_object("deploymentgroups", "prod", "to hold the revision", |one| {
        one["status"]["heldRevision"] == "shop:42"
    });
    world.finish();
}

#[test]
fn a_stop_wins_over_a_pause() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.kubernetes.kubectl_patch("deployment", "prod-1", &json!({"spec": {"paused": true}})));
    world.wait_condition("deployments", "prod-1", "Paused", "Paused");
    must(world.kubernetes.kubectl_patch("deployment", "prod-1", &json!({"spec": {"stop": {}}})));
    world.wait_end("prod-1", "Stopped");
    assert_original_alone(&world);
    world.finish();
}

#[test]
fn a_stop_in_the_bake_returns_to_the_original() {
    let world = World::new();
    world.release("shop:42", &with(world.group(), "/bake", json!("30m")));
    world.wait_object("deployments", "prod-1", "to bake", |one| one["status"]["state"] == "Baking");
    must(world.kubernetes.kubectl_patch("deployment", "prod-1", &json!({"spec": {"stop": {"rollback": true}}})));
    world.wait_end("prod-1", "Stopped");
    assert_eq!(shares_written(&world, GROUP_B), [100, 0]);
    assert_original_alone(&world);
    world.finish();
}

#[test]
fn a_deployment_that_is_made_paused_begins_when_resumed() {
    let world = World::new();
    world.apply(&[application("shop:41"), world.group()]);
    world.apply(&[with(deployment("by-hand", "shop:42"), "/paused", json!(true))]);
    world.wait_condition("deployments", "by-hand", "Paused", "Paused");
    assert_eq!(world.writes(), Vec::<String>::new());
    must(world.kubernetes.kubectl_patch("deployment", "by-hand", &json!({"spec": {"paused": false}})));
    world.wait_end("by-hand", "Succeeded");
    world.finish();
}

#[test]
fn a_failing_replacement_is_rolled_back_even_while_paused() {
    let world = World::new();
    let config = json!({"canary": {"percentage": 50, "interval": "30m"}});
    world.release("shop:42", &group_with(&world, config));
    world.wait_holding("prod-1", 50);
    must(world.kubernetes.kubectl_patch("deployment", "prod-1", &json!({"spec": {"paused": true}})));
    world.wait_condition("deployments", "prod-1", "Paused", "Paused");
    must(world.aws.set_behaviour("shop:42", &json!({"failsHealthChecks": {"afterSeconds": 0}})));
    world.wait_end("prod-1", "Failed");
    assert_original_alone(&world);
    world.assert_settled_but_for_losses();
    world.take_down();
}
