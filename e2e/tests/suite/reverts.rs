//! The revision goes back to what the original of a release in progress runs, as after `git revert`.

use serde_json::{Value, json};
use sluice_e2e::manifests::with;
use sluice_e2e::scenario::GROUP_B;
use sluice_e2e::world::{World, must};

use crate::support::{assert_original_alone, count, go_on_to, in_the_middle_of_a_shift, shares_written};

/// The release `prod-1` of 42 was turned round for 41: it ended, the original serves alone, and nothing was made of 41.
fn assert_turned_round(world: &World, shares: &[u64]) {
    let ended = world.wait_end("prod-1", "Stopped");
    assert_eq!(ended["status"]["rollback"]["trigger"], "REVERTED", "{ended:#}");
    assert!(ended["status"]["failure"].is_null(), "to go back is no failure: {ended:#}");
    assert_eq!(shares_written(world, GROUP_B), shares);
    assert_original_alone(world);
    assert_eq!(count(world, "CreateTaskSet"), 1);
}

/// The group serves 41 and holds nothing; so many Deployments were made.
fn assert_serves_41(world: &World, deployments: usize) {
    let group = world.wait_object("deploymentgroups", "prod", "to be ready on 41", |one| {
        let asked = one["status"]["requested"]["taskDefinition"] == "shop:41";
        asked && one["status"]["current"].is_null() && one["status"]["revision"] == "shop:41"
    });
    assert!(group["status"]["heldRevision"].is_null(), "{group:#}");
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    assert_eq!(must(world.kubernetes.list("deployments")).len(), deployments);
}

fn told(world: &World, words: &str) -> bool {
    let events = must(world.kubernetes.events());
    events.iter().any(|event| event["note"].as_str().is_some_and(|it| it.contains(words)))
}

#[test]
fn a_revert_in_the_middle_of_a_shift_returns_the_traffic_at_once_and_releases_nothing() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    world.change_revision("shop:41");
    assert_turned_round(&world, &[20, 40, 0]);
    assert_serves_41(&world, 1);
    assert!(told(&world, "shop:41 was asked for again: rolling back prod-1 (shop:42)"));
    world.finish();
}

#[test]
fn a_revert_in_the_bake_of_a_group_that_pins_its_revision_returns_the_traffic() {
    let world = World::new();
    let pinned = |revision: &str| {
        with(with(world.group(), "/bake", json!("30m")), "/revision", json!({"taskDefinition": revision}))
    };
    world.release("shop:46", &pinned("shop:42"));
    world.wait_object("deployments", "prod-1", "to bake", |one| one["status"]["state"] == "Baking");
    world.apply(&[pinned("shop:41")]);
    assert_turned_round(&world, &[100, 0]);
    assert_serves_41(&world, 1);
    world.finish();
}

#[test]
fn a_revert_takes_what_waits_out_of_the_line() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    world.change_revision("shop:46");
    world.wait_object("deployments", "prod-2", "to queue", |one| one["status"]["state"] == "Queued");
    world.change_revision("shop:41");
    assert_turned_round(&world, &[20, 40, 0]);
    let never = world.wait_end("prod-2", "Stopped");
    assert_eq!(never["status"]["reason"], "Superseded");
    assert!(never["status"]["startedAt"].is_null(), "{never:#}");
    let message = never["status"]["message"].as_str().unwrap();
    assert!(message.contains("shop:41 was asked for again"), "{message}");
    assert_serves_41(&world, 2);
    world.finish();
}

#[test]
fn a_revert_of_the_revert_lets_the_first_end_and_is_a_release_of_its_own() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    world.change_revision("shop:41");
    world.wait_object("deployments", "prod-1", "to turn round", |one| one["status"]["rollback"].is_object());
    world.change_revision("shop:42");
    let ended = world.wait_end("prod-1", "Stopped");
    assert_eq!(ended["status"]["rollback"]["trigger"], "REVERTED");
    world.wait_holding("prod-2", 40);
    go_on_to(&world, "prod-2", "Succeeded");
    assert_eq!(shares_written(&world, GROUP_B), [20, 40, 0, 20, 40, 60, 80, 100]);
    assert_eq!(must(world.kubernetes.list("deployments")).len(), 2);
    world.finish();
}

#[test]
fn a_revert_that_no_operator_saw_is_seen_by_the_next_one() {
    let mut world = World::new();
    in_the_middle_of_a_shift(&world);
    world.kill_operator();
    world.change_revision("shop:41");
    must(world.operator.restart());
    assert_turned_round(&world, &[20, 40, 0]);
    assert_serves_41(&world, 1);
    world.finish();
}

#[test]
fn to_go_back_after_a_failure_releases_nothing_and_what_failed_stays_held() {
    let world = World::new();
    world.release("shop:43", &world.group());
    world.wait_end("prod-1", "Failed");
    world.wait_object("deploymentgroups", "prod", "to hold 43", |one| one["status"]["heldRevision"] == "shop:43");
    world.change_revision("shop:41");
    assert_serves_41(&world, 1);
    world.change_revision("shop:43");
    world.wait_object("deploymentgroups", "prod", "to hold 43 again", |one| one["status"]["heldRevision"] == "shop:43");
    assert_eq!(must(world.kubernetes.list("deployments")).len(), 1, "the held revision was released again");
    // Another one is a release, and 43 may be tried again after it.
    world.change_revision("shop:42");
    world.wait_end("prod-2", "Succeeded");
    world.finish();
}

#[test]
fn what_a_user_releases_by_hand_is_not_turned_round_for_the_application() {
    let world = World::new();
    world.release("shop:41", &with(world.group(), "/bake", json!("30m")));
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    world.apply(&[sluice_e2e::manifests::deployment("by-hand", "shop:42")]);
    let baking = |one: &Value| one["status"]["state"] == "Baking";
    world.wait_object("deployments", "by-hand", "to bake", baking);
    must(world.kubernetes.patch("applications", "shop", &json!({"metadata": {"annotations": {"sync": "1"}}})));
    world.wait_looks(4);
    assert!(baking(&world.object("deployments", "by-hand")), "it was turned round");
    world.end_bake("by-hand");
    world.wait_end("by-hand", "Succeeded");
    world.finish();
}
