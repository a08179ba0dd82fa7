//! The load balancer in depth: cookies, connections, slow start, open failure, network load balancers, limits, tags.

use serde_json::{Value, json};

use crate::harness;
use crate::harness::{BLUE, GREEN, RULE, World, element};

fn sticky_shop(more: &str) -> World {
    World::of(
        &harness::SCENARIO.replace("requestsPerSecond: 200", &format!("requestsPerSecond: 200\n            {more}")),
    )
}

fn sticky_weigh(world: &mut World, blue: u32, green: u32) {
    let mut action = harness::forward(blue, green);
    action["ForwardConfig"]["TargetGroupStickinessConfig"] = json!({"Enabled": true, "DurationSeconds": 60});
    world.elb("ModifyRule", &json!({"RuleArn": RULE, "Actions": [action]})).unwrap();
}

fn route(world: &World) -> Value {
    world.look("traffic")["routes"][0].clone()
}

#[test]
fn clients_with_a_cookie_stay_until_it_expires_whatever_the_weights_say() {
    let mut world = sticky_shop("stickiness: 60s\n            clients: 40");
    let green = world.green("shop:42");
    world.until_steady(&green);
    let sent = |world: &World, group: &str| route(world)["byTargetGroup"][group].as_u64().unwrap_or(0);
    sticky_weigh(&mut world, 0, 100);
    let before = sent(&world, BLUE);
    world.pass(10_000);
    assert_eq!(sent(&world, BLUE) - before, 2000, "everyone has a cookie for the old group");
    assert_eq!(route(&world)["sticky"]["holders"], json!({BLUE: 40}));
    world.pass(60_000);
    let settled = sent(&world, BLUE);
    world.pass(5000);
    assert_eq!(sent(&world, BLUE), settled, "every cookie is over");
    assert_eq!(route(&world)["sticky"]["holders"], json!({GREEN: 40}));
    assert_eq!(world.lost(), 0);
}

#[test]
fn clients_that_stick_to_a_group_without_targets_are_lost() {
    let mut world = sticky_shop("stickiness: 60s\n            clients: 40");
    let green = world.green("shop:42");
    world.until_steady(&green);
    sticky_weigh(&mut world, 0, 100);
    let blue = world.primary();
    let zero =
        json!({"cluster": "prod", "service": "shop", "taskSet": blue, "scale": {"value": 0.0, "unit": "PERCENT"}});
    world.ecs("UpdateTaskSet", zero).unwrap();
    world.pass(5000);
    let sticky = route(&world)["sticky"].clone();
    assert!(world.lost() > 500 && sticky["lost"] == world.lost(), "{sticky}");
}

#[test]
fn an_open_connection_holds_without_any_cookie() {
    let mut world = sticky_shop("connection: 30s\n            clients: 10");
    let green = world.green("shop:42");
    world.until_steady(&green);
    world.weigh(0, 100).unwrap();
    let before = route(&world)["byTargetGroup"][GREEN].as_u64().unwrap_or(0);
    world.pass(1000);
    assert_eq!(route(&world)["byTargetGroup"][GREEN].as_u64().unwrap_or(0), before);
    world.pass(31_000);
    assert_eq!(route(&world)["sticky"]["holders"], json!({GREEN: 10}));
}

#[test]
fn unhealthy_targets_alone_are_tried_and_the_scenario_says_what_that_counts_as() {
    for (word, lost) in [("lost", true), ("served", false)] {
        let mut world = World::of(&format!("failOpen: {word}\n{}", harness::SCENARIO));
        // In their grace period unhealthy tasks are left alone.
        world
            .ecs("UpdateService", json!({"cluster": "prod", "service": "shop", "healthCheckGracePeriodSeconds": 600}))
            .unwrap();
        world.post("taskDefinitions/shop:41/behaviour", r#"{"failsHealthChecks": {}}"#);
        world.until("unhealthy", |world| world.group(BLUE)["unhealthy"] == 4);
        world.pass(1000);
        assert!(route(&world)["failedOpen"].as_u64().unwrap() >= 200, "{word}");
        assert_eq!(world.lost() > 0, lost, "{word}");
    }
}

#[test]
fn a_new_target_takes_its_load_slowly_and_the_rest_is_answered_with_errors_if_it_is_too_much() {
    let scenario = harness::SCENARIO
        .replace("name: shop-a, id: 73e2d6bc24d8a067,", "name: shop-a, id: 73e2d6bc24d8a067, slowStart: 30s,");
    let mut world = World::of(&scenario);
    world.post("taskDefinitions/shop:41/behaviour", r#"{"requestsPerSecond": 60}"#);
    world.pass(1000);
    assert_eq!(world.group(BLUE)["errors"], 0, "four tasks take 240 a second");
    world.ecs("UpdateService", json!({"cluster": "prod", "service": "shop", "desiredCount": 5})).unwrap();
    world.until("a fifth target", |world| world.group(BLUE)["healthy"] == 5);
    assert_eq!(world.group(BLUE)["slowStarting"], 1);
    world.pass(31_000);
    assert_eq!(world.group(BLUE)["slowStarting"], 0);
    assert_eq!(world.post("traffic", r#"{"route": "shop/443/10", "requestsPerSecond": 400}"#).0, 200);
    world.pass(10_000);
    let errors = world.group(BLUE)["errors"].as_u64().unwrap();
    assert!((900..=1010).contains(&errors), "100 a second too many: {errors}");
    assert_eq!(world.post("traffic", r#"{"route": "shop/443/11", "requestsPerSecond": 1}"#).0, 404);
}

const NETWORK: &str = "throttling: false
taskDefinitions: [{family: tcp, revision: 1, containers: [{name: web, image: x, port: 9000}]}]
targetGroups: [{name: tcp-a, protocol: TCP}, {name: tcp-b, protocol: TCP}]
loadBalancers:
  - name: net
    type: network
    listeners: [{port: 9000, defaultAction: {forward: {tcp-a: 100, tcp-b: 0}}, requestsPerSecond: 100, connection: 5s}]
clusters: [{name: prod, services: [{name: tcp, desiredCount: 1, taskSets: [{taskDefinition: 'tcp:1', targetGroup: tcp-a, primary: true}, {taskDefinition: 'tcp:1', targetGroup: tcp-b}]}]}]
";

#[test]
fn a_network_load_balancer_weighs_its_groups_slowly_and_has_no_rules() {
    let mut world = World::of(NETWORK);
    let state = world.look("state");
    let listener = state["routes"][0]["arn"].as_str().unwrap().to_owned();
    assert!(listener.contains(":listener/net/net/"), "{listener}");
    let groups: Vec<&str> =
        state["targetGroups"].as_array().unwrap().iter().map(|group| group["arn"].as_str().unwrap()).collect();
    let forward = json!([{"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": groups[0], "Weight": 0}, {"TargetGroupArn": groups[1], "Weight": 100}]}}]);
    world.elb("ModifyListener", &json!({"ListenerArn": listener, "DefaultActions": forward})).unwrap();
    let sent = |world: &World| route(world)["byTargetGroup"][groups[1]].as_u64().unwrap_or(0);
    world.pass(9_900);
    assert_eq!(sent(&world), 0, "the change takes ten seconds");
    world.pass(6_000);
    assert!(sent(&world) > 0);
    let rule = json!({"ListenerArn": listener, "Priority": 1, "Conditions": [{"Field": "path-pattern", "Values": ["/"]}], "Actions": forward});
    assert_eq!(world.elb("CreateRule", &rule).unwrap_err().code, "ValidationError");
    let xml = world.elb("DescribeLoadBalancers", &json!({})).unwrap();
    assert_eq!(element(&xml, "Type"), "network");
    let http = json!({"LoadBalancerArn": element(&xml, "LoadBalancerArn"), "Protocol": "HTTP", "Port": 80, "DefaultActions": forward});
    assert_eq!(world.elb("CreateListener", &http).unwrap_err().code, "UnsupportedProtocol");
}

/// Moves all weight from the first group to the second, waits, and ends the first one's task set.
fn end_the_first(scenario: &str, wait: u64) -> World {
    let mut world = World::of(scenario);
    let state = world.look("state");
    let group = |index: usize| state["targetGroups"][index]["arn"].clone();
    let forward = json!([{"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": group(0), "Weight": 0}, {"TargetGroupArn": group(1), "Weight": 100}]}}]);
    world.elb("ModifyListener", &json!({"ListenerArn": state["routes"][0]["arn"], "DefaultActions": forward})).unwrap();
    world.pass(wait);
    let sets = world.ecs("DescribeTaskSets", json!({"cluster": "prod", "service": "tcp"})).unwrap();
    let id = |index: usize| sets["taskSets"][index]["id"].clone();
    let shop = |more: Value| {
        let mut all = json!({"cluster": "prod", "service": "tcp", "force": true});
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    let promoted = json!({"cluster": "prod", "service": "tcp", "primaryTaskSet": id(1)});
    world.ecs("UpdateServicePrimaryTaskSet", promoted).unwrap();
    world.ecs("DeleteTaskSet", shop(json!({"taskSet": id(0)}))).unwrap();
    world
}

#[test]
fn open_connections_go_on_at_targets_that_drain_and_are_cut_with_the_last_of_them() {
    let cut = |world: &World| route(world)["sticky"]["cut"].as_u64().unwrap();
    let mut short = end_the_first(NETWORK, 10_100);
    short.pass(4_000);
    assert_eq!(
        (cut(&short), short.lost(), short.violations()),
        (0, 0, Vec::new()),
        "the group drains for five seconds"
    );
    short.pass(20_000);
    assert_eq!((cut(&short), short.lost()), (0, 0), "connections of five seconds end by themselves");

    let mut long = end_the_first(&NETWORK.replace("connection: 5s", "connection: 60s"), 10_100);
    long.pass(4_000);
    assert_eq!((cut(&long), long.lost()), (0, 0));
    long.pass(20_000);
    assert!(cut(&long) > 0, "they outlast the drain");
    assert_eq!(long.lost(), cut(&long), "each costs one request, and is opened anew");
}

#[test]
fn a_task_set_that_ends_before_the_network_load_balancer_works_by_its_new_weights_is_a_violation() {
    let mut world = end_the_first(NETWORK, 4_500);
    assert_eq!(world.violations(), ["S3 NoDeleteLive"]);
    world.pass(20_000);
    assert!(world.lost() > 0, "new connections still go there");
}

#[test]
fn what_is_in_use_cannot_be_deleted_and_what_is_not_can() {
    let mut world = World::shop();
    let group = |arn: &str| json!({"TargetGroupArn": arn});
    assert_eq!(world.elb("DeleteTargetGroup", &group(BLUE)).unwrap_err().code, "ResourceInUse");
    let rules = world.elb("DescribeRules", &json!({"ListenerArn": harness::TEST_LISTENER})).unwrap();
    let default = json!({"RuleArn": element(&rules, "RuleArn")});
    assert_eq!(world.elb("DeleteRule", &default).unwrap_err().code, "OperationNotPermitted");
    world.elb("DeleteRule", &json!({"RuleArn": RULE})).unwrap();
    assert_eq!(world.elb("DeleteRule", &json!({"RuleArn": RULE})).unwrap_err().code, "RuleNotFound");
    world.elb("DeleteListener", &json!({"ListenerArn": harness::TEST_LISTENER})).unwrap();
    world.pass(100);
    assert_eq!(world.group(BLUE)["unused"], 4, "nobody uses the group any more");
    world.elb("DeleteTargetGroup", &group(GREEN)).unwrap();
    assert_eq!(
        world.elb("DescribeTargetGroups", &json!({"TargetGroupArns": [GREEN]})).unwrap_err().code,
        "TargetGroupNotFound"
    );
}

#[test]
fn tags_are_kept_changed_and_shown_for_every_kind_of_resource() {
    let mut world = World::shop();
    let arns = [BLUE, RULE, harness::TEST_LISTENER];
    world.elb("AddTags", &json!({"ResourceArns": arns, "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b"}]})).unwrap();
    world.elb("RemoveTags", &json!({"ResourceArns": [RULE], "TagKeys": ["b"]})).unwrap();
    let xml = world.elb("DescribeTags", &json!({"ResourceArns": arns})).unwrap();
    assert_eq!((xml.matches("<Key>a</Key>").count(), xml.matches("<Key>b</Key>").count()), (3, 2), "{xml}");
    let table = [
        (format!("{RULE}0"), "RuleNotFound"),
        (format!("{BLUE}0"), "TargetGroupNotFound"),
        (format!("{}0", harness::TEST_LISTENER), "ListenerNotFound"),
        ("nonsense".to_owned(), "ValidationError"),
    ];
    for (arn, code) in table {
        assert_eq!(world.elb("DescribeTags", &json!({"ResourceArns": [arn]})).unwrap_err().code, code);
    }
}

#[test]
fn the_same_creation_twice_is_one_and_another_one_of_the_name_is_refused() {
    let mut world = World::shop();
    let group =
        |port: u16| json!({"Name": "new", "Protocol": "HTTP", "Port": port, "VpcId": "vpc-1", "TargetType": "ip"});
    let first = element(&world.elb("CreateTargetGroup", &group(80)).unwrap(), "TargetGroupArn");
    assert_eq!(element(&world.elb("CreateTargetGroup", &group(80)).unwrap(), "TargetGroupArn"), first);
    assert_eq!(world.elb("CreateTargetGroup", &group(81)).unwrap_err().code, "DuplicateTargetGroupName");
    let balancer = |scheme: &str| json!({"Name": "new", "Subnets": ["subnet-1", "subnet-2"], "Scheme": scheme});
    world.elb("CreateLoadBalancer", &balancer("internal")).unwrap();
    world.elb("CreateLoadBalancer", &balancer("internal")).unwrap();
    assert_eq!(
        world.elb("CreateLoadBalancer", &balancer("internet-facing")).unwrap_err().code,
        "DuplicateLoadBalancerName"
    );
    let page = world.elb("DescribeTargetGroups", &json!({"PageSize": 2})).unwrap();
    let rest =
        world.elb("DescribeTargetGroups", &json!({"PageSize": 2, "Marker": element(&page, "NextMarker")})).unwrap();
    assert_eq!((page.matches("<TargetGroupArn>").count(), rest.matches("<TargetGroupArn>").count()), (2, 2));
}
