//! Time, faults with windows, reads from the past, and scripts.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness;
use crate::harness::{GREEN, RULE, World, green_request};

/// A release, people in its way, and faults, all by script.
const SCRIPTED: &str = r#"
alarms: [{name: errors, metric: HTTPCode_Target_5XX_Count, targetGroup: shop-b, period: 10s, threshold: 5, treatMissingData: notBreaching}]
script:
  - after: 1s
    call:
      service: ecs
      operation: CreateTaskSet
      accessKey: AKIARELEASE
      parameters:
        cluster: prod
        service: shop
        taskDefinition: "shop:42"
        externalId: sluice-1
        launchType: FARGATE
        networkConfiguration: {awsvpcConfiguration: {subnets: [subnet-1]}}
        loadBalancers: [{targetGroupArn: "${targetGroup:shop-b}", containerName: web, containerPort: 8080}]
  - after: 10s
    call: &half
      service: elbv2
      operation: ModifyRule
      accessKey: AKIARELEASE
      parameters:
        RuleArn: "${route:shop/443/10}"
        Actions:
          - Type: forward
            ForwardConfig:
              TargetGroups:
                - {TargetGroupArn: "${targetGroup:shop-a}", Weight: 50}
                - {TargetGroupArn: "${targetGroup:shop-b}", Weight: 50}
              TargetGroupStickinessConfig: {Enabled: false}
  - {after: 20s, behaviour: {taskDefinition: "shop:42", behaviour: {errorRate: 0.2}}}
  - {after: 25s, call: {service: ecs, operation: UpdateService, parameters: {cluster: prod, service: shop, desiredCount: 6}}}
  - {after: 30s, traffic: {route: shop/443/10, requestsPerSecond: 50}, faults: [{kind: throttling, probability: 0.5}]}
  - {after: 40s, call: {service: ecs, operation: UpdateTaskSet, parameters: {cluster: prod, service: shop, taskSet: "${newest:prod/shop}", scale: {value: 50, unit: PERCENT}}}}
"#;

fn scripted(seed: &str) -> World {
    World::of(&format!("{}{SCRIPTED}", harness::SCENARIO.replace("seed: 1", seed)))
}

fn told(world: &mut World) -> String {
    // The moments of requests that are not of the script are the same in every run, too.
    for _ in 0..20 {
        let _ = world.ecs("DescribeServices", json!({"cluster": "prod", "services": ["shop"]}));
    }
    ["journal", "state", "traffic", "invariants", "alarms"].map(|path| world.look(path).to_string()).join("\n")
}

#[test]
fn a_script_plays_a_release_and_the_people_around_it() {
    let mut world = scripted("seed: 1");
    world.pass(60_000);
    let journal = world.look("journal");
    let calls: Vec<(&str, u64, &str)> = journal
        .as_array()
        .unwrap()
        .iter()
        .map(|call| {
            (call["operation"].as_str().unwrap(), call["status"].as_u64().unwrap(), call["note"].as_str().unwrap())
        })
        .collect();
    let expected =
        ["CreateTaskSet", "ModifyRule", "UpdateService", "UpdateTaskSet"].map(|name| (name, 200, "scripted"));
    assert_eq!(calls, expected);
    assert_eq!(world.look("alarms")[0]["state"], "ALARM");
    assert_eq!(world.task_sets()[1]["computedDesiredCount"], 3, "half of six");
    let total = world.look("traffic")["total"].as_u64().unwrap();
    assert_eq!(total, 30 * 200 + 30 * 50);
}

#[test]
fn the_same_seed_gives_the_same_run_byte_for_byte_however_time_is_cut() {
    let strides: &[&[u64]] = &[&[20], &[60_000], &[1000], &[7, 13, 333, 4001]];
    let runs: Vec<String> = strides
        .iter()
        .map(|strides| {
            let mut world = scripted("seed: 1");
            let end = world.now.plus(Duration::from_mins(1));
            for stride in strides.iter().cycle() {
                world.now = world.now.plus(Duration::from_millis(*stride)).min(end);
                world.simulator.tick(world.now);
                if world.now == end {
                    break;
                }
            }
            told(&mut world)
        })
        .collect();
    for (stride, run) in strides.iter().zip(&runs) {
        assert!(*run == runs[0], "strides of {stride:?} ms lead elsewhere");
    }
    let mut other = scripted("seed: 2");
    other.pass(60_000);
    assert!(told(&mut other) != runs[0], "another seed, another run");
}

#[test]
fn reads_lag_behind_for_as_long_as_the_fault_says_and_writes_do_not() {
    let mut world = World::shop();
    world.post("faults", r#"{"kind": "stale-reads", "milliseconds": 5000, "seconds": 30}"#);
    world.pass(6000);
    let green = world.green("shop:42");
    let seen = |world: &mut World| {
        let found = world.ecs("DescribeServices", json!({"cluster": "prod", "services": ["shop"]})).unwrap();
        found["services"][0]["taskSets"].as_array().unwrap().len()
    };
    assert_eq!(seen(&mut world), 1, "not yet");
    assert_eq!(world.task_sets().len(), 2, "the world itself knows");
    assert_eq!(world.green("shop:42"), green, "the token is known at once");
    world.weigh(90, 10).unwrap();
    let rules = world.elb("DescribeRules", &json!({"RuleArns": [RULE]})).unwrap();
    assert!(rules.contains("<Weight>100</Weight>"), "{rules}");
    world.pass(6000);
    assert_eq!(seen(&mut world), 2);
    let rules = world.elb("DescribeRules", &json!({"RuleArns": [RULE]})).unwrap();
    assert!(rules.contains("<Weight>90</Weight>"), "{rules}");
    let stale = world.look("journal").as_array().unwrap().iter().filter(|call| call["note"] == "stale").count();
    assert_eq!(stale, 4);
    world.pass(20_000);
    world.ecs("DeleteTaskSet", json!({"cluster": "prod", "service": "shop", "taskSet": green, "force": true})).unwrap();
    let found = world.ecs("DescribeServices", json!({"cluster": "prod", "services": ["shop"]})).unwrap();
    assert_eq!(found["services"][0]["taskSets"][1]["status"], "DRAINING", "the fault is over");
}

#[test]
fn a_fault_has_a_window_and_may_be_meant_for_one_caller() {
    let mut world = World::shop();
    world.post("faults", r#"[{"kind": "access-denied", "afterSeconds": 2, "seconds": 2, "accessKey": "AKIATEST"}]"#);
    let failures = |world: &mut World| u32::from(world.ecs("DescribeClusters", json!({})).is_err());
    let mut told = Vec::new();
    for _ in 0..6 {
        told.push(failures(&mut world));
        world.pass(1000);
    }
    assert_eq!(told, [0, 0, 1, 1, 0, 0]);
    world.post("faults", r#"{"kind": "expired-token", "accessKey": "AKIASOMEONE"}"#);
    assert_eq!(failures(&mut world), 0);
    world.access_key = "AKIASOMEONE".to_owned();
    assert_eq!(world.ecs("DescribeClusters", json!({})).unwrap_err().code, "ExpiredTokenException");
}

#[test]
fn faults_of_a_scenario_are_in_force_from_the_beginning() {
    let mut world = World::of(&format!("faults: [{{kind: server-error, count: 1}}]\n{}", harness::SCENARIO));
    assert_eq!(world.ecs("CreateTaskSet", green_request("shop:42")).unwrap_err().code, "ServerException");
    world.ecs("CreateTaskSet", green_request("shop:42")).unwrap();
}

#[test]
fn limits_are_on_by_default_and_count_per_account_and_region() {
    let mut world = World::of("credentials: {accounts: {AKIAOTHER: '210987654321'}}");
    let calls = |world: &mut World| (0..200).filter(|_| world.elb("DescribeTargetGroups", &json!({})).is_ok()).count();
    assert_eq!(calls(&mut world), 40);
    world.access_key = "AKIAOTHER".to_owned();
    assert_eq!(calls(&mut world), 40, "another account has buckets of its own");
    let alarms = (0..50).filter(|_| world.cloudwatch("DescribeAlarms", json!({})).is_ok()).count();
    assert_eq!(alarms, 9);
}

#[test]
fn a_long_jump_skips_what_is_quiet_and_misses_nothing() {
    let mut world = World::shop();
    let green = world.green("shop:42");
    world.now = world.now.plus(Duration::from_hours(240));
    world.simulator.tick(world.now);
    assert_eq!(world.task_set(&green).unwrap()["stabilityStatus"], "STEADY_STATE");
    assert_eq!(world.group(GREEN)["healthy"], 4);
    let expected: u64 = 240 * 3600 * 200;
    assert_eq!(world.look("traffic")["total"].as_u64(), Some(expected));
    assert_eq!(world.lost(), 0);
    assert_eq!(world.look("state")["now"], Value::from(world.now.to_string()));
}
