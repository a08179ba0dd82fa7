//! Task sets: what is refused, and how a set lives.

use serde_json::{Value, json};

use crate::harness::{BLUE, GREEN, World, green_request};

/// A request and how it is changed before it is sent, with the error it then gets.
type Refusal = (&'static str, fn(&mut Value), &'static str, &'static str);

const REFUSALS: &[Refusal] = &[
    ("an unknown cluster", |r| r["cluster"] = json!("nope"), "ClusterNotFoundException", "Cluster not found."),
    ("an unknown service", |r| r["service"] = json!("nope"), "ServiceNotFoundException", "Service not found."),
    ("a service that was deleted", |r| r["service"] = json!("retired"), "ServiceNotActiveException", "not ACTIVE"),
    (
        "a service that ECS itself deploys",
        |r| r["service"] = json!("native"),
        "InvalidParameterException",
        "external deployment controllers",
    ),
    (
        "an unknown task definition",
        |r| r["taskDefinition"] = json!("shop:999"),
        "ClientException",
        "TaskDefinition not found.",
    ),
    ("a scale above 100", |r| r["scale"]["value"] = json!(100.5), "InvalidParameterException", "between 0 and 100"),
    ("a scale below 0", |r| r["scale"]["value"] = json!(-1), "InvalidParameterException", "between 0 and 100"),
    ("another unit", |r| r["scale"]["unit"] = json!("COUNT"), "InvalidParameterException", "PERCENT"),
    (
        "no network for awsvpc",
        |r| {
            r.as_object_mut().unwrap().remove("networkConfiguration");
        },
        "InvalidParameterException",
        "Network Configuration must be provided",
    ),
    (
        "no subnets",
        |r| r["networkConfiguration"]["awsvpcConfiguration"]["subnets"] = json!([]),
        "InvalidParameterException",
        "subnets",
    ),
    (
        "launch type and capacity providers at once",
        |r| r["capacityProviderStrategy"] = json!([{"capacityProvider": "FARGATE"}]),
        "InvalidParameterException",
        "both a launch type and capacity provider",
    ),
    (
        "two load balancers",
        |r| {
            let one = r["loadBalancers"][0].clone();
            r["loadBalancers"].as_array_mut().unwrap().push(one);
        },
        "InvalidParameterException",
        "one load balancer",
    ),
    (
        "an unknown container",
        |r| r["loadBalancers"][0]["containerName"] = json!("db"),
        "InvalidParameterException",
        "The container db does not exist",
    ),
    (
        "an unknown port",
        |r| r["loadBalancers"][0]["containerPort"] = json!(9090),
        "InvalidParameterException",
        "container port 9090",
    ),
    (
        "an unknown target group",
        |r| {
            r["loadBalancers"][0]["targetGroupArn"] =
                json!("arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/no/0000000000000000");
        },
        "InvalidParameterException",
        "does not exist",
    ),
    (
        "a token that is too long",
        |r| r["clientToken"] = json!("x".repeat(37)),
        "InvalidParameterException",
        "client token",
    ),
    ("a parameter nobody knows", |r| r["colour"] = json!("blue"), "InvalidParameterException", "colour"),
    ("a parameter of the wrong type", |r| r["service"] = json!(7), "InvalidParameterException", "invalid type"),
    (
        "a tag twice",
        |r| r["tags"] = json!([{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]),
        "InvalidParameterException",
        "Duplicate",
    ),
];

#[test]
fn create_task_set_refuses_what_ecs_refuses_with_its_own_error() {
    for (what, change, code, fragment) in REFUSALS {
        let mut world = World::shop();
        let mut request = green_request("shop:42");
        change(&mut request);
        let failure = world.ecs("CreateTaskSet", request).expect_err(what);
        assert_eq!(failure.code, *code, "{what}: {}", failure.message);
        assert!(failure.message.contains(fragment), "{what}: {}", failure.message);
        assert_eq!(failure.status, 400, "{what}");
        assert_eq!(world.task_sets().len(), 1, "{what}");
    }
}

#[test]
fn a_target_group_without_a_listener_cannot_take_a_task_set() {
    let mut world = World::shop();
    let state = world.look("state");
    let groups = state["targetGroups"].as_array().unwrap();
    let nowhere = groups.iter().find(|group| group["name"] == "nowhere").unwrap()["arn"].clone();
    let mut request = green_request("shop:42");
    request["loadBalancers"][0]["targetGroupArn"] = nowhere;
    let failure = world.ecs("CreateTaskSet", request).unwrap_err();
    assert!(failure.message.contains("does not have an associated load balancer"), "{}", failure.message);
}

#[test]
fn a_scenario_starts_steady_and_healthy_from_the_first_describe_on() {
    let mut world = World::shop();
    let answer =
        world.ecs("DescribeServices", json!({"cluster": "prod", "services": ["shop"], "include": ["TAGS"]})).unwrap();
    let service = &answer["services"][0];
    assert_eq!(service["runningCount"], 4);
    assert_eq!(service["taskSets"][0]["stabilityStatus"], "STEADY_STATE");
    assert_eq!(service["taskDefinition"], "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:41");
    assert_eq!(service["loadBalancers"][0]["targetGroupArn"], BLUE);
    assert_eq!(world.group(BLUE)["healthy"], 4);
    world.pass(5000);
    assert_eq!(world.primary(), service["taskSets"][0]["id"].as_str().unwrap());
    assert_eq!(world.group(BLUE)["healthy"], 4);
}

#[test]
fn a_new_task_set_stabilises_only_when_every_task_is_healthy() {
    let mut world = World::shop();
    let id = world.green("shop:42");
    assert_eq!(world.task_set(&id).unwrap()["computedDesiredCount"], 4);
    let mut seen = Vec::new();
    for _ in 0..200 {
        world.pass(20);
        let set = world.task_set(&id).unwrap();
        let healthy = world.group(GREEN)["healthy"].as_u64().unwrap();
        if set["stabilityStatus"] == "STEADY_STATE" {
            assert_eq!((set["runningCount"].as_u64(), healthy), (Some(4), 4));
        }
        seen.push((set["pendingCount"].as_u64().unwrap(), set["runningCount"].as_u64().unwrap()));
    }
    assert!(seen.contains(&(4, 0)) && seen.last() == Some(&(0, 4)), "{seen:?}");
    assert_eq!(world.task_set(&id).unwrap()["stabilityStatus"], "STEADY_STATE");
}

#[test]
fn the_computed_count_is_always_rounded_up() {
    for (desired, percent, expected) in [
        (3, 50.0, 2),
        (4, 25.0, 1),
        (10, 1.0, 1),
        (10, 0.0, 0),
        (0, 100.0, 0),
        (3, 100.0, 3),
        (7, 10.0, 1),
        (10, 30.0, 3),
    ] {
        let mut world = World::shop();
        world.ecs("UpdateService", json!({"cluster": "prod", "service": "shop", "desiredCount": desired})).unwrap();
        let mut request = green_request("shop:42");
        request["scale"]["value"] = json!(percent);
        let answer = world.ecs("CreateTaskSet", request).unwrap();
        assert_eq!(answer["taskSet"]["computedDesiredCount"], expected, "{desired} x {percent} %");
    }
}

#[test]
fn the_same_client_token_makes_no_second_task_set() {
    let mut world = World::shop();
    let first = world.green("shop:42");
    world.pass(300);
    assert_eq!(world.green("shop:42"), first);
    assert_eq!(world.task_sets().len(), 2);
    let failure = world.ecs("CreateTaskSet", green_request("shop:41")).unwrap_err();
    assert_eq!(failure.code, "InvalidParameterException");
    assert!(failure.message.contains("token"), "{}", failure.message);
}

#[test]
fn a_sixth_task_set_is_refused_even_while_one_is_draining() {
    let mut world = World::shop();
    let mut ids = Vec::new();
    for number in 0..4 {
        let mut request = green_request("shop:42");
        request["clientToken"] = json!(format!("token-{number}"));
        ids.push(world.ecs("CreateTaskSet", request).unwrap()["taskSet"]["id"].clone());
    }
    world.pass(4000);
    world
        .ecs("DeleteTaskSet", json!({"cluster": "prod", "service": "shop", "taskSet": ids[0], "force": true}))
        .unwrap();
    let mut request = green_request("shop:42");
    request["clientToken"] = json!("token-6");
    let failure = world.ecs("CreateTaskSet", request.clone()).unwrap_err();
    assert!(failure.message.contains("5 deployments exist on the service"), "{}", failure.message);
    world.until("drained", |world| world.task_sets().len() == 4);
    world.ecs("CreateTaskSet", request).unwrap();
}

#[test]
fn deleting_needs_force_while_primary_or_scaled_and_then_drains() {
    let mut world = World::shop();
    let delete = |id: &str, force: bool| json!({"cluster": "prod", "service": "shop", "taskSet": id, "force": force});
    let blue = world.primary();
    let green = world.green("shop:42");
    world.until_steady(&green);
    for id in [&blue, &green] {
        let failure = world.ecs("DeleteTaskSet", delete(id, false)).unwrap_err();
        assert_eq!(failure.code, "InvalidParameterException");
    }
    let answer = world.ecs("DeleteTaskSet", delete(&green, true)).unwrap();
    assert_eq!(answer["taskSet"]["status"], "DRAINING");
    world.pass(1000);
    assert_eq!(world.group(GREEN)["draining"], 4, "the deregistration delay is 2 s");
    assert_eq!(world.task_set(&green).unwrap()["runningCount"], 0);
    world.until("gone", |world| world.task_set(&green).is_none());
    assert_eq!(world.group(GREEN)["draining"], 0);
    assert_eq!(world.ecs("DeleteTaskSet", delete(&green, true)).unwrap_err().code, "TaskSetNotFoundException");
    let described =
        world.ecs("DescribeTaskSets", json!({"cluster": "prod", "service": "shop", "taskSets": [green]})).unwrap();
    assert_eq!(described["failures"][0]["reason"], "MISSING");
}

#[test]
fn promotion_moves_primary_and_the_service_mirrors_it() {
    let mut world = World::shop();
    let blue = world.primary();
    let green = world.green("shop:42");
    world.until_steady(&green);
    let answer = world
        .ecs("UpdateServicePrimaryTaskSet", json!({"cluster": "prod", "service": "shop", "primaryTaskSet": green}))
        .unwrap();
    assert_eq!(answer["taskSet"]["status"], "PRIMARY");
    assert_eq!(world.task_set(&blue).unwrap()["status"], "ACTIVE");
    let answer = world.ecs("DescribeServices", json!({"cluster": "prod", "services": ["shop"]})).unwrap();
    assert!(answer["services"][0]["taskDefinition"].as_str().unwrap().ends_with("shop:42"));
    assert_eq!(answer["services"][0]["loadBalancers"][0]["targetGroupArn"], GREEN);
}

#[test]
fn a_change_of_scale_or_desired_count_unsettles_a_task_set_until_it_is_met() {
    let mut world = World::shop();
    let blue = world.primary();
    world.ecs("UpdateService", json!({"cluster": "prod", "service": "shop", "desiredCount": 6})).unwrap();
    assert_eq!(world.task_set(&blue).unwrap()["computedDesiredCount"], 6);
    world.pass(40);
    assert_eq!(world.task_set(&blue).unwrap()["stabilityStatus"], "STABILIZING");
    world.until_steady(&blue);
    assert_eq!(world.group(BLUE)["healthy"], 6);
    let half =
        json!({"cluster": "prod", "service": "shop", "taskSet": blue, "scale": {"value": 50.0, "unit": "PERCENT"}});
    assert_eq!(world.ecs("UpdateTaskSet", half).unwrap()["taskSet"]["computedDesiredCount"], 3);
    world.pass(100);
    assert_eq!(world.group(BLUE)["draining"], 3);
    world.until_steady(&blue);
}

#[test]
fn the_service_refuses_to_be_given_what_belongs_to_task_sets() {
    for (key, value) in [
        ("taskDefinition", json!("shop:42")),
        ("platformVersion", json!("1.4.0")),
        ("forceNewDeployment", json!(true)),
        ("loadBalancers", json!([])),
    ] {
        let mut world = World::shop();
        let mut request = json!({"cluster": "prod", "service": "shop"});
        request[key] = value;
        let failure = world.ecs("UpdateService", request).expect_err(key);
        assert!(failure.message.contains("EXTERNAL deployment controller"), "{key}: {}", failure.message);
    }
}

#[test]
fn a_deleted_service_drains_and_stays_describable_as_inactive() {
    let mut world = World::shop();
    let delete = |force: bool| json!({"cluster": "prod", "service": "shop", "force": force});
    assert_eq!(world.ecs("DeleteService", delete(false)).unwrap_err().code, "InvalidParameterException");
    let answer = world.ecs("DeleteService", delete(true)).unwrap();
    assert_eq!(answer["service"]["status"], "DRAINING");
    world.pass(10_000);
    let answer = world.ecs("DescribeServices", json!({"cluster": "prod", "services": ["shop", "never"]})).unwrap();
    assert_eq!(answer["services"][0]["status"], "INACTIVE");
    assert_eq!(answer["failures"][0]["reason"], "MISSING");
    assert_eq!(
        world
            .ecs(
                "UpdateService",
                delete(true)
                    .as_object()
                    .map(|_| json!({"cluster": "prod", "service": "shop", "desiredCount": 1}))
                    .unwrap()
            )
            .unwrap_err()
            .code,
        "ServiceNotActiveException"
    );
}

#[test]
fn describe_services_takes_ten_services_and_no_more() {
    let mut world = World::shop();
    let eleven: Vec<String> = (0..11).map(|number| format!("s{number}")).collect();
    let failure = world.ecs("DescribeServices", json!({"cluster": "prod", "services": eleven})).unwrap_err();
    assert_eq!(failure.code, "InvalidParameterException");
}

#[test]
fn tags_are_shown_when_asked_for_and_can_be_added() {
    let mut world = World::shop();
    let id = world.green("shop:42");
    let arn = world.task_set(&id).unwrap()["arn"].clone();
    world.ecs("TagResource", json!({"resourceArn": arn, "tags": [{"key": "more", "value": "1"}]})).unwrap();
    let listed = world.ecs("ListTagsForResource", json!({"resourceArn": arn})).unwrap();
    assert_eq!(listed["tags"].as_array().unwrap().len(), 2);
    let plain = world.ecs("DescribeTaskSets", json!({"cluster": "prod", "service": "shop", "taskSets": [id]})).unwrap();
    assert_eq!(plain["taskSets"][0]["tags"], json!([]));
    assert_eq!(plain["taskSets"][0]["externalId"], "sluice-1");
    let failure = world
        .ecs(
            "TagResource",
            json!({"resourceArn": "arn:aws:ecs:eu-west-1:123456789012:task-set/prod/shop/ecs-svc/1", "tags": []}),
        )
        .unwrap_err();
    assert_eq!(failure.code, "ResourceNotFoundException");
}
