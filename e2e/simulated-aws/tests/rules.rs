//! Rules, listeners and the traffic that follows them.

use serde_json::{Value, json};

use crate::harness;
use crate::harness::{BLUE, GREEN, RULE, TEST_LISTENER, World, forward};

type Refusal = (&'static str, fn(&mut Value), &'static str);

const REFUSALS: &[Refusal] = &[
    (
        "a weight above 999",
        |r| r["Actions"][0]["ForwardConfig"]["TargetGroups"][0]["Weight"] = json!(1000),
        "ValidationError",
    ),
    (
        "a negative weight",
        |r| r["Actions"][0]["ForwardConfig"]["TargetGroups"][0]["Weight"] = json!(-1),
        "ValidationError",
    ),
    (
        "a weight that is no integer",
        |r| r["Actions"][0]["ForwardConfig"]["TargetGroups"][0]["Weight"] = json!(0.5),
        "ValidationError",
    ),
    (
        "an unknown target group",
        |r| r["Actions"][0]["ForwardConfig"]["TargetGroups"][0]["TargetGroupArn"] = json!("arn:no"),
        "TargetGroupNotFound",
    ),
    (
        "a target group twice",
        |r| r["Actions"][0]["ForwardConfig"]["TargetGroups"][0]["TargetGroupArn"] = json!(GREEN),
        "ValidationError",
    ),
    (
        "six target groups",
        |r| {
            let one = r["Actions"][0]["ForwardConfig"]["TargetGroups"][0].clone();
            r["Actions"][0]["ForwardConfig"]["TargetGroups"] = json!(vec![one; 6]);
        },
        "TooManyUniqueTargetGroupsPerLoadBalancer",
    ),
    (
        "stickiness without a duration",
        |r| r["Actions"][0]["ForwardConfig"]["TargetGroupStickinessConfig"] = json!({"Enabled": true}),
        "ValidationError",
    ),
    (
        "stickiness for too long",
        |r| {
            r["Actions"][0]["ForwardConfig"]["TargetGroupStickinessConfig"] =
                json!({"Enabled": true, "DurationSeconds": 604_801});
        },
        "ValidationError",
    ),
    (
        "no target group at all",
        |r| {
            r["Actions"][0].as_object_mut().unwrap().remove("ForwardConfig");
        },
        "ValidationError",
    ),
    ("two spellings that differ", |r| r["Actions"][0]["TargetGroupArn"] = json!(BLUE), "InvalidLoadBalancerAction"),
    ("an unknown type", |r| r["Actions"][0]["Type"] = json!("teleport"), "ValidationError"),
    ("an unknown parameter", |r| r["Colour"] = json!("blue"), "ValidationError"),
    ("an unknown rule", |r| r["RuleArn"] = json!(format!("{RULE}0")), "RuleNotFound"),
    (
        "sign-in without the answer after it",
        |r| r["Actions"] = json!([oidc(&json!({"ClientSecret": "s"}))]),
        "InvalidLoadBalancerAction",
    ),
    ("sign-in without a secret", |r| r["Actions"] = json!([oidc(&json!({})), second()]), "ValidationError"),
    (
        "sign-in with a secret that is not there",
        |r| r["Actions"] = json!([oidc(&json!({"UseExistingClientSecret": true})), second()]),
        "ValidationError",
    ),
];

fn oidc(more: &Value) -> Value {
    let mut config = json!({
        "Issuer": "https://idp.example.com", "AuthorizationEndpoint": "https://idp.example.com/a",
        "TokenEndpoint": "https://idp.example.com/t", "UserInfoEndpoint": "https://idp.example.com/u", "ClientId": "shop",
    });
    config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": config})
}

fn second() -> Value {
    let mut action = forward(100, 0);
    action["Order"] = json!(2);
    action
}

#[test]
fn modify_rule_refuses_what_the_load_balancer_refuses_and_changes_nothing() {
    for (what, change, code) in REFUSALS {
        let mut world = World::shop();
        let before = world.look("state")["routes"].clone();
        let mut request = json!({"RuleArn": RULE, "Actions": [forward(90, 10)]});
        change(&mut request);
        let failure = world.elb("ModifyRule", &request).expect_err(what);
        assert_eq!((failure.status, failure.code.as_str()), (400, *code), "{what}: {}", failure.message);
        assert_eq!(world.look("state")["routes"], before, "{what}");
    }
}

#[test]
fn a_default_rule_changes_through_its_listener_only() {
    let mut world = World::shop();
    let xml = world.elb("DescribeRules", &json!({"ListenerArn": TEST_LISTENER})).unwrap();
    let arn = xml.split("<RuleArn>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let failure = world.elb("ModifyRule", &json!({"RuleArn": arn, "Actions": [forward(1, 99)]})).unwrap_err();
    assert_eq!(failure.code, "OperationNotPermitted");
    world.weigh_test_listener(1, 99);
    let xml = world.elb("DescribeRules", &json!({"RuleArns": [arn]})).unwrap();
    assert!(xml.contains("<Priority>default</Priority>") && xml.contains("<Weight>99</Weight>"), "{xml}");
}

#[test]
fn a_secret_is_kept_when_asked_for_and_never_shown() {
    let mut world = World::shop();
    let actions = |more: Value| json!({"RuleArn": RULE, "Actions": [oidc(&more), second()]});
    world.elb("ModifyRule", &actions(json!({"ClientSecret": "very-secret", "AuthenticationRequestExtraParams": {"entry": {"1": {"key": "prompt", "value": "login"}}}}))).unwrap();
    let xml = world.elb("ModifyRule", &actions(json!({"UseExistingClientSecret": true}))).unwrap();
    assert!(xml.contains("<ClientId>shop</ClientId>") && !xml.contains("Secret"), "{xml}");
    for path in ["state", "journal"] {
        assert!(!world.look(path).to_string().contains("very-secret"), "{path}");
    }
    assert!(world.violations().iter().all(|name| name == "S10 ScopeOnly"), "{:?}", world.violations());
}

#[test]
fn a_single_target_group_is_shown_in_both_spellings() {
    let mut world = World::shop();
    let alone = json!({"RuleArn": RULE, "Actions": [{"Type": "forward", "TargetGroupArn": BLUE}]});
    let xml = world.elb("ModifyRule", &alone).unwrap();
    assert_eq!(xml.matches(BLUE).count(), 2, "{xml}");
    assert!(xml.contains("<Weight>1</Weight>") && xml.contains("<Enabled>false</Enabled>"), "{xml}");
}

#[test]
fn conditions_stay_when_only_actions_are_sent() {
    let mut world = World::shop();
    let xml = world.weigh(99, 1).unwrap();
    assert!(xml.contains("<Field>path-pattern</Field>"), "{xml}");
    assert!(xml.contains("<PathPatternConfig><Values><member>/*</member></Values></PathPatternConfig>"), "{xml}");
}

#[test]
fn requests_follow_the_weights_exactly_and_none_is_lost_while_targets_are_healthy() {
    let mut world = World::shop();
    let green = world.green("shop:42");
    world.until_steady(&green);
    let before = world.look("traffic");
    world.weigh(93, 7).unwrap();
    world.pass(10_000);
    let after = world.look("traffic");
    let sent = |traffic: &Value, arn: &str| traffic["routes"][0]["byTargetGroup"][arn].as_u64().unwrap_or(0);
    assert_eq!(after["total"].as_u64().unwrap() - before["total"].as_u64().unwrap(), 2000);
    assert_eq!(sent(&after, GREEN) - sent(&before, GREEN), 140);
    assert_eq!(after["lost"], 0);
}

#[test]
fn weight_on_an_empty_group_loses_its_share_and_is_a_violation() {
    let mut world = World::shop();
    world.pass(1000);
    world.weigh(90, 10).unwrap();
    world.pass(5000);
    assert_eq!(world.lost(), 100);
    let examples = world.look("traffic")["lostExamples"].as_array().unwrap().clone();
    assert_eq!((examples.len(), &examples[0]["weights"][GREEN]), (20, &json!(10)));
    assert_eq!(world.violations(), ["S2 NoEmptyTarget"]);
}

#[test]
fn old_weights_route_on_for_the_time_a_change_takes_to_spread() {
    let scenario = harness::SCENARIO.replace("timing:\n", "timing:\n  weightPropagation: 2s\n");
    let mut world = World::of(&scenario);
    world.pass(1000);
    world.weigh(0, 100).unwrap();
    world.pass(1900);
    assert_eq!(world.lost(), 0);
    world.pass(1000);
    assert!(world.lost() > 0);
}

#[test]
fn traffic_waits_for_the_first_healthy_target_of_its_route() {
    let scenario =
        harness::SCENARIO.replace("primary: true, container: web", "primary: true, running: false, container: web");
    let mut world = World::of(&scenario);
    world.pass(200);
    assert_eq!(world.look("traffic")["total"], 0);
    world.until("traffic", |world| world.look("traffic")["total"].as_u64() > Some(1000));
    assert_eq!(world.lost(), 0);
}

#[test]
fn everything_can_be_created_over_the_wire() {
    let mut world = World::of("");
    let created =
        world.elb("CreateLoadBalancer", &json!({"Name": "api", "Subnets": ["subnet-1", "subnet-2"]})).unwrap();
    let arn =
        |xml: &str, tag: &str| xml.split(&format!("<{tag}>")).nth(1).unwrap().split('<').next().unwrap().to_owned();
    let balancer = arn(&created, "LoadBalancerArn");
    let group = world
        .elb(
            "CreateTargetGroup",
            &json!({"Name": "api-a", "Protocol": "HTTP", "Port": 80, "VpcId": "vpc-1", "TargetType": "ip"}),
        )
        .unwrap();
    let group = arn(&group, "TargetGroupArn");
    let listener = json!({"LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 80, "DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]});
    let listener_arn = arn(&world.elb("CreateListener", &listener).unwrap(), "ListenerArn");
    assert_eq!(world.elb("CreateListener", &listener).unwrap_err().code, "DuplicateListener");
    let rule = json!({"ListenerArn": listener_arn, "Priority": 5, "Conditions": [{"Field": "host-header", "Values": ["api.example.com"]}], "Actions": [{"Type": "forward", "TargetGroupArn": group}]});
    world.elb("CreateRule", &rule).unwrap();
    assert_eq!(world.elb("CreateRule", &rule).unwrap_err().code, "PriorityInUse");
    let described = world.elb("DescribeTargetGroups", &json!({"TargetGroupArns": [group]})).unwrap();
    assert!(
        described.contains(&format!("<LoadBalancerArns><member>{balancer}</member></LoadBalancerArns>")),
        "{described}"
    );
    world.ecs("CreateCluster", json!({"clusterName": "prod"})).unwrap();
    let service = json!({"cluster": "prod", "serviceName": "api", "desiredCount": 2, "deploymentController": {"type": "EXTERNAL"}, "clientToken": "t"});
    world.ecs("CreateService", service.clone()).unwrap();
    world.ecs("CreateService", service.clone()).unwrap();
    let mut other = service;
    other["clientToken"] = json!("u");
    assert!(world.ecs("CreateService", other).unwrap_err().message.contains("not idempotent"));
    let definition = json!({"family": "api", "networkMode": "awsvpc", "containerDefinitions": [{"name": "web", "image": "api:1", "portMappings": [{"containerPort": 80}]}]});
    world.ecs("RegisterTaskDefinition", definition).unwrap();
    let mut request = harness::green_request("api:1");
    request["service"] = json!("api");
    request["loadBalancers"] = json!([{"targetGroupArn": group, "containerName": "web", "containerPort": 80}]);
    world.ecs("CreateTaskSet", request).unwrap();
    world.pass(8000);
    assert_eq!(world.group(&group)["healthy"], 2);
}

#[test]
fn a_target_group_belongs_to_one_load_balancer() {
    let mut world = World::shop();
    let created = world.elb("CreateLoadBalancer", &json!({"Name": "other", "Subnets": ["subnet-1"]})).unwrap();
    let balancer = created.split("<LoadBalancerArn>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let listener = json!({"LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 80, "DefaultActions": [{"Type": "forward", "TargetGroupArn": BLUE}]});
    assert_eq!(world.elb("CreateListener", &listener).unwrap_err().code, "TargetGroupAssociationLimit");
}

#[test]
fn attributes_change_how_long_targets_drain() {
    let mut world = World::shop();
    let modify = |value: &str| json!({"TargetGroupArn": BLUE, "Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": value}]});
    assert_eq!(world.elb("ModifyTargetGroupAttributes", &modify("3601")).unwrap_err().code, "ValidationError");
    world.elb("ModifyTargetGroupAttributes", &modify("30")).unwrap();
    let blue = world.primary();
    let zero =
        json!({"cluster": "prod", "service": "shop", "taskSet": blue, "scale": {"value": 0.0, "unit": "PERCENT"}});
    world.ecs("UpdateTaskSet", zero).unwrap();
    world.pass(25_000);
    assert_eq!(world.group(BLUE)["draining"], 4);
    world.pass(6000);
    assert_eq!(world.group(BLUE)["draining"], 0);
}
