//! Where tasks are placed, how fast they are launched, and who changes how many there are.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness;
use crate::harness::{BLUE, World, green_request};

fn tasks(world: &mut World, task_set: &str) -> Vec<Value> {
    let listed = world.ecs("ListTasks", json!({"cluster": "prod", "startedBy": task_set})).unwrap();
    let request = json!({"cluster": "prod", "tasks": listed["taskArns"], "include": ["TAGS"]});
    world.ecs("DescribeTasks", request).unwrap()["tasks"].as_array().unwrap().clone()
}

fn with_strategy(world: &mut World, strategy: Value) -> Result<String, harness::Failure> {
    let mut request = green_request("shop:42");
    request.as_object_mut().unwrap().remove("launchType");
    request["capacityProviderStrategy"] = strategy;
    let answer = world.ecs("CreateTaskSet", request)?;
    Ok(answer["taskSet"]["id"].as_str().unwrap().to_owned())
}

/// A strategy, a desired count, and how many tasks go where.
type Split = (Value, u32, &'static [(&'static str, usize)]);

#[test]
fn a_strategy_fills_its_base_first_and_splits_the_rest_by_weight() {
    let part = |name: &str, weight: u32, base: u32| json!({"capacityProvider": name, "weight": weight, "base": base});
    let table: [Split; 4] = [
        (json!([part("FARGATE", 1, 2), part("FARGATE_SPOT", 3, 0)]), 10, &[("FARGATE", 4), ("FARGATE_SPOT", 6)]),
        (json!([part("FARGATE", 1, 0), part("FARGATE_SPOT", 1, 0)]), 4, &[("FARGATE", 2), ("FARGATE_SPOT", 2)]),
        (json!([{"capacityProvider": "FARGATE_SPOT"}]), 3, &[("FARGATE_SPOT", 3)]),
        (json!([part("FARGATE", 1, 1), part("FARGATE_SPOT", 0, 0)]), 3, &[("FARGATE", 3)]),
    ];
    for (strategy, desired, expected) in table {
        let mut world = World::shop();
        world.ecs("UpdateService", json!({"cluster": "prod", "service": "shop", "desiredCount": desired})).unwrap();
        let id = with_strategy(&mut world, strategy.clone()).unwrap();
        world.until_steady(&id);
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for task in tasks(&mut world, &id) {
            assert_eq!(task["launchType"], "FARGATE");
            *counts.entry(task["capacityProviderName"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        let expected: BTreeMap<String, usize> =
            expected.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        assert_eq!(counts, expected, "{strategy}");
        world
            .ecs("UpdateServicePrimaryTaskSet", json!({"cluster": "prod", "service": "shop", "primaryTaskSet": id}))
            .unwrap();
        let service = world.ecs("DescribeServices", json!({"cluster": "prod", "services": ["shop"]})).unwrap();
        let shown = &service["services"][0];
        assert_eq!(shown["capacityProviderStrategy"].as_array().unwrap().len(), strategy.as_array().unwrap().len());
        assert!(shown.get("launchType").is_none(), "{shown}");
    }
}

#[test]
fn a_strategy_that_makes_no_sense_is_refused() {
    let table = [
        json!([{"capacityProvider": "MOON"}]),
        json!([{"capacityProvider": "FARGATE", "weight": 0}, {"capacityProvider": "FARGATE_SPOT", "weight": 0}]),
        json!([{"capacityProvider": "FARGATE", "base": 1}, {"capacityProvider": "FARGATE_SPOT", "base": 1, "weight": 1}]),
        json!([{"capacityProvider": "FARGATE", "weight": 1001}]),
    ];
    for strategy in table {
        let failure = with_strategy(&mut World::shop(), strategy.clone()).unwrap_err();
        assert_eq!(failure.code, "InvalidParameterException", "{strategy}");
    }
}

#[test]
fn fargate_launches_a_hundred_at_once_and_twenty_a_second_after_that() {
    let mut world = World::shop();
    world.ecs("UpdateService", json!({"cluster": "prod", "service": "shop", "desiredCount": 204})).unwrap();
    let counted = |world: &World| {
        let set = &world.task_sets()[0];
        set["pendingCount"].as_u64().unwrap() + set["runningCount"].as_u64().unwrap()
    };
    world.pass(20);
    assert_eq!(counted(&world), 104);
    world.pass(2000);
    let later = counted(&world);
    assert!((143..=145).contains(&later), "{later}");
    world.until("all of them", |world| counted(world) == 204);
}

#[test]
fn a_task_that_finds_no_place_says_so_and_so_does_the_service() {
    let scenario = harness::SCENARIO.replace("behaviour: {neverPulls: {}}", "behaviour: {noCapacity: {}}");
    let mut world = World::of(&scenario);
    let id = world.green("shop:43");
    world.pass(60_000);
    let listed =
        world.ecs("ListTasks", json!({"cluster": "prod", "startedBy": id, "desiredStatus": "STOPPED"})).unwrap();
    let described = world.ecs("DescribeTasks", json!({"cluster": "prod", "tasks": listed["taskArns"]})).unwrap();
    let task = &described["tasks"][0];
    assert_eq!(task["stopCode"], "TaskFailedToStart");
    assert!(task["stoppedReason"].as_str().unwrap().contains("Capacity is unavailable"), "{task}");
    let service = world.ecs("DescribeServices", json!({"cluster": "prod", "services": ["shop"]})).unwrap();
    let events = service["services"][0]["events"].as_array().unwrap().clone();
    let unplaced: Vec<f64> = events
        .iter()
        .filter(|event| event["message"].as_str().unwrap().contains("was unable to place a task"))
        .map(|event| event["createdAt"].as_f64().unwrap())
        .collect();
    assert!(unplaced.len() >= 3, "{events:?}");
    // The newest come first.
    let gaps: Vec<f64> = unplaced.windows(2).map(|pair| pair[0] - pair[1]).collect();
    assert!(gaps.windows(2).all(|pair| pair[0] > pair[1]), "the gaps grow: {gaps:?}");
}

#[test]
fn an_interrupted_spot_task_is_replaced() {
    let scenario =
        harness::SCENARIO.replace("behaviour: {neverPulls: {}}", "behaviour: {interrupted: {afterSeconds: 5}}");
    let mut world = World::of(&scenario);
    let id = world.green("shop:43");
    world.pass(20_000);
    let listed =
        world.ecs("ListTasks", json!({"cluster": "prod", "startedBy": id, "desiredStatus": "STOPPED"})).unwrap();
    let described = world.ecs("DescribeTasks", json!({"cluster": "prod", "tasks": listed["taskArns"]})).unwrap();
    assert_eq!(described["tasks"][0]["stopCode"], "SpotInterruption");
}

#[test]
fn an_autoscaler_changes_the_desired_count_by_time_and_by_traffic() {
    let autoscaled = |autoscaling: &str| {
        World::of(&harness::SCENARIO.replace(
            "desiredCount: 4\n        taskSets",
            &format!("desiredCount: 4\n        autoscaling: {autoscaling}\n        taskSets"),
        ))
    };
    let mut world = autoscaled("{steps: [{after: 20s, desiredCount: 2}, {after: 10s, desiredCount: 8}]}");
    let desired = |world: &World| {
        world.look("state")["services"].as_array().unwrap().iter().find(|one| one["service"] == "shop").unwrap()["desiredCount"].clone()
    };
    world.pass(11_000);
    assert_eq!(desired(&world), 8);
    world.until("eight", |world| world.group(BLUE)["healthy"] == 8);
    world.pass(10_000);
    assert_eq!(desired(&world), 2);
    assert_eq!(world.lost(), 0);
    let mut world = autoscaled("{targetTracking: {requestsPerTask: 25, min: 2, max: 9, interval: 10s}}");
    world.pass(11_000);
    assert_eq!(desired(&world), 8, "200 requests a second");
    for (rate, expected) in [(1000, 9), (10, 2)] {
        world.post("traffic", &json!({"route": "shop/443/10", "requestsPerSecond": rate}).to_string());
        world.pass(20_000);
        assert_eq!(desired(&world), expected, "{rate} requests a second");
    }
}

#[test]
fn service_events_tell_of_registration_draining_and_the_steady_state() {
    let mut world = World::shop();
    let id = world.green("shop:42");
    world.until_steady(&id);
    let request =
        json!({"cluster": "prod", "service": "shop", "taskSet": id, "scale": {"value": 0.0, "unit": "PERCENT"}});
    world.ecs("UpdateTaskSet", request).unwrap();
    world.pass(5000);
    let service = world.ecs("DescribeServices", json!({"cluster": "prod", "services": ["shop"]})).unwrap();
    let events = service["services"][0]["events"].to_string();
    for fragment in [
        "has started 4 tasks: (task ",
        "targets in (target-group arn:",
        "has reached a steady state.",
        "deregistered 4 targets",
        "has begun draining connections on 4 tasks.",
        "has stopped 4 running tasks",
    ] {
        assert!(events.contains(fragment), "{fragment}: {events}");
    }
}

#[test]
fn a_deleted_task_set_stays_until_its_last_target_is_gone_even_if_its_tasks_died() {
    let mut world = World::shop();
    let attribute = json!({"TargetGroupArn": harness::GREEN, "Attributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "60"}]});
    world.elb("ModifyTargetGroupAttributes", &attribute).unwrap();
    let id = world.green("shop:42");
    world.until_steady(&id);
    world.post("taskDefinitions/shop:42/behaviour", r#"{"exits": {}}"#);
    world.ecs("DeleteTaskSet", json!({"cluster": "prod", "service": "shop", "taskSet": id, "force": true})).unwrap();
    world.pass(30_000);
    assert_eq!(world.task_set(&id).unwrap()["status"], "DRAINING");
    world.pass(35_000);
    assert_eq!(world.task_set(&id), None);
}
