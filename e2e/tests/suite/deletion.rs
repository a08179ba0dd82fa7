//! `kubectl delete` in the middle of a shift: traffic returns first, then the object goes.

use serde_json::json;
use sluice_e2e::manifests::with;
use sluice_e2e::scenario::GROUP_B;
use sluice_e2e::world::{World, must};

use crate::support::{assert_original_alone, in_the_middle_of_a_shift, shares_written};

#[test]
fn a_deleted_deployment_returns_its_traffic_before_it_goes() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.kubernetes.kubectl_delete("deployment", "prod-1"));
    world.wait_gone("deployments", "prod-1");
    assert_original_alone(&world);
    assert_eq!(shares_written(&world, GROUP_B).last(), Some(&0));
    // The revision was asked for once: it is not released again.
    world.finish();
}

#[test]
fn a_deleted_group_takes_its_deployment_along_and_returns_the_traffic() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.kubernetes.kubectl_delete("deploymentgroup", "prod"));
    world.wait_gone("deploymentgroups", "prod");
    assert!(must(world.kubernetes.get("deployments", "prod-1")).is_none());
    assert_original_alone(&world);
    assert_eq!(shares_written(&world, GROUP_B).last(), Some(&0));
    let traffic = must(world.aws.traffic());
    assert_eq!(traffic["lost"], 0, "{traffic:#}");
    assert!(must(world.aws.violations()).is_empty());
    world.take_down();
}

#[test]
fn a_deployment_deleted_in_the_bake_returns_its_traffic_before_it_goes() {
    let world = World::new();
    world.release("shop:42", &with(world.group(), "/bake", json!("30m")));
    world.wait_object("deployments", "prod-1", "to bake", |one| one["status"]["state"] == "Baking");
    must(world.kubernetes.kubectl_delete("deployment", "prod-1"));
    world.wait_gone("deployments", "prod-1");
    assert_original_alone(&world);
    assert_eq!(shares_written(&world, GROUP_B), [100, 0]);
    world.finish();
}

// S9 Terminal, L3
#[test]
fn a_deployment_that_has_ended_is_deleted_without_a_call() {
    let world = World::new();
    world.release("shop:42", &world.group());
    world.wait_end("prod-1", "Succeeded");
    world.assert_settled();
    let writes = world.writes();
    must(world.kubernetes.kubectl_delete("deployment", "prod-1"));
    world.wait_gone("deployments", "prod-1");
    let group = world.object("deploymentgroups", "prod");
    assert_eq!(group["status"]["history"][0]["deployment"], json!("prod-1"), "the past is forgotten");
    world.wait_looks(3);
    assert_eq!(world.writes(), writes);
    world.finish();
}

#[test]
fn a_deployment_deleted_while_the_operator_is_away_is_cleaned_up_by_the_next() {
    let mut world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.operator.terminate());
    must(world.kubernetes.kubectl_delete("deployment", "prod-1"));
    assert!(must(world.kubernetes.get("deployments", "prod-1")).is_some(), "its finalizer is to keep it");
    must(world.operator.restart());
    world.wait_gone("deployments", "prod-1");
    assert_original_alone(&world);
    world.finish();
}

// L4: no task set leaks.
#[test]
fn a_deployment_deleted_before_any_traffic_moved_leaves_no_task_set() {
    let world = World::new();
    // Its replacement never gets ready, and its deadline is far.
    must(world.aws.set_behaviour("shop:42", &json!({"noCapacity": {}})));
    world.release("shop:42", &world.group());
    world.wait_aws("the replacement", |state| (state["services"][0]["taskSets"].as_array()?.len() == 2).then_some(()));
    must(world.kubernetes.kubectl_delete("deployment", "prod-1"));
    world.wait_gone("deployments", "prod-1");
    assert_original_alone(&world);
    assert_eq!(shares_written(&world, GROUP_B), Vec::<u64>::new());
    world.finish();
}
