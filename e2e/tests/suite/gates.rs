//! What holds a release until a person answers, time passes, or someone passes over it. The commands that end a wait are run as
//! the status gives them.

use std::process::Command;

use serde_json::{Value, json};
use sluice_e2e::manifests::{application, deployment, with};
use sluice_e2e::scenario::GROUP_B;
use sluice_e2e::world::{World, find_condition, must};

use crate::support::{assert_original_alone, group_with, shares_written};

/// The group of a world with these increments, which waits for a person before any traffic moves.
fn waits_for_people(world: &World, steps: &Value, ready: Value) -> Value {
    with(group_with(world, json!({"steps": steps})), "/ready", ready)
}

fn gate(deployment: &Value, name: &str) -> Value {
    let gates = deployment["status"]["gates"].as_array().cloned().unwrap_or_default();
    gates.into_iter().find(|gate| gate["name"] == name).unwrap_or_default()
}

/// Waits until the release stands before this gate, and returns the command that ends the wait.
#[track_caller]
fn how_to_end(world: &World, name: &str, wanted: &str) -> String {
    let waiting = world.wait_object("deployments", name, &format!("to wait for {wanted}"), |one| {
        gate(one, wanted)["state"] == "Waiting"
    });
    assert_eq!(waiting["status"]["summary"]["status"], "Waiting", "{:#}", waiting["status"]);
    gate(&waiting, wanted)["how"].as_str().unwrap_or_default().to_owned()
}

/// Does what the status says, in a shell.
#[track_caller]
fn obey(how: &str) {
    let told = Command::new("sh").args(["-c", how]).output().unwrap();
    assert!(told.status.success(), "{how}: {}", String::from_utf8_lossy(&told.stderr));
}

#[test]
fn a_person_lets_the_traffic_move_and_approves_a_step_and_a_kill_in_between_changes_nothing() {
    let mut world = World::new();
    let steps = json!([{"weight": 20}, {"name": "half", "weight": 50, "approval": {}}, {"weight": 100}]);
    world.release("shop:42", &waits_for_people(&world, &steps, json!({"wait": "30m"})));
    how_to_end(&world, "prod-1", "Ready");
    assert_eq!(world.object("deployments", "prod-1")["status"]["state"], "Ready");
    must(world.kubernetes.kubectl_patch("deployment", "prod-1", &json!({"spec": {"approvals": ["hlaf"]}})));
    let told = world.wait_condition("deployments", "prod-1", "Stalled", "InvalidValue");
    assert!(told.contains("there is no step hlaf: write one of half, 0 to 2, or Ready"), "{told}");
    assert_eq!(shares_written(&world, GROUP_B), Vec::<u64>::new());
    let taken_back = json!({"spec": {"approvals": ["Ready"]}});
    let refused = world.kubernetes.kubectl_patch("deployment", "prod-1", &taken_back).unwrap_err().to_string();
    assert!(refused.contains("what is approved stays approved"), "{refused}");
    let waiting = world.wait_object("deployments", "prod-1", "to say how to add an approval", |one| {
        gate(one, "Ready")["how"].as_str().is_some_and(|how| how.contains("/spec/approvals/-"))
    });
    obey(gate(&waiting, "Ready")["how"].as_str().unwrap());

    let how = how_to_end(&world, "prod-1", "half");
    assert_eq!(shares_written(&world, GROUP_B), [20, 50]);
    world.wait_looks(3);
    assert_eq!(shares_written(&world, GROUP_B), [20, 50], "traffic moved before it was approved");
    obey(&how);
    world.kill_operator();
    must(world.operator.restart());
    let ended = world.wait_end("prod-1", "Succeeded");
    assert_eq!(shares_written(&world, GROUP_B), [20, 50, 100]);
    for name in ["Ready", "half"] {
        assert_eq!(gate(&ended, name)["state"], "Approved", "{:#}", ended["status"]["gates"]);
    }
    world.finish();
}

#[test]
fn nobody_answers_and_what_the_group_says_happens() {
    let world = World::new();
    let steps = json!([{"weight": 50, "approval": {"timeout": "1s"}}, {"weight": 100}]);
    let goes_on = json!({"wait": "1s", "onTimeout": "Continue"});
    world.release("shop:42", &waits_for_people(&world, &steps, goes_on));
    let failed = world.wait_end("prod-1", "Failed");
    assert_eq!(
        (&gate(&failed, "Ready")["state"], &gate(&failed, "0")["state"]),
        (&json!("TimedOut"), &json!("TimedOut"))
    );
    assert_eq!(failed["status"]["rollback"]["trigger"], "DEPLOYMENT_FAILURE");
    assert_eq!(failed["status"]["failure"]["code"], "DEPLOYMENT_VERIFICATION_FAILED");
    assert_eq!(shares_written(&world, GROUP_B), [50, 0]);
    assert_original_alone(&world);

    world.release("shop:46", &waits_for_people(&world, &steps, json!({"wait": "1s"})));
    let stopped = world.wait_end("prod-2", "Stopped");
    assert_eq!(stopped["status"]["rollback"]["trigger"], "DEPLOYMENT_STOP_ON_REQUEST");
    assert!(stopped["status"]["failure"].is_null(), "a stop is no failure: {stopped:#}");
    assert_eq!(shares_written(&world, GROUP_B), [50, 0], "traffic moved before anyone approved");
    assert_original_alone(&world);
    world.finish();
}

#[test]
fn waits_are_passed_over_up_to_a_step_to_the_bake_and_to_the_end() {
    let world = World::new();
    let steps = json!([
        {"name": "canary", "weight": 20, "hold": "30m"},
        {"name": "half", "weight": 50, "approval": {}},
        {"weight": 100},
    ]);
    let group = with(waits_for_people(&world, &steps, json!({"wait": "30m"})), "/bake", json!("30m"));
    world.apply(&[application("shop:41"), group]);
    world.apply(&[with(deployment("by-hand", "shop:42"), "/skipTo", json!("hlaf"))]);
    let told = world.wait_condition("deployments", "by-hand", "Stalled", "InvalidValue");
    assert!(
        told.contains("spec.skipTo: there is no step hlaf: write one of canary, half, 0 to 2, Bake, or End"),
        "{told}"
    );
    assert_eq!(world.writes(), Vec::<String>::new());
    let skip_to =
        |place: &str| world.kubernetes.kubectl_patch("deployment", "by-hand", &json!({"spec": {"skipTo": place}}));
    must(skip_to("half"));
    how_to_end(&world, "by-hand", "half");
    assert_eq!(shares_written(&world, GROUP_B), [20, 50]);
    must(skip_to("Bake"));
    world.wait_object("deployments", "by-hand", "to bake", |one| one["status"]["state"] == "Baking");
    let refused = skip_to("half").unwrap_err().to_string();
    assert!(refused.contains("it leads forward alone"), "{refused}");
    let baking = world.wait_object("deployments", "by-hand", "to say how the bake ends", |one| {
        gate(one, "Bake")["state"] == "Waiting"
    });
    obey(gate(&baking, "Bake")["how"].as_str().unwrap());
    let ended = world.wait_end("by-hand", "Succeeded");
    let skipped: Vec<Value> =
        ["Ready", "canary", "half"].iter().map(|name| gate(&ended, name)["state"].clone()).collect();
    assert_eq!(skipped, ["Skipped", "Skipped", "Skipped"], "{:#}", ended["status"]["gates"]);
    assert_eq!(shares_written(&world, GROUP_B), [20, 50, 100]);
    world.finish();
}

#[test]
fn what_fails_while_a_person_is_waited_for_turns_round_paused_or_not() {
    let world = World::new();
    let steps = json!([{"weight": 50, "approval": {"onTimeout": "Wait"}}, {"weight": 100}]);
    let group = waits_for_people(&world, &steps, json!({"wait": "30m"}));
    world.release("shop:42", &group);
    how_to_end(&world, "prod-1", "Ready");
    must(world.aws.set_behaviour("shop:42", &json!({"exits": {"exitCode": 3, "afterSeconds": 0}})));
    let failed = world.wait_end("prod-1", "Failed");
    assert_eq!(gate(&failed, "Ready")["state"], "Interrupted", "{:#}", failed["status"]["gates"]);
    assert_eq!(shares_written(&world, GROUP_B), Vec::<u64>::new());

    world.release("shop:46", &group);
    obey(&how_to_end(&world, "prod-2", "Ready"));
    how_to_end(&world, "prod-2", "0");
    must(world.kubernetes.kubectl_patch("deployment", "prod-2", &json!({"spec": {"paused": true}})));
    let paused = world.wait_condition("deployments", "prod-2", "Paused", "Paused");
    assert_eq!(paused, "");
    must(world.aws.set_behaviour("shop:46", &json!({"failsHealthChecks": {"afterSeconds": 0}})));
    let failed = world.wait_end("prod-2", "Failed");
    assert_eq!(find_condition(&failed, "RolledBack").unwrap()["status"], "True");
    assert_original_alone(&world);
    world.assert_settled_but_for_losses();
    world.take_down();
}
