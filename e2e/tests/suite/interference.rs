//! What other people and other programs do to AWS in the middle of a release.

use serde_json::{Value, json};
use sluice_e2e::manifests::with;
use sluice_e2e::scenario::{CLUSTER, GROUP_A, GROUP_B, RULE, SERVICE};
use sluice_e2e::world::{World, find_service, must, share};

use crate::support::{assert_original_alone, count, go_on_to, group_with, in_the_middle_of_a_shift, shares_written};

fn ecs() -> Value {
    json!({"cluster": CLUSTER, "service": SERVICE})
}

/// Deletes the task set that is, or is not, the primary.
fn delete_task_set(world: &World, primary: bool) {
    let state = must(world.aws.state());
    let sets = find_service(&state, &ecs()).unwrap()["taskSets"].as_array().unwrap();
    let found = sets.iter().find(|set| (set["status"] == "PRIMARY") == primary).unwrap();
    let request = json!({"cluster": CLUSTER, "service": SERVICE, "taskSet": found["id"], "force": true});
    must(world.aws.ecs("DeleteTaskSet", &request));
}

// L8: a human edit is seen and repaired.
#[test]
fn a_weight_that_someone_edits_during_a_hold_is_told_and_put_back() {
    let world = World::new();
    let config = json!({"canary": {"percentage": 20, "interval": "30m"}});
    world.release("shop:42", &group_with(&world, config));
    world.wait_holding("prod-1", 20);
    must(world.aws.set_forward(RULE, &[(GROUP_A, 30), (GROUP_B, 70)]));
    world.wait_aws("the weight to be put back", |state| (share(state, RULE, GROUP_B) == Some(20)).then_some(()));
    go_on_to(&world, "prod-1", "Succeeded");
    assert_eq!(shares_written(&world, GROUP_B), [20, 20, 100]);
    let events = must(world.kubernetes.events());
    let told = events.iter().any(|event| event["reason"] == "Drifted");
    assert!(told, "nobody was told: {events:#?}");
    world.finish();
}

#[test]
fn a_desired_count_that_grows_during_a_shift_is_followed_and_never_written() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.aws.ecs("UpdateService", &json!({"cluster": CLUSTER, "service": SERVICE, "desiredCount": 6})));
    let ended = go_on_to(&world, "prod-1", "Succeeded");
    assert_eq!(ended["status"]["replacement"]["desired"], 6);
    assert_eq!(count(&world, "UpdateService"), 0);
    assert_eq!(shares_written(&world, GROUP_B), [20, 40, 60, 80, 100]);
    world.finish();
}

#[test]
fn a_replacement_that_someone_deletes_is_a_failure() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    delete_task_set(&world, false);
    let ended = world.wait_end("prod-1", "Failed");
    let message = ended["status"]["failure"]["message"].as_str().unwrap();
    assert!(message.contains("gone") || message.contains("healthy"), "{message}");
    assert_original_alone(&world);
    // What was sent to the replacement before it was seen to be gone is lost, by the hand of whoever deleted it.
    world.assert_settled_but_for_losses();
    world.take_down();
}

#[test]
fn an_original_that_someone_deletes_leaves_all_traffic_to_the_replacement() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    delete_task_set(&world, true);
    // With nothing to go back to, no hold is of use: all traffic moves at once.
    world.wait_end("prod-1", "Succeeded");
    assert_eq!(share(&must(world.aws.state()), RULE, GROUP_B), Some(100));
    world.assert_ended();
    world.assert_one_primary();
    world.assert_quiet();
    world.take_down();
}

#[test]
fn an_edit_of_the_group_applies_to_the_next_deployment() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    let edited = with(group_with(&world, json!({"allAtOnce": {}})), "/bake", json!("1s"));
    world.apply(&[edited]);
    go_on_to(&world, "prod-1", "Succeeded");
    assert_eq!(shares_written(&world, GROUP_B), [20, 40, 60, 80, 100]);
    world.change_revision("shop:46");
    world.wait_end("prod-2", "Succeeded");
    assert_eq!(shares_written(&world, GROUP_A)[5..], [100]);
    world.finish();
}

#[test]
fn a_change_of_revision_during_a_shift_queues_behind_it() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    world.change_revision("shop:46");
    world.wait_object("deployments", "prod-2", "to queue", |one| one["status"]["state"] == "Queued");
    go_on_to(&world, "prod-1", "Succeeded");
    // The second one has the same increments.
    world.wait_holding("prod-2", 40);
    world.end_hold("prod-2");
    world.wait_end("prod-2", "Succeeded");
    assert_eq!(share(&must(world.aws.state()), RULE, GROUP_A), Some(100));
    world.finish();
}

#[test]
fn an_application_deleted_during_a_shift_ends_nothing_half_way() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.kubernetes.kubectl_delete("application", "shop"));
    world.wait_gone("applications", "shop");
    go_on_to(&world, "prod-1", "Succeeded");
    world.wait_condition("deploymentgroups", "prod", "Stalled", "NoApplication");
    world.change_revision("shop:42");
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    assert_eq!(count(&world, "CreateTaskSet"), 1);
    world.finish();
}

// S16 Tenant
#[test]
fn a_binding_withdrawn_during_a_shift_holds_everything_until_it_is_back() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.kubernetes.delete("awsbindings", &world.binding));
    world.wait_condition("deployments", "prod-1", "Stalled", "NoBinding");
    // Who looked at AWS when the binding went has done so.
    world.wait_reconciles("DeploymentGroup", 2);
    let calls = must(world.aws.journal()).len();
    let before = world.object("deployments", "prod-1");
    // The operator's own polls go on, and call no one.
    world.wait_reconciles("Deployment", 3);
    assert_eq!(must(world.aws.journal()).len(), calls);
    assert_eq!(world.object("deployments", "prod-1"), before);
    world.apply(&[sluice_e2e::manifests::binding(&world.binding)]);
    go_on_to(&world, "prod-1", "Succeeded");
    world.finish();
}
