//! Sizes that follow the traffic.

use serde_json::{Value, json};
use sluice_e2e::manifests::with;
use sluice_e2e::scenario::{self, CLUSTER, GROUP_A, GROUP_B, RULE, SERVICE};
use sluice_e2e::world::{World, must, share};

use crate::support::{assert_original_alone, group_with, shares_written};

/// Scales of the task sets on the two target groups; nothing where there is none.
fn scales(state: &Value) -> [Option<f64>; 2] {
    let sets = state["services"][0]["taskSets"].as_array().unwrap();
    [GROUP_A, GROUP_B].map(|group| {
        let live = sets.iter().find(|set| set["targetGroupArn"] == group && set["status"] != "DRAINING");
        live.and_then(|set| set["scale"].as_f64())
    })
}

/// What serves nobody is released without waiting for what cannot get healthy, and serves once it is scaled up.
#[test]
fn a_service_with_desired_count_0_is_released_without_traffic() {
    let mut scenario = scenario::shop();
    scenario["clusters"][0]["services"][0]["desiredCount"] = json!(0);
    let world = World::of(&scenario);
    world.release("shop:42", &group_with(&world, json!({"canary": {"percentage": 10, "interval": "30m"}})));
    world.wait_end("prod-1", "Succeeded");
    let state = must(world.aws.state());
    assert_eq!((scales(&state), share(&state, RULE, GROUP_B)), ([None, Some(100.0)], Some(100)));
    must(world.aws.ecs("UpdateService", &json!({"cluster": CLUSTER, "service": SERVICE, "desiredCount": 4})));
    world.wait_aws("four tasks", |state| (state["services"][0]["taskSets"][0]["runningCount"] == 4).then_some(()));
    world.assert_settled_but_for_losses();
    world.take_down();
}

/// Four tasks by halves: never more than six. A stop in the hold grows the original before it takes its traffic, and the next
/// release goes through.
#[test]
fn the_original_shrinks_with_its_traffic_and_grows_before_it_returns() {
    let world = World::new();
    let halves = |hold: &str| json!({"steps": [{"weight": 50, "hold": hold}, {"weight": 100}]});
    let proportional = |hold: &str| with(group_with(&world, halves(hold)), "/capacity", json!("Proportional"));
    world.release("shop:42", &proportional("30m"));
    world.wait_holding("prod-1", 50);
    world.wait_aws("the original at its share", |state| (scales(state) == [Some(50.0); 2]).then_some(()));
    must(world.kubernetes.patch("deployments", "prod-1", &json!({"spec": {"stop": {"rollback": true}}})));
    world.wait_end("prod-1", "Stopped");
    assert_original_alone(&world);
    let state = must(world.aws.state());
    assert_eq!(scales(&state), [Some(100.0), None]);
    assert_eq!(share(&state, RULE, GROUP_B), Some(0));
    assert!(state["services"][0]["mostTasks"].as_u64().unwrap() <= 6, "{state:#}");
    world.apply(&[proportional("1s")]);
    world.change_revision("shop:46");
    world.wait_end("prod-2", "Succeeded");
    let state = must(world.aws.state());
    assert_eq!(scales(&state), [None, Some(100.0)]);
    assert!(state["services"][0]["mostTasks"].as_u64().unwrap() <= 6, "{state:#}");
    assert_eq!(shares_written(&world, GROUP_B).last(), Some(&100));
    world.finish();
}
