//! Human hands in the middle of a shift: on a rule's conditions and stickiness, on the primary, on the count, on the
//! service itself.

use serde_json::{Value, json};
use sluice_e2e::scenario::{CLUSTER, GROUP_A, GROUP_B, RULE, SERVICE};
use sluice_e2e::world::{World, find_service, must, share};

use crate::support::{assert_original_alone, count, go_on_to, group_with, in_the_middle_of_a_shift, shares_written};

/// A world that holds a canary of 20 percent.
fn holding() -> World {
    let world = World::new();
    let config = json!({"canary": {"percentage": 20, "interval": "30m"}});
    world.release("shop:42", &group_with(&world, config));
    world.wait_holding("prod-1", 20);
    world
}

/// The production rule, as the simulator has it.
fn rule(world: &World) -> Value {
    let state = must(world.aws.state());
    state["routes"].as_array().unwrap().iter().find(|route| route["arn"] == RULE).unwrap().clone()
}

/// `ModifyRule`, by hand.
fn modify_rule(world: &World, parameters: &[(&str, &str)]) {
    let mut all = vec![("RuleArn".to_owned(), RULE.to_owned())];
    all.extend(parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    must(world.aws.load_balancing("ModifyRule", &all));
}

/// The task set that is, or is not, the primary.
fn task_set(world: &World, primary: bool) -> Value {
    let state = must(world.aws.state());
    let service = find_service(&state, &json!({"cluster": CLUSTER, "service": SERVICE})).unwrap();
    let sets = service["taskSets"].as_array().unwrap();
    sets.iter().find(|set| (set["status"] == "PRIMARY") == primary).unwrap().clone()
}

fn promote(world: &World, task_set: &Value) {
    let request = json!({"cluster": CLUSTER, "service": SERVICE, "primaryTaskSet": task_set["id"]});
    must(world.aws.ecs("UpdateServicePrimaryTaskSet", &request));
}

#[test]
fn conditions_that_someone_edits_stay_as_edited() {
    let world = holding();
    modify_rule(
        &world,
        &[
            ("Conditions.member.1.Field", "path-pattern"),
            ("Conditions.member.1.PathPatternConfig.Values.member.1", "/shop/*"),
        ],
    );
    // Longer than a look lasts, so that one has seen what was edited.
    world.wait_looks(2);
    go_on_to(&world, "prod-1", "Succeeded");
    let conditions =
        must(world.aws.load_balancing("DescribeRules", &[("RuleArns.member.1".to_owned(), RULE.to_owned())]));
    assert!(conditions.contains("/shop/*"), "{conditions}");
    assert_eq!(shares_written(&world, GROUP_B), [20, 100]);
    world.finish();
}

#[test]
fn stickiness_that_someone_turns_on_stays_on() {
    let world = holding();
    let action = "Actions.member.1.ForwardConfig";
    modify_rule(
        &world,
        &[
            ("Actions.member.1.Type", "forward"),
            (&format!("{action}.TargetGroups.member.1.TargetGroupArn"), GROUP_A),
            (&format!("{action}.TargetGroups.member.1.Weight"), "80"),
            (&format!("{action}.TargetGroups.member.2.TargetGroupArn"), GROUP_B),
            (&format!("{action}.TargetGroups.member.2.Weight"), "20"),
            (&format!("{action}.TargetGroupStickinessConfig.Enabled"), "true"),
            (&format!("{action}.TargetGroupStickinessConfig.DurationSeconds"), "2"),
        ],
    );
    // Longer than a look lasts, so that one has seen what was edited.
    world.wait_looks(2);
    go_on_to(&world, "prod-1", "Succeeded");
    let actions = rule(&world)["actions"].to_string();
    assert!(actions.to_lowercase().contains("\"durationseconds\":2"), "{actions}");
    assert_eq!(shares_written(&world, GROUP_B), [20, 100]);
    world.finish();
}

#[test]
fn a_weight_that_someone_edits_in_the_middle_of_a_linear_shift_is_put_right() {
    let world = World::new();
    world.release("shop:42", &group_with(&world, json!({"linear": {"percentage": 50, "interval": "30m"}})));
    world.wait_holding("prod-1", 50);
    must(world.aws.set_forward(RULE, &[(GROUP_A, 10), (GROUP_B, 90)]));
    world.wait_aws("the weight to be put right", |state| (share(state, RULE, GROUP_B) == Some(50)).then_some(()));
    go_on_to(&world, "prod-1", "Succeeded");
    assert_eq!(count(&world, "CreateTaskSet"), 1);
    world.finish();
}

#[test]
fn a_replacement_that_someone_promotes_in_the_middle_of_a_shift_is_released_all_the_same() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    let replacement = task_set(&world, false);
    promote(&world, &replacement);
    go_on_to(&world, "prod-1", "Succeeded");
    assert_eq!(task_set(&world, true)["id"], replacement["id"]);
    assert_eq!(count(&world, "CreateTaskSet"), 1);
    world.finish();
}

#[test]
fn a_replacement_that_someone_promoted_is_rolled_back_all_the_same() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    promote(&world, &task_set(&world, false));
    must(world.kubernetes.patch("deployments", "prod-1", &json!({"spec": {"stop": {}}})));
    world.wait_end("prod-1", "Stopped");
    assert_original_alone(&world);
    world.finish();
}

#[test]
fn a_desired_count_that_shrinks_in_the_middle_of_a_shift_is_followed_and_never_written() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.aws.ecs("UpdateService", &json!({"cluster": CLUSTER, "service": SERVICE, "desiredCount": 2})));
    let ended = go_on_to(&world, "prod-1", "Succeeded");
    assert_eq!(ended["status"]["replacement"]["desired"], 2);
    assert_eq!(count(&world, "UpdateService"), 0);
    world.finish();
}

#[test]
fn a_desired_count_that_grows_during_a_rollback_is_followed_and_never_written() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.aws.ecs("UpdateService", &json!({"cluster": CLUSTER, "service": SERVICE, "desiredCount": 6})));
    must(world.kubernetes.patch("deployments", "prod-1", &json!({"spec": {"stop": {}}})));
    world.wait_end("prod-1", "Stopped");
    assert_eq!(count(&world, "UpdateService"), 0);
    assert_original_alone(&world);
    world.finish();
}

#[test]
fn a_service_that_someone_deletes_in_the_middle_of_a_shift_ends_it_as_failed() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.aws.ecs("DeleteService", &json!({"cluster": CLUSTER, "service": SERVICE, "force": true})));
    let message = world.wait_condition("deployments", "prod-1", "Reconciling", "ServiceNotFound");
    assert!(message.contains("the service is gone"), "{message}");
    world.pass_deadline("prod-1");
    let ended = world.wait_end("prod-1", "Failed");
    let message = ended["status"]["failure"]["message"].as_str().unwrap();
    assert!(message.contains("service prod/shop is gone"), "{message}");
    // Nothing is left that could serve, or that could be written.
    world.assert_ended();
    world.assert_quiet();
    assert_eq!(count(&world, "CreateTaskSet"), 1);
    world.take_down();
}
