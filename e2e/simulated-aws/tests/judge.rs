//! What the judge makes of routes that nobody saw, of rules that nobody named, and of what somebody else did.

use serde_json::{Value, json};

use crate::harness;
use crate::harness::{BLUE, GREEN, RULE, TEST_LISTENER, World, forward};

const OPERATOR: &str = "AKIAOPERATOR";
const PERSON: &str = "AKIAPERSON";
const LISTENER: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2";

/// The operator is about to end the blue task set: green has all traffic, and is the primary one.
fn all_traffic_moved() -> World {
    let mut world = World::shop();
    OPERATOR.clone_into(&mut world.access_key);
    let green = world.green("shop:42");
    world.until_steady(&green);
    world.weigh(0, 100).unwrap();
    world.weigh_test_listener(0, 100);
    promote(&mut world, &green);
    assert_eq!(world.violations(), Vec::<String>::new());
    world
}

fn shop(more: &Value) -> Value {
    let mut request = json!({"cluster": "prod", "service": "shop"});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    request
}

fn promote(world: &mut World, task_set: &str) {
    world.ecs("UpdateServicePrimaryTaskSet", shop(&json!({"primaryTaskSet": task_set}))).unwrap();
}

/// The one who calls forces a task set out.
fn delete(world: &mut World, task_set: &str) {
    world.ecs("DeleteTaskSet", shop(&json!({"taskSet": task_set, "force": true}))).unwrap();
}

/// Somebody else does this.
fn person(world: &mut World, does: impl FnOnce(&mut World)) {
    PERSON.clone_into(&mut world.access_key);
    does(world);
    OPERATOR.clone_into(&mut world.access_key);
}

fn create_rule(world: &mut World, groups: &Value) {
    let conditions = json!([{"Field": "path-pattern", "Values": ["/api/*"]}]);
    let action = json!({"Type": "forward", "ForwardConfig": {"TargetGroups": groups}});
    let rule = json!({"ListenerArn": LISTENER, "Priority": 5, "Conditions": conditions, "Actions": [action]});
    world.elb("CreateRule", &rule).unwrap();
}

fn forward_to(world: &mut World, group: &str) {
    let action = json!({"Type": "forward", "TargetGroupArn": group});
    world.elb("ModifyRule", &json!({"RuleArn": RULE, "Actions": [action]})).unwrap();
    world.elb("ModifyListener", &json!({"ListenerArn": TEST_LISTENER, "DefaultActions": [action]})).unwrap();
}

/// What the operator did wrong, as invariants and messages.
fn by(world: &World, access_key: &str) -> Vec<(String, String)> {
    let found = world.look("invariants");
    let own = found["violations"].as_array().unwrap().iter().filter(|one| one["accessKey"] == access_key);
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    own.map(|one| (text(one, "invariant"), text(one, "message"))).collect()
}

/// What somebody else does, and what is wrong with the end of the blue task set after it.
type Case = (&'static str, fn(&mut World), Option<&'static str>);

#[test]
fn nothing_is_ended_by_who_cannot_know_what_it_receives() {
    let table: &[Case] = &[
        ("nothing happens", |_| {}, None),
        (
            "a route of the release is gone",
            |world| drop(world.elb("DeleteRule", &json!({"RuleArn": RULE})).unwrap()),
            Some("does not exist any more"),
        ),
        ("a route of the release lost a target group", |world| forward_to(world, GREEN), Some("does not name")),
        (
            "a rule that the release never wrote",
            |world| create_rule(world, &json!([{"TargetGroupArn": BLUE, "Weight": 1}])),
            Some("gives its target group weight 1"),
        ),
        (
            "a rule that gives nothing to it",
            |world| {
                create_rule(
                    world,
                    &json!([{"TargetGroupArn": BLUE, "Weight": 0}, {"TargetGroupArn": GREEN, "Weight": 1}]),
                );
            },
            None,
        ),
    ];
    for (what, does, expected) in table {
        let mut world = all_traffic_moved();
        let blue = world.task_sets()[0]["id"].as_str().unwrap().to_owned();
        person(&mut world, does);
        delete(&mut world, &blue);
        let found = by(&world, OPERATOR);
        match expected {
            Some(words) => assert!(
                found.iter().any(|(name, message)| name == "S3 NoDeleteLive" && message.contains(words)),
                "{what}: {found:#?}"
            ),
            None => assert_eq!(found, [], "{what}"),
        }
    }
}

#[test]
fn what_no_route_can_reach_may_go() {
    let mut world = World::shop();
    OPERATOR.clone_into(&mut world.access_key);
    let green = world.green("shop:42");
    world.until_steady(&green);
    world.weigh(90, 10).unwrap();
    person(&mut world, |world| {
        forward_to(world, BLUE);
        world.elb("DeleteTargetGroup", &json!({"TargetGroupArn": GREEN})).unwrap();
    });
    delete(&mut world, &green);
    assert_eq!(by(&world, OPERATOR), []);
}

/// The weights of a rule that the release never wrote, and whether the promotion of green is wrong by it.
#[test]
fn nothing_is_promoted_while_another_rule_sends_requests_to_what_it_replaces() {
    let to = |group: &str, weight: u32| json!({"TargetGroupArn": group, "Weight": weight});
    for (what, groups, wrong) in [
        ("all to blue", json!([to(BLUE, 100), to(GREEN, 0)]), true),
        ("a half to blue", json!([to(BLUE, 1), to(GREEN, 1)]), true),
        ("all to green", json!([to(BLUE, 0), to(GREEN, 1)]), false),
    ] {
        let mut world = World::shop();
        OPERATOR.clone_into(&mut world.access_key);
        let green = world.green("shop:42");
        world.until_steady(&green);
        world.weigh(0, 100).unwrap();
        world.weigh_test_listener(0, 100);
        person(&mut world, |world| create_rule(world, &groups));
        promote(&mut world, &green);
        assert_eq!(by(&world, OPERATOR).iter().any(|(name, _)| name == "S4 OnePrimary"), wrong, "{what}");
    }
}

#[test]
fn a_promotion_over_a_route_that_is_gone_is_wrong() {
    let mut world = World::shop();
    OPERATOR.clone_into(&mut world.access_key);
    let green = world.green("shop:42");
    world.until_steady(&green);
    world.weigh(0, 100).unwrap();
    world.weigh_test_listener(0, 100);
    person(&mut world, |world| drop(world.elb("DeleteRule", &json!({"RuleArn": RULE})).unwrap()));
    promote(&mut world, &green);
    let found = by(&world, OPERATOR);
    assert!(
        found.iter().any(|(name, message)| name == "S4 OnePrimary" && message.contains("promoted while")),
        "{found:#?}"
    );
}

#[test]
fn a_route_that_was_a_releases_own_before_is_none_of_the_next_one() {
    let mut world = all_traffic_moved();
    let blue = world.task_sets()[0]["id"].as_str().unwrap().to_owned();
    let green = world.primary();
    delete(&mut world, &blue);
    world.pass(10_000);
    person(&mut world, |world| {
        create_rule(world, &json!([{"TargetGroupArn": BLUE, "Weight": 0}, {"TargetGroupArn": GREEN, "Weight": 100}]));
        world.elb("DeleteRule", &json!({"RuleArn": RULE})).unwrap();
    });
    let mut request = harness::green_request("shop:41");
    (request["externalId"], request["clientToken"]) = (json!("sluice-2"), json!("token-2"));
    request["loadBalancers"][0]["targetGroupArn"] = json!(BLUE);
    let next = world.ecs("CreateTaskSet", request).unwrap()["taskSet"]["id"].as_str().unwrap().to_owned();
    world.until_steady(&next);
    delete(&mut world, &next);
    assert_eq!(by(&world, OPERATOR), [], "{green}");
}

#[test]
fn a_primary_that_somebody_else_deleted_is_put_down_to_nobody_but_him() {
    let mut world = World::shop();
    let blue = world.primary();
    person(&mut world, |world| delete(world, &blue));
    world.pass(10_000);
    let is_told = |world: &World| world.violations().iter().any(|name| name == "S4 OnePrimary");
    assert!(!is_told(&world), "nothing runs that could be the primary");
    world.green("shop:42");
    world.pass(1000);
    assert_eq!(by(&world, OPERATOR), []);
    assert!(is_told(&world));
    let found = world.look("invariants");
    let found = found["violations"].as_array().unwrap().iter().find(|one| one["invariant"] == "S4 OnePrimary").unwrap();
    assert_eq!((&found["operation"], &found["accessKey"]), (&json!("DeleteTaskSet"), &json!(PERSON)), "{found}");
}

#[test]
fn the_operator_is_named_where_it_did_the_same() {
    let mut world = World::shop();
    OPERATOR.clone_into(&mut world.access_key);
    let blue = world.primary();
    delete(&mut world, &blue);
    world.pass(10_000);
    person(&mut world, |world| drop(world.green("shop:42")));
    let found = by(&world, OPERATOR);
    assert!(found.iter().any(|(name, _)| name == "S4 OnePrimary"), "{found:#?}");
    assert_eq!(by(&world, PERSON), []);
}

#[test]
fn a_share_that_stops_half_way_down_is_put_down_to_whoever_lowered_it() {
    let mut world = World::shop();
    let green = world.green("shop:42");
    world.until_steady(&green);
    OPERATOR.clone_into(&mut world.access_key);
    world.weigh(50, 50).unwrap();
    world.weigh(70, 30).unwrap();
    person(&mut world, |world| drop(world.elb("ModifyRule", &json!({"RuleArn": RULE, "Actions": [forward(70, 30)]}))));
    world.pass(61_000);
    let found = by(&world, OPERATOR);
    assert!(found.iter().any(|(name, _)| name == "S7 Monotone"), "{:#?}", world.look("invariants"));
    assert_eq!(by(&world, PERSON), []);
}
