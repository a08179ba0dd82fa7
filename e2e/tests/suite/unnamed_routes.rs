//! Rules of the load balancer that the group does not name: there before a release, made in the middle of one, or not to be
//! read.

use serde_json::{Value, json};
use sluice_e2e::manifests::{application, deployment, with};
use sluice_e2e::scenario::{self, GROUP_A, GROUP_B, LISTENER, RULE};
use sluice_e2e::world::{World, must};

use crate::support::{count, go_on_to, group_with, in_the_middle_of_a_shift, linear};

/// ID of the rule that is in the scenario and in no group.
const OTHER_ID: &str = "0000000000000005";

fn other_rule() -> String {
    RULE.replace("9683b2d02a6cabee", OTHER_ID)
}

/// A rule of its own for a part of the paths, which forwards as the production route does.
fn with_another_rule() -> World {
    let mut scenario = scenario::shop();
    let rules = &mut scenario["loadBalancers"][0]["listeners"][0]["rules"];
    let rule = json!({
        "priority": 5, "id": OTHER_ID, "path": "/api/*",
        "forward": {"shop-a": 100, "shop-b": 0}, "requestsPerSecond": 50,
    });
    rules.as_array_mut().unwrap().push(rule);
    World::of(&scenario)
}

/// Somebody makes a rule for a part of the paths, and sends its requests to one target group. Answers its ARN.
fn make_rule(world: &World, group: &str) -> String {
    let parameters = [
        ("ListenerArn", LISTENER),
        ("Priority", "7"),
        ("Conditions.member.1.Field", "path-pattern"),
        ("Conditions.member.1.Values.member.1", "/api/*"),
        ("Actions.member.1.Type", "forward"),
        ("Actions.member.1.TargetGroupArn", group),
    ];
    let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let made = must(world.aws.load_balancing("CreateRule", &parameters));
    let arn = made.split("<RuleArn>").nth(1).and_then(|rest| rest.split('<').next()).unwrap().to_owned();
    must(world.aws.post("traffic", &json!({"route": "shop/443/7", "requestsPerSecond": 50})));
    arn
}

fn assert_no_violation(world: &World) {
    let violations = must(world.aws.violations());
    assert!(violations.is_empty(), "{violations:#?}");
}

#[test]
fn a_rule_that_is_not_named_holds_a_release_until_it_is() {
    let world = with_another_rule();
    let group = group_with(&world, linear());
    world.release("shop:42", &group);
    world.apply(&[deployment("by-hand", "shop:46")]);
    world.wait_condition("deployments", "by-hand", "Stalled", "UnnamedRoute");
    must(world.kubernetes.kubectl_delete("deployment", "by-hand"));
    let told = world.wait_condition("deploymentgroups", "prod", "Stalled", "UnnamedRoute");
    for word in [format!("- listenerRule: {}", other_rule()), "priority 5 (/api/*)".to_owned(), "shop-a".to_owned()] {
        assert!(told.contains(&word), "{word} is not in {told}");
    }
    assert!(world.writes().is_empty(), "{:?}", world.writes());
    let routes: Value = json!([{"listenerRule": RULE}, {"listenerRule": other_rule()}]);
    world.apply(&[with(group, "/loadBalancer/productionRoutes", routes)]);
    world.wait_end("prod-1", "Succeeded");
    world.finish();
}

#[test]
fn a_rule_that_someone_makes_beside_an_idle_group_is_told_for_as_long_as_it_is_there() {
    let world = World::new();
    world.apply(&[application("shop:41"), world.group()]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    let rule = make_rule(&world, GROUP_A);
    let told = world.wait_condition("deploymentgroups", "prod", "Stalled", "UnnamedRoute");
    assert!(told.contains(&rule), "{told}");
    must(world.aws.load_balancing("DeleteRule", &[("RuleArn".to_owned(), rule)]));
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    world.finish();
}

// S3 NoDeleteLive
#[test]
fn a_rule_that_someone_makes_in_the_middle_keeps_the_original_until_it_moves_too() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    let rule = make_rule(&world, GROUP_A);
    world.end_hold("prod-1");
    let told = world.wait_condition("deployments", "prod-1", "Stalled", "UnnamedRoute");
    assert!(told.contains("priority 7 (/api/*)") && told.contains("shop-a"), "{told}");
    assert_eq!(count(&world, "DeleteTaskSet"), 0);
    must(world.aws.set_forward(&rule, &[(GROUP_B, 1)]));
    world.wait_end("prod-1", "Succeeded");
    assert_no_violation(&world);
    assert_eq!(must(world.aws.traffic())["lost"], 0);
}

#[test]
fn a_rule_that_someone_makes_for_the_replacement_keeps_it_when_the_release_is_stopped() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    let rule = make_rule(&world, GROUP_B);
    must(world.kubernetes.patch("deployments", "prod-1", &json!({"spec": {"stop": {"rollback": true}}})));
    world.wait_condition("deployments", "prod-1", "Stalled", "UnnamedRoute");
    assert_eq!(count(&world, "DeleteTaskSet"), 0);
    must(world.aws.load_balancing("DeleteRule", &[("RuleArn".to_owned(), rule)]));
    world.wait_end("prod-1", "Stopped");
    assert_no_violation(&world);
    world.finish();
}

#[test]
fn a_deployment_that_is_deleted_does_not_wait_for_a_rule_that_someone_made() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    make_rule(&world, GROUP_B);
    must(world.kubernetes.kubectl_delete("deployment", "prod-1"));
    world.wait_gone("deployments", "prod-1");
    assert_eq!(count(&world, "DeleteTaskSet"), 0, "what receives requests is kept");
    assert_no_violation(&world);
}

#[test]
fn nothing_begins_while_the_listeners_may_not_be_listed() {
    let world = World::new();
    must(world.aws.add_faults(&json!({"kind": "access-denied", "operation": "DescribeListeners"})));
    let group = group_with(&world, linear());
    world.release("shop:42", &group);
    let told = world.wait_condition("deploymentgroups", "prod", "Stalled", "AccessDenied");
    assert!(told.contains("DescribeListeners"), "{told}");
    world.apply(&[deployment("by-hand", "shop:46")]);
    let told = world.wait_condition("deployments", "by-hand", "Stalled", "AccessDenied");
    assert!(told.contains("DescribeListeners"), "{told}");
    must(world.kubernetes.kubectl_delete("deployment", "by-hand"));
    world.wait_gone("deployments", "by-hand");
    assert!(world.writes().is_empty(), "{:?}", world.writes());
    must(world.aws.clear_faults());
    world.wait_end("prod-1", "Succeeded");
    world.finish();
}

#[test]
fn a_rule_that_is_named_in_the_middle_of_its_release_is_not_waited_for_by_the_next() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    let rule = make_rule(&world, GROUP_B);
    must(world.aws.set_forward(&rule, &[(GROUP_A, 0), (GROUP_B, 1)]));
    go_on_to(&world, "prod-1", "Succeeded");
    let routes: Value = json!([{"listenerRule": RULE}, {"listenerRule": rule}]);
    let group = group_with(&world, linear());
    world.apply(&[with(group, "/loadBalancer/productionRoutes", routes)]);
    world.change_revision("shop:46");
    world.wait_end("prod-2", "Succeeded");
    world.finish();
}

#[test]
fn listeners_that_may_not_be_listed_any_more_hold_no_delete_of_the_deployment() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.aws.add_faults(&json!({"kind": "access-denied", "operation": "DescribeListeners"})));
    world.end_hold("prod-1");
    let told = world.wait_condition("deployments", "prod-1", "Stalled", "AccessDenied");
    assert!(told.contains("DescribeListeners"), "{told}");
    must(world.kubernetes.kubectl_delete("deployment", "prod-1"));
    world.wait_gone("deployments", "prod-1");
    assert_eq!(count(&world, "DeleteTaskSet"), 0, "what may receive requests is kept");
    assert_no_violation(&world);
}
