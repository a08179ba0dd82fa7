//! What a newer Deployment does to the one in progress, as the group has it.

use serde_json::{Value, json};
use sluice_e2e::manifests::{deployment, with};
use sluice_e2e::scenario::{self, GROUP_B};
use sluice_e2e::world::{World, must};

use crate::support::{count, go_on_to, group_with, held_in_the_middle, shares_written, wait_next_second};

/// The middle of a shift of `prod-1`, as [`crate::support::in_the_middle_of_a_shift`], in a group that says this.
fn in_the_middle(world: &World, concurrency: &str) {
    let group = group_with(world, held_in_the_middle("1s"));
    world.release("shop:42", &with(group, "/concurrency", json!(concurrency)));
    world.wait_holding("prod-1", 40);
}

/// How often an Event of this Deployment has these words.
fn told(world: &World, name: &str, words: &str) -> usize {
    let events = must(world.kubernetes.events());
    let is_it = |event: &&Value| {
        event["regarding"]["name"] == name && event["note"].as_str().is_some_and(|note| note.contains(words))
    };
    events.iter().filter(is_it).count()
}

/// It never began, and says so.
fn assert_never_began(world: &World, name: &str, state: &str, reason: &str) -> Value {
    let ended = world.wait_end(name, state);
    assert_eq!((&ended["status"]["reason"], &ended["status"]["summary"]["status"]), (&json!(reason), &json!(reason)));
    assert!(ended["status"]["startedAt"].is_null(), "{ended:#}");
    ended
}

fn assert_superseded(world: &World, name: &str) {
    let ended = world.wait_end(name, "Stopped");
    let status = &ended["status"];
    assert_eq!(status["rollback"]["trigger"], "SUPERSEDED", "{ended:#}");
    assert_eq!((&status["reason"], &status["summary"]["status"]), (&json!("Superseded"), &json!("Superseded")));
    assert!(status["failure"].is_null() && status["rollback"]["trafficRestoredAt"].is_string(), "{ended:#}");
}

#[test]
fn a_newer_one_ends_the_bake_of_the_one_in_progress() {
    let world = World::new();
    let group = with(with(world.group(), "/bake", json!("30m")), "/concurrency", json!("EndBake"));
    world.release("shop:42", &group);
    world.wait_object("deployments", "prod-1", "to bake", |one| one["status"]["state"] == "Baking");
    world.change_revision("shop:46");
    world.wait_end("prod-1", "Succeeded");
    assert_eq!(told(&world, "prod-1", "The bake is over before its time: prod-2 (shop:46) waits to begin"), 1);
    world.wait_object("deployments", "prod-2", "to bake", |one| one["status"]["state"] == "Baking");
    world.end_bake("prod-2");
    world.wait_end("prod-2", "Succeeded");
    world.finish();
}

#[test]
fn a_newer_one_that_could_begin_supersedes_the_one_in_progress_and_no_other_does() {
    let world = World::new();
    in_the_middle(&world, "Supersede");
    // One whose task definition does not exist, and one that a user holds.
    world.change_revision("shop:99");
    let message = world.wait_condition("deployments", "prod-2", "Stalled", "TaskDefinitionNotFound");
    assert!(message.contains("shop:99 does not exist"), "{message}");
    world.apply(&[with(deployment("held", "shop:46"), "/paused", json!(true))]);
    world.wait_object("deployments", "held", "to be paused", |one| one["status"]["phase"] == "paused");
    world.wait_looks(4);
    let first = world.object("deployments", "prod-1");
    assert!(first["status"]["rollback"].is_null(), "one that cannot begin took its place: {first:#}");
    assert_eq!(shares_written(&world, GROUP_B), [20, 40]);

    world.change_revision("shop:46");
    assert_superseded(&world, "prod-1");
    assert_eq!(told(&world, "prod-1", "Rolling back: superseded by prod-3 (shop:46)"), 1);
    world.wait_holding("prod-3", 40);
    let third = world.object("deployments", "prod-3");
    assert_eq!(third["status"]["supersedes"], json!({"deployment": "prod-1", "inARow": 1}));
    assert_never_began(&world, "prod-2", "Stopped", "Superseded");
    must(world.kubernetes.kubectl_delete("deployment", "held"));
    go_on_to(&world, "prod-3", "Succeeded");
    assert_eq!(shares_written(&world, GROUP_B), [20, 40, 0, 20, 40, 60, 80, 100]);
    let group = world.wait_object("deploymentgroups", "prod", "to run 46", |one| {
        one["status"]["phase"] == "running" && one["status"]["history"][0]["deployment"] == "prod-3"
    });
    let history = group["status"]["history"].as_array().unwrap();
    let of_first = history.iter().find(|one| one["deployment"] == "prod-1").unwrap();
    assert_eq!((&of_first["state"], &of_first["reason"]), (&json!("Stopped"), &json!("Superseded")));
    assert!(group["status"]["heldRevision"].is_null(), "{group:#}");
    world.finish();
}

#[test]
fn a_newer_one_is_rejected_while_one_is_in_progress_and_can_be_created_again() {
    let world = World::new();
    in_the_middle(&world, "Reject");
    world.change_revision("shop:46");
    let rejected = assert_never_began(&world, "prod-2", "Failed", "Rejected");
    let message = rejected["status"]["message"].as_str().unwrap();
    assert!(message.contains("/prod-1 is in progress; create the Deployment again"), "{message}");
    go_on_to(&world, "prod-1", "Succeeded");
    let held = world.wait_condition("deploymentgroups", "prod", "Stalled", "Held");
    assert!(held.contains("shop:46 was rejected and is held"), "{held}");
    assert_eq!(count(&world, "CreateTaskSet"), 1);
    assert_eq!(told(&world, "prod-2", "rejected, as spec.concurrency"), 1);
    world.apply(&[deployment("again", "shop:46")]);
    world.wait_holding("again", 40);
    go_on_to(&world, "again", "Succeeded");
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    world.finish();
}

#[test]
fn of_five_quick_commits_the_first_and_the_last_are_released() {
    let world = World::new();
    in_the_middle(&world, "Queue");
    // Those in between would fail.
    for (name, revision) in [("prod-2", "shop:43"), ("prod-3", "shop:44"), ("prod-4", "shop:45"), ("prod-5", "shop:46")]
    {
        world.change_revision(revision);
        world.wait_object("deployments", name, "to queue", |one| one["status"]["state"] == "Queued");
    }
    world.wait_object("deploymentgroups", "prod", "to show the queue", |one| {
        one["status"]["queue"] == json!(["prod-5", "prod-4", "prod-3", "prod-2"])
    });
    go_on_to(&world, "prod-1", "Succeeded");
    world.wait_holding("prod-5", 40);
    for name in ["prod-2", "prod-3", "prod-4"] {
        assert_never_began(&world, name, "Stopped", "Superseded");
    }
    go_on_to(&world, "prod-5", "Succeeded");
    assert_eq!(count(&world, "CreateTaskSet"), 2);
    world.finish();
}

#[test]
fn of_five_quick_commits_that_supersede_the_first_and_the_last_are_released() {
    let world = World::new();
    in_the_middle(&world, "Supersede");
    // However slow the commits are: the first is in progress until all of them are there.
    must(world.aws.add_faults(&json!({"kind": "server-error", "operation": "ModifyRule"})));
    for (name, revision) in [("prod-2", "shop:43"), ("prod-3", "shop:44"), ("prod-4", "shop:45"), ("prod-5", "shop:46")]
    {
        world.change_revision(revision);
        world.wait_object("deployments", name, "to wait for its turn", |one| one["status"]["state"].is_string());
    }
    must(world.aws.clear_faults());
    assert_superseded(&world, "prod-1");
    world.wait_holding("prod-5", 40);
    for name in ["prod-2", "prod-3", "prod-4"] {
        assert_never_began(&world, name, "Stopped", "Superseded");
    }
    go_on_to(&world, "prod-5", "Succeeded");
    assert_eq!(count(&world, "CreateTaskSet"), 2);
    assert_eq!(shares_written(&world, GROUP_B), [20, 40, 0, 20, 40, 60, 80, 100]);
    world.finish();
}

#[test]
fn killed_between_the_record_that_it_is_superseded_and_its_traffic_it_returns_it_and_the_newer_one_begins() {
    let mut world = World::with_lease(&scenario::shop(), "15s");
    in_the_middle(&world, "Supersede");
    // Nothing is written, and that it turns is recorded.
    must(world.aws.add_faults(&json!({"kind": "server-error", "operation": "ModifyRule"})));
    world.change_revision("shop:46");
    world.wait_object("deployments", "prod-1", "to turn round", |one| one["status"]["rollback"].is_object());
    world.kill_operator();
    assert_eq!(shares_written(&world, GROUP_B), [20, 40], "the kill came too late to test anything");
    must(world.aws.clear_faults());
    must(world.operator.restart());
    assert_superseded(&world, "prod-1");
    world.wait_holding("prod-2", 40);
    go_on_to(&world, "prod-2", "Succeeded");
    assert_eq!(shares_written(&world, GROUP_B), [20, 40, 0, 20, 40, 60, 80, 100]);
    world.finish();
}

#[test]
fn a_newer_one_is_checked_as_it_would_begin_with_what_it_overrides() {
    let world = World::new();
    in_the_middle(&world, "Supersede");
    let missing = json!([{"name": "smoke", "event": "AfterInstall", "lambda": {"function": "nobody-made-it"}}]);
    let group = with(group_with(&world, held_in_the_middle("1s")), "/concurrency", json!("Supersede"));
    world.apply(&[with(group, "/hooks", missing)]);
    world.change_revision("shop:46");
    let message = world.wait_condition("deployments", "prod-2", "Stalled", "HookUnavailable");
    assert!(message.contains("nobody-made-it"), "{message}");
    wait_next_second(&world, "prod-2");
    world.apply(&[with(deployment("urgent", "shop:46"), "/overrides", json!({"hooks": "None"}))]);
    assert_superseded(&world, "prod-1");
    world.wait_holding("urgent", 40);
    go_on_to(&world, "urgent", "Succeeded");
    world.finish();
}
