//! Two groups that are released as one: neither loses its original before both have moved, one that fails takes the other with
//! it, and the operator may die between.

use serde_json::{Value, json};
use sluice_e2e::environments;
use sluice_e2e::manifests::{application, with};
use sluice_e2e::world::{World, must};

const NAMES: [&str; 2] = ["web", "worker"];

fn as_one() -> Value {
    json!({"stages": [{"groups": NAMES, "multi": {"wait": "1h"}}]})
}

/// The worker holds half of its traffic, and the web has nothing to wait for.
fn two(world: &World, change: impl Fn(&str, Value) -> Value) {
    world.apply(&[with(application("shop:41"), "/promotion", as_one())]);
    for (name, number) in NAMES.iter().zip(1..) {
        let group = environments::group(name, number, &world.binding);
        let held = json!({"steps": [{"weight": 50, "hold": "30m"}, {"weight": 100}]});
        let group = if *name == "worker" { with(group, "/deploymentConfig", held) } else { group };
        world.apply(&[change(name, group)]);
    }
    for name in NAMES {
        world.wait_condition("deploymentgroups", name, "Ready", "Running");
    }
    world.apply(&[with(application("shop:42"), "/promotion", as_one())]);
}

/// Waits until the web has moved all its traffic, and until it tells whom it waits for, and by these words how to go on.
fn waits(world: &World, how: &str) -> Value {
    let gate = |one: &Value| {
        let gates = one["status"]["gates"].as_array()?;
        gates.iter().find(|gate| gate["kind"] == "Multi" && gate["state"] == "Waiting").cloned()
    };
    let told = world.wait_object("deployments", "web-1", "to wait for worker-1", |one| {
        let is_told = |gate: Value| gate["how"].as_str().is_some_and(|told| told.contains(how));
        one["status"]["multi"]["readyAt"].is_string()
            && one["status"]["reason"] == "WaitingForGroup"
            && gate(one).is_some_and(is_told)
    });
    gate(&told).unwrap_or_else(|| panic!("no gate: {told:#}"))
}

/// Places of the calls of these kinds among all writes that AWS took.
fn places(world: &World, operations: &[&str]) -> Vec<usize> {
    let writes = must(world.aws.writes());
    let taken = writes.iter().filter(|entry| entry["status"] == 200).enumerate();
    let is_one = |entry: &Value| operations.iter().any(|operation| entry["operation"] == *operation);
    taken.filter(|(_, entry)| is_one(entry)).map(|(place, _)| place).collect()
}

#[test]
fn two_groups_that_are_released_as_one_keep_their_originals_until_both_have_moved_though_the_operator_dies() {
    let mut world = World::with_lease(&environments::world(&NAMES), "30s");
    two(&world, |_, group| group);
    // The other one tells how once it is held.
    let gate = waits(&world, "patch sdep worker-1");
    assert!(gate["why"].as_str().unwrap().contains("worker-1 of group worker, which moves its traffic"), "{gate:#}");
    world.kill_operator();
    must(world.operator.restart());
    world.wait_holding("worker-1", 50);
    world.end_hold("worker-1");
    // Between the promise of one and the end.
    world.wait_object("deployments", "worker-1", "to promise", |one| {
        one["status"]["multi"]["promisedAt"].is_string() || one["status"]["completedAt"].is_string()
    });
    world.kill_operator();
    must(world.operator.restart());
    for name in ["web-1", "worker-1"] {
        let ended = world.wait_end(name, "Succeeded");
        assert!(ended["status"]["multi"]["passedAt"].is_string(), "{ended:#}");
    }
    let moved = places(&world, &["ModifyRule"]);
    let taken_away = places(&world, &["DeleteTaskSet", "UpdateServicePrimaryTaskSet"]);
    assert_eq!(taken_away.len(), 4, "{taken_away:?}");
    assert!(moved.iter().max() < taken_away.iter().min(), "moved at {moved:?}, taken away at {taken_away:?}");
    world.finish();
}

#[test]
fn one_that_fails_at_its_last_step_takes_the_other_with_it_and_no_request_is_lost_though_the_operator_dies() {
    let mut world = World::with_lease(&environments::world(&NAMES), "30s");
    let answers = json!([{"payload": {"hookStatus": "FAILED", "message": "3 of 12 checks failed"}}]);
    must(world.aws.merge(&json!({"functions": [{"name": "smoke", "timeout": "1h", "answers": answers}]})));
    let smoke = json!([{"name": "smoke", "event": "AfterAllowTraffic", "lambda": {"function": "smoke"}}]);
    two(&world, |name, group| if name == "worker" { with(group, "/hooks", smoke.clone()) } else { group });
    waits(&world, "");
    world.wait_holding("worker-1", 50);
    world.end_hold("worker-1");
    world.wait_object("deployments", "worker-1", "to turn round", |one| one["status"]["rollback"].is_object());
    world.kill_operator();
    must(world.operator.restart());
    let worker = world.wait_end("worker-1", "Failed");
    let web = world.wait_end("web-1", "Failed");
    assert_eq!(web["status"]["rollback"]["trigger"], "SIBLING_RETURNED", "{web:#}");
    let why = web["status"]["failure"]["message"].as_str().unwrap();
    assert!(why.starts_with("worker-1 of group worker returned, and they are released as one"), "{why}");
    for ended in [&web, &worker] {
        assert!(ended["status"]["rollback"]["trafficRestoredAt"].is_string(), "{ended:#}");
        assert!(ended["status"]["multi"]["promisedAt"].is_null(), "{ended:#}");
    }
    assert_eq!(places(&world, &["UpdateServicePrimaryTaskSet"]), [] as [usize; 0], "no replacement took over");
    world.finish();
}
