//! A group's strategy is what Git says: given later, changed, and taken away again, by both kinds of apply.

use serde_json::{Value, json};
use sluice_e2e::manifests::{application, with};
use sluice_e2e::poll;
use sluice_e2e::world::{World, must};

/// The world's group with this configuration; none at all for null.
fn group(world: &World, config: Value) -> String {
    with(world.group(), "/deploymentConfig", config).to_string()
}

/// `status.strategy` of the group gets to be this.
#[track_caller]
fn wait_strategy(world: &World, strategy: &str) {
    let what = format!("to have the strategy {strategy}");
    world.wait_object("deploymentgroups", "prod", &what, |group| group["status"]["strategy"] == strategy);
}

/// How many warnings the group's Events have about its strategy.
fn warnings(world: &World) -> usize {
    let events = must(world.kubernetes.events());
    let is_one = |event: &&Value| event["reason"] == "StrategyRemoved" && event["type"] == "Warning";
    events.iter().filter(is_one).count()
}

/// A group that began without a strategy is given one, then another, and then none, as an edit in Git is applied.
fn is_given_and_taken_away(apply: &[&str]) {
    let world = World::new();
    let apply_with = |config: Value| {
        let told = must(world.kubernetes.kubectl(&[apply, &["--filename", "-"]].concat(), &group(&world, config)));
        assert!(told.success, "{told:?}");
    };
    world.apply(&[application("shop:41")]);
    apply_with(Value::Null);
    wait_strategy(&world, "AllAtOnce");
    let shown = world.object("deploymentgroups", "prod");
    assert!(shown["spec"]["deploymentConfig"].is_null(), "someone wrote a strategy: {}", shown["spec"]);
    apply_with(json!({"canary": {"percentage": 10, "interval": "5m"}}));
    wait_strategy(&world, "canary 10% 5m");
    apply_with(json!({"name": "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"}));
    wait_strategy(&world, "linear 10% 1m");
    assert_eq!(warnings(&world), 0);
    apply_with(Value::Null);
    wait_strategy(&world, "AllAtOnce");
    must(poll::until("a warning that the strategy is gone", || Ok((warnings(&world) == 1).then_some(()))));
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    world.finish();
}

#[test]
fn a_strategy_is_given_and_taken_away_by_a_client_side_apply() {
    is_given_and_taken_away(&["apply"]);
}

#[test]
fn a_strategy_is_given_and_taken_away_by_a_server_side_apply() {
    is_given_and_taken_away(&["apply", "--server-side"]);
}
