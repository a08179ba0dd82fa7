//! Failure scripts: how a release that is broken looks from outside.

use serde_json::{Value, json};

use crate::harness;
use crate::harness::{BLUE, GREEN, World};

fn stopped(world: &mut World, id: &str) -> Vec<Value> {
    let listed =
        world.ecs("ListTasks", json!({"cluster": "prod", "startedBy": id, "desiredStatus": "STOPPED"})).unwrap();
    let arns = listed["taskArns"].as_array().unwrap();
    if arns.is_empty() {
        return Vec::new();
    }
    let described = world.ecs("DescribeTasks", json!({"cluster": "prod", "tasks": arns})).unwrap();
    described["tasks"].as_array().unwrap().clone()
}

#[test]
fn each_failure_script_stops_tasks_with_the_services_own_words() {
    let table = [
        ("shop:43", "TaskFailedToStart", "CannotPullContainerError: ", Some("CannotPullContainerError: "), None),
        ("shop:44", "EssentialContainerExited", "Essential container in task exited", None, Some(1)),
        ("shop:45", "ServiceSchedulerInitiated", "Task failed ELB health checks in (target-group arn:", None, Some(0)),
    ];
    for (definition, code, reason, container_reason, exit_code) in table {
        let mut world = World::shop();
        let id = world.green(definition);
        world.pass(8000);
        let tasks = stopped(&mut world, &id);
        let over: Vec<&Value> = tasks.iter().filter(|task| task["lastStatus"] == "STOPPED").collect();
        assert!(over.len() >= 4, "{definition}: {}", over.len());
        for task in over {
            assert_eq!(task["stopCode"], code, "{definition}");
            assert!(task["stoppedReason"].as_str().unwrap().starts_with(reason), "{definition}: {task}");
            let container = &task["containers"][0];
            assert_eq!(container["exitCode"].as_i64(), exit_code, "{definition}: {container}");
            if let Some(start) = container_reason {
                assert!(container["reason"].as_str().unwrap().starts_with(start), "{definition}");
            }
            assert_eq!(task["startedBy"].as_str(), Some(id.as_str()));
            assert_eq!(task["group"], "service:shop");
        }
        let set = world.task_set(&id).unwrap();
        assert_eq!(set["stabilityStatus"], "STABILIZING", "{definition} never settles, and never fails");
        assert!(set["failedTasks"].as_u64().unwrap() >= 4, "{definition}");
        assert_eq!(world.lost(), 0, "no weight, no loss");
    }
}

#[test]
fn tasks_that_never_start_are_launched_at_growing_gaps_and_tasks_that_exit_are_not_held_back() {
    let mut launches = Vec::new();
    for definition in ["shop:43", "shop:44"] {
        let mut world = World::shop();
        let id = world.green(definition);
        world.pass(60_000);
        launches.push(stopped(&mut world, &id).len());
    }
    let [never_start, exit] = launches[..] else { panic!() };
    assert!(never_start <= 6 * 4, "{never_start} tasks in a minute");
    assert!(exit > 2 * never_start, "{exit} against {never_start}");
}

#[test]
fn a_release_can_turn_bad_and_good_again_while_it_runs() {
    let mut world = World::shop();
    world.pass(1000);
    let (status, _) = world.post("taskDefinitions/shop:41/behaviour", r#"{"failsHealthChecks": {"afterSeconds": 0}}"#);
    assert_eq!(status, 200);
    world.until("unhealthy targets", |world| world.group(BLUE)["healthy"] == 0);
    world.pass(500);
    assert!(world.lost() > 0, "weight on a group without healthy targets loses requests");
    let examples = world.look("traffic")["lostExamples"].as_array().unwrap().clone();
    assert_eq!(examples[0]["targetGroup"], BLUE);
    world.post("taskDefinitions/shop:41/behaviour", r#"{"healthy": true}"#);
    world.until("healthy again", |world| world.group(BLUE)["healthy"] == 4);
    let lost = world.lost();
    world.pass(2000);
    assert_eq!(world.lost(), lost);
    let (status, answer) = world.post("taskDefinitions/shop:99/behaviour", "{}");
    assert_eq!(status, 404, "{answer}");
}

#[test]
fn a_task_that_somebody_stops_is_replaced() {
    let mut world = World::shop();
    let blue = world.primary();
    let listed = world.ecs("ListTasks", json!({"cluster": "prod", "serviceName": "shop"})).unwrap();
    let task = listed["taskArns"][0].clone();
    world.ecs("StopTask", json!({"cluster": "prod", "task": task, "reason": "chaos"})).unwrap();
    world.pass(100);
    assert_eq!(world.group(BLUE)["draining"], 1);
    assert_eq!(world.task_set(&blue).unwrap()["stabilityStatus"], "STABILIZING");
    world.until_steady(&blue);
    world.pass(5000);
    let tasks = stopped(&mut world, &blue);
    assert_eq!(tasks.len(), 1);
    assert_eq!(
        (tasks[0]["stopCode"].as_str(), tasks[0]["stoppedReason"].as_str()),
        (Some("UserInitiated"), Some("chaos"))
    );
    assert_eq!(world.lost(), 0);
}

#[test]
fn list_tasks_filters_by_starter_alone_and_pages() {
    let mut world = World::shop();
    let blue = world.primary();
    let both =
        world.ecs("ListTasks", json!({"cluster": "prod", "startedBy": blue, "serviceName": "shop"})).unwrap_err();
    assert_eq!(both.code, "InvalidParameterException");
    let first = world.ecs("ListTasks", json!({"cluster": "prod", "startedBy": blue, "maxResults": 3})).unwrap();
    assert_eq!(first["taskArns"].as_array().unwrap().len(), 3);
    let second = world
        .ecs(
            "ListTasks",
            json!({"cluster": "prod", "startedBy": blue, "maxResults": 3, "nextToken": first["nextToken"]}),
        )
        .unwrap();
    assert_eq!(second["taskArns"].as_array().unwrap().len(), 1);
    assert!(second.get("nextToken").is_none());
    let missing =
        world.ecs("DescribeTasks", json!({"cluster": "prod", "tasks": ["00000000000000000000000000000000"]})).unwrap();
    assert_eq!(missing["failures"][0]["reason"], "MISSING");
}

#[test]
fn targets_are_initial_before_they_are_healthy_and_unused_without_a_listener() {
    let mut world = World::shop();
    world.green("shop:42");
    let mut seen = Vec::new();
    for _ in 0..200 {
        world.pass(20);
        let xml = world.elb("DescribeTargetHealth", &json!({"TargetGroupArn": GREEN})).unwrap();
        for reason in ["Elb.RegistrationInProgress", "<State>healthy</State>"] {
            if xml.contains(reason) && !seen.contains(&reason) {
                seen.push(reason);
            }
        }
    }
    assert_eq!(seen, ["Elb.RegistrationInProgress", "<State>healthy</State>"]);
    // Taking the group out of every route makes its targets unused.
    let alone = |arn: &str| json!([{"Type": "forward", "TargetGroupArn": arn}]);
    world.elb("ModifyRule", &json!({"RuleArn": harness::RULE, "Actions": alone(BLUE)})).unwrap();
    world
        .elb("ModifyListener", &json!({"ListenerArn": harness::TEST_LISTENER, "DefaultActions": alone(BLUE)}))
        .unwrap();
    world.pass(100);
    assert_eq!(world.group(GREEN)["unused"], 4);
    let xml = world.elb("DescribeTargetHealth", &json!({"TargetGroupArn": GREEN})).unwrap();
    assert!(xml.contains("Target.NotInUse"), "{xml}");
}
