//! What is not seen is not known: routes and target groups that go in the middle of a release, and labels that lie.

use serde_json::{Value, json};
use sluice_e2e::manifests::{deployment, with};
use sluice_e2e::scenario::{CLUSTER, GROUP_A, GROUP_B, LISTENER, RULE, SERVICE};
use sluice_e2e::world::{World, find_condition, find_service, must, share};

use crate::support::{assert_original_alone, group_with};

/// Last part of the rule's ARN, by which people know it.
const RULE_ID: &str = "9683b2d02a6cabee";

fn parameters(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Infrastructure as code replaces the rule by one of another priority, with the weights of the moment.
fn replace_rule(world: &World, weights: [&str; 2]) {
    must(world.aws.load_balancing(
        "CreateRule",
        &parameters(&[
            ("ListenerArn", LISTENER),
            ("Priority", "5"),
            ("Conditions.member.1.Field", "path-pattern"),
            ("Conditions.member.1.Values.member.1", "/*"),
            ("Actions.member.1.Type", "forward"),
            ("Actions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn", GROUP_A),
            ("Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight", weights[0]),
            ("Actions.member.1.ForwardConfig.TargetGroups.member.2.TargetGroupArn", GROUP_B),
            ("Actions.member.1.ForwardConfig.TargetGroups.member.2.Weight", weights[1]),
        ]),
    ));
    must(world.aws.load_balancing("DeleteRule", &parameters(&[("RuleArn", RULE)])));
}

fn task_sets(world: &World) -> Vec<Value> {
    let state = must(world.aws.state());
    let service = find_service(&state, &json!({"cluster": CLUSTER, "service": SERVICE})).unwrap();
    service["taskSets"].as_array().unwrap().clone()
}

/// Replaces the rule in the bake, when all traffic is the replacement's, and waits until that is told.
fn rule_replaced_in_the_bake(world: &World) {
    let group = with(world.group(), "/bake", json!("10m"));
    // Nobody could mend it, so that no end waits for this deadline.
    world.release("shop:42", &with(group, "/progressDeadline", json!("30m")));
    world.wait_object("deployments", "prod-1", "to bake", |one| one["status"]["state"] == "Baking");
    replace_rule(world, ["0", "100"]);
    let told = world.wait_condition("deployments", "prod-1", "Stalled", "RouteNotFound");
    assert!(told.contains(RULE_ID), "{told}");
}

// S3 NoDeleteLive
#[test]
fn a_task_set_whose_route_cannot_be_read_is_kept_when_its_release_is_stopped() {
    let world = World::new();
    rule_replaced_in_the_bake(&world);
    must(world.kubernetes.patch("deployments", "prod-1", &json!({"spec": {"stop": {"rollback": true}}})));
    let ended = world.wait_end("prod-1", "Failed");
    assert_eq!(ended["status"]["failure"]["code"], "MANUAL_ROLLBACK_FAILED");
    assert!(ended["status"]["message"].as_str().unwrap().contains(RULE_ID), "{}", ended["status"]["message"]);
    assert_eq!(find_condition(&ended, "RolledBack").unwrap()["status"], "False");
    assert_eq!(task_sets(&world).len(), 2, "what may serve is kept");
    assert!(world.writes().iter().all(|write| write != "DeleteTaskSet"), "{:?}", world.writes());
    let violations = must(world.aws.violations());
    assert!(violations.is_empty(), "{violations:#?}");
}

#[test]
fn a_deployment_whose_route_cannot_be_read_is_deleted_and_its_task_set_kept() {
    let world = World::new();
    rule_replaced_in_the_bake(&world);
    must(world.kubernetes.kubectl_delete("deployment", "prod-1"));
    world.wait_gone("deployments", "prod-1");
    assert_eq!(task_sets(&world).len(), 2, "what may serve is kept");
    assert!(must(world.aws.violations()).is_empty());
}

#[test]
fn a_target_group_that_is_deleted_in_a_canary_holds_neither_a_stop_nor_the_next_release() {
    let world = World::new();
    let group = group_with(&world, json!({"canary": {"percentage": 20, "interval": "10m"}}));
    world.release("shop:42", &group);
    world.wait_object("deployments", "prod-1", "to hold", |one| one["status"]["reason"] == "Holding");
    must(world.aws.set_forward(RULE, &[(GROUP_A, 1)]));
    must(world.aws.load_balancing("DeleteTargetGroup", &parameters(&[("TargetGroupArn", GROUP_B)])));
    world.wait_looks(2);
    must(world.kubernetes.patch("deployments", "prod-1", &json!({"spec": {"stop": {"rollback": true}}})));
    world.wait_end("prod-1", "Stopped");
    world.wait_aws("the original alone", |state| {
        let sets = find_service(state, &json!({"cluster": CLUSTER, "service": SERVICE}))?["taskSets"].as_array()?;
        (sets.len() == 1 && share(state, RULE, GROUP_A) == Some(100)).then_some(())
    });
    let name = ("Name".to_owned(), "shop-b2".to_owned());
    let rest = parameters(&[("Protocol", "HTTP"), ("Port", "8080"), ("VpcId", "vpc-1"), ("TargetType", "ip")]);
    let made = must(world.aws.load_balancing("CreateTargetGroup", &[vec![name], rest].concat()));
    let arn = made.split("<TargetGroupArn>").nth(1).and_then(|rest| rest.split('<').next()).unwrap();
    must(world.aws.set_forward(RULE, &[(GROUP_A, 100), (arn, 0)]));
    world.apply(&[with(group, "/loadBalancer/targetGroups", json!([GROUP_A, arn]))]);
    world.change_revision("shop:46");
    world.wait_object("deployments", "prod-2", "to hold", |one| one["status"]["reason"] == "Holding");
    must(world.kubernetes.kubectl_delete("deployment", "prod-1"));
    world.wait_gone("deployments", "prod-1");
    must(world.kubernetes.kubectl_delete("deployment", "prod-2"));
    world.wait_gone("deployments", "prod-2");
    assert_original_alone(&world);
    assert!(must(world.aws.violations()).is_empty());
}

/// A canary that holds 20 percent, with a deadline that no end waits for.
fn in_a_hold() -> World {
    let world = World::new();
    let group = group_with(&world, json!({"canary": {"percentage": 20, "interval": "30m"}}));
    world.release("shop:42", &with(group, "/progressDeadline", json!("30m")));
    world.wait_holding("prod-1", 20);
    world
}

#[test]
fn a_rule_and_a_target_group_that_are_gone_hold_no_stop_and_what_nothing_can_reach_goes() {
    let world = in_a_hold();
    must(world.aws.set_forward(RULE, &[(GROUP_A, 1)]));
    must(world.aws.load_balancing("DeleteRule", &parameters(&[("RuleArn", RULE)])));
    must(world.aws.load_balancing("DeleteTargetGroup", &parameters(&[("TargetGroupArn", GROUP_B)])));
    must(world.kubernetes.patch("deployments", "prod-1", &json!({"spec": {"stop": {"rollback": true}}})));
    let ended = world.wait_end("prod-1", "Failed");
    assert_eq!(find_condition(&ended, "RolledBack").unwrap()["status"], "False", "no one knows what the rule carries");
    world.wait_aws("the original alone", |state| {
        let service = find_service(state, &json!({"cluster": CLUSTER, "service": SERVICE}))?;
        let sets = service["taskSets"].as_array()?;
        (sets.len() == 1 && sets[0]["status"] == "PRIMARY").then_some(())
    });
    assert!(must(world.aws.violations()).is_empty());
}

#[test]
fn a_stop_without_a_target_group_to_return_to_keeps_what_serves() {
    let world = in_a_hold();
    must(world.aws.set_forward(RULE, &[(GROUP_B, 1)]));
    must(world.aws.load_balancing("DeleteTargetGroup", &parameters(&[("TargetGroupArn", GROUP_A)])));
    must(world.kubernetes.patch("deployments", "prod-1", &json!({"spec": {"stop": {"rollback": true}}})));
    let ended = world.wait_end("prod-1", "Failed");
    assert!(ended["status"]["message"].as_str().unwrap().contains("shop-a"), "{}", ended["status"]["message"]);
    assert!(world.writes().iter().all(|write| write != "DeleteTaskSet"), "{:?}", world.writes());
    assert!(must(world.aws.violations()).is_empty());
}

#[test]
fn a_deployment_of_someone_else_by_the_next_name_is_told_and_stands_in_the_way_of_nothing_once_it_is_gone() {
    let world = World::new();
    world.apply(&[with(deployment("prod-1", "shop:41"), "/paused", json!(true))]);
    world.release("shop:42", &world.group());
    let told = world.wait_condition("deploymentgroups", "prod", "Stalled", "Conflict");
    assert!(told.contains("prod-1"), "{told}");
    must(world.kubernetes.kubectl_delete("deployment", "prod-1"));
    world.wait_end("prod-1", "Succeeded");
    world.finish();
}

#[test]
fn labels_that_no_operator_gave_neither_end_the_operator_nor_stop_a_release() {
    let world = World::new();
    for (name, number) in [("bomb", "9223372036854775807"), ("prod-0", "0"), ("prod-7", "seven")] {
        let labels = json!({"sluice.dev/group": "prod", "sluice.dev/sequence": number});
        let mut odd = deployment(name, "shop:41");
        odd["metadata"]["labels"] = labels;
        world.apply(&[with(odd, "/paused", json!(true))]);
    }
    world.release("shop:42", &world.group());
    world.wait_object("deployments", "prod-1", "to be made", |_| true);
    for name in ["bomb", "prod-0", "prod-7"] {
        must(world.kubernetes.kubectl_delete("deployment", name));
    }
    world.wait_end("prod-1", "Succeeded");
    world.finish();
}
