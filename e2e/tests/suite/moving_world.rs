//! A world that moves under a release: an original that serves nobody any more, a count that never rests, and stickiness that
//! is turned off.

use serde_json::{Value, json};
use sluice_e2e::manifests::with;
use sluice_e2e::scenario::{self, GROUP_A, GROUP_B, RULE};
use sluice_e2e::world::{World, must, share};

use crate::support::{assert_original_alone, group_with, linear, shares_written};

#[test]
fn an_original_that_is_down_gives_all_traffic_to_a_complete_replacement() {
    let world = World::new();
    let steps =
        json!({"steps": [{"weight": 20, "scale": 50, "hold": "30m"}, {"weight": 60, "hold": "30m"}, {"weight": 100}]});
    world.release("shop:42", &group_with(&world, steps));
    world.wait_holding("prod-1", 20);
    must(world.aws.set_behaviour("shop:41", &json!({"failsHealthChecks": {"afterSeconds": 0}})));
    world.wait_aws("all traffic at the replacement", |state| (share(state, RULE, GROUP_B) == Some(100)).then_some(()));
    world.wait_end("prod-1", "Succeeded");
    assert_eq!(shares_written(&world, GROUP_B), [20, 100]);
    let events = must(world.kubernetes.events());
    let told = events.iter().any(|event| {
        event["type"] == "Warning" && event["note"].as_str().is_some_and(|text| text.contains("no healthy target"))
    });
    assert!(told, "nobody was told: {events:#?}");
    world.assert_settled_but_for_losses();
    world.take_down();
}

#[test]
fn on_original_down_hold_keeps_the_schedule() {
    let world = World::new();
    let group = group_with(&world, json!({"canary": {"percentage": 20, "interval": "30m"}}));
    world.release("shop:42", &with(group, "/onOriginalDown", json!("Hold")));
    world.wait_holding("prod-1", 20);
    must(world.aws.set_behaviour("shop:41", &json!({"failsHealthChecks": {"afterSeconds": 0}})));
    world.wait_object("deployments", "prod-1", "to tell of the original", |one| {
        one["status"]["message"].as_str().is_some_and(|text| text.contains("the original has no healthy target"))
    });
    world.wait_looks(3);
    assert_eq!(share(&must(world.aws.state()), RULE, GROUP_B), Some(20));
    world.end_hold("prod-1");
    world.wait_end("prod-1", "Succeeded");
    world.assert_settled_but_for_losses();
    world.take_down();
}

/// A task more every second, so that the newest is never healthy, and the task set never steady.
#[test]
fn a_release_goes_on_while_autoscaling_raises_the_count() {
    let mut scenario = scenario::shop();
    scenario["timing"]["provisioning"] = json!("700ms");
    scenario["timing"]["pending"] = json!("700ms");
    let steps: Vec<Value> =
        (0..300).map(|step| json!({"after": format!("{}s", 2 + step), "desiredCount": 5 + step})).collect();
    scenario["clusters"][0]["services"][0]["autoscaling"] = json!({"steps": steps});
    let world = World::of(&scenario);
    world.release("shop:42", &group_with(&world, linear()));
    world.wait_end("prod-1", "Succeeded");
    world.finish();
}

#[test]
fn clients_that_stuck_once_are_waited_out_though_stickiness_is_turned_off() {
    let mut scenario = scenario::shop();
    scenario["loadBalancers"][0]["listeners"][0]["rules"][0]["stickiness"] = json!("15s");
    let world = World::of(&scenario);
    world.release("shop:42", &group_with(&world, json!({"canary": {"percentage": 20, "interval": "30m"}})));
    world.wait_holding("prod-1", 20);
    // Written without stickiness, the rule has none.
    must(world.aws.set_forward(RULE, &[(GROUP_A, 80), (GROUP_B, 20)]));
    world.wait_looks(2);
    must(world.kubernetes.patch("deployments", "prod-1", &json!({"spec": {"stop": {"rollback": true}}})));
    world.wait_object("deployments", "prod-1", "to wait for clients that stick", |one| {
        one["status"]["message"].as_str().is_some_and(|text| text.contains("no client sticks"))
    });
    world.wait_end("prod-1", "Stopped");
    assert_original_alone(&world);
    world.finish();
}
