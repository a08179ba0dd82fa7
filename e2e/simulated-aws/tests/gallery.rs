//! Each scenario of the gallery does what its head comment says.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use simulated_aws::wire::Reply;

use crate::harness;
use crate::harness::World;

fn gallery(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(format!("{name}.yaml"));
    std::fs::read_to_string(path).unwrap()
}

/// Lets the world live on in one stride.
fn live(world: &mut World, seconds: u64) {
    world.now = world.now.plus(Duration::from_secs(seconds));
    world.simulator.tick(world.now);
}

fn service(world: &World, name: &str) -> Value {
    let state = world.look("state");
    let services = state["services"].as_array().unwrap();
    services.iter().find(|service| service["service"] == name).unwrap().clone()
}

/// The first task set of a service.
fn set(world: &World, name: &str) -> Value {
    service(world, name)["taskSets"][0].clone()
}

fn tasks(world: &mut World, service: &str, status: &str) -> Vec<Value> {
    let asked = json!({"cluster": "prod", "serviceName": service, "desiredStatus": status});
    let arns = world.ecs("ListTasks", asked).unwrap()["taskArns"].clone();
    if arns == json!([]) {
        return Vec::new();
    }
    let found = world.ecs("DescribeTasks", json!({"cluster": "prod", "tasks": arns})).unwrap();
    found["tasks"].as_array().unwrap().clone()
}

fn alarm(world: &World, name: &str) -> String {
    let alarms = world.look("alarms");
    let found = alarms.as_array().unwrap().iter().find(|alarm| alarm["name"] == name).unwrap();
    found["state"].as_str().unwrap().to_owned()
}

#[test]
fn every_scenario_begins_with_a_comment_lives_for_an_hour_and_stands_in_the_readme() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    for entry in std::fs::read_dir(folder.join("scenarios")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().trim_end_matches(".yaml").to_owned();
        let text = gallery(&name);
        assert!(text.starts_with("# "), "{name}");
        assert!(readme.contains(&format!("scenarios/{name}.yaml")), "{name} is not in README.md");
        let mut world = World::of(&text);
        live(&mut world, 3600);
        assert_eq!(world.violations(), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn canary_is_ready_for_a_release_and_an_alarm_sees_the_bad_one() {
    let mut world = World::of(&gallery("canary"));
    live(&mut world, 60);
    assert_eq!((set(&world, "shop")["runningCount"].clone(), world.lost()), (json!(4), 0));
    let green = &world.elb("DescribeTargetGroups", &json!({"Names": ["shop-green"]})).unwrap();
    let green = harness::element(green, "TargetGroupArn");
    let blue = harness::element(
        &world.elb("DescribeTargetGroups", &json!({"Names": ["shop-blue"]})).unwrap(),
        "TargetGroupArn",
    );
    let mut request = harness::green_request("shop:43");
    request["loadBalancers"][0]["targetGroupArn"] = json!(green);
    world.ecs("CreateTaskSet", request).unwrap();
    live(&mut world, 60);
    assert_eq!(
        service(&world, "shop")["taskSets"][1]["stabilityStatus"],
        "STEADY_STATE",
        "nothing but its answers is bad"
    );
    assert_eq!(alarm(&world, "too-many-errors"), "OK");
    let state = world.look("state");
    let rule = state["routes"].as_array().unwrap().iter().find(|route| route["kind"] == "rule").unwrap();
    let rule = rule["arn"].as_str().unwrap().to_owned();
    let weigh = |world: &mut World, weights: [u32; 2]| {
        let groups = json!([
            {"TargetGroupArn": blue, "Weight": weights[0]}, {"TargetGroupArn": green, "Weight": weights[1]},
        ]);
        let stickiness = json!({"Enabled": true, "DurationSeconds": 60});
        let forward = json!({"TargetGroups": groups, "TargetGroupStickinessConfig": stickiness});
        let action = json!({"Type": "forward", "ForwardConfig": forward});
        world.elb("ModifyRule", &json!({"RuleArn": rule, "Actions": [action]})).unwrap();
    };
    weigh(&mut world, [50, 50]);
    live(&mut world, 90);
    assert_eq!(alarm(&world, "too-many-errors"), "ALARM");
    weigh(&mut world, [100, 0]);
    live(&mut world, 1);
    let before = world.group(&green)["requests"].as_u64().unwrap();
    live(&mut world, 10);
    assert!(world.group(&green)["requests"].as_u64().unwrap() > before, "cookies hold their clients");
    live(&mut world, 60);
    let after = world.group(&green)["requests"].as_u64().unwrap();
    live(&mut world, 60);
    assert_eq!((world.group(&green)["requests"].as_u64().unwrap(), world.lost()), (after, 0), "and then they end");
}

#[test]
fn listeners_have_sign_in_a_redirect_and_a_network_load_balancer() {
    let mut world = World::of(&gallery("listeners"));
    live(&mut world, 60);
    let state = world.look("state");
    let routes = state["routes"].as_array().unwrap();
    let kinds = |route: &Value| {
        let actions = route["actions"].as_array().unwrap().iter();
        actions.map(|action| action["Type"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join("+")
    };
    let mut all: Vec<String> = routes.iter().map(kinds).collect();
    all.sort();
    let expected = [
        "authenticate-cognito+forward",
        "authenticate-oidc+forward",
        "fixed-response",
        "forward",
        "forward",
        "forward",
        "redirect",
    ];
    assert_eq!(all, expected);
    let network = world.elb("DescribeLoadBalancers", &json!({"Names": ["queue"]})).unwrap();
    assert_eq!(harness::element(&network, "Type"), "network");
    let traffic = world.look("traffic");
    assert_eq!(traffic["lost"], 0);
    assert!(traffic["routes"].as_array().unwrap().iter().all(|route| route["requests"].as_u64().unwrap() > 0));
}

#[test]
fn crash_loops_never_settle_and_each_fails_in_its_own_way() {
    let mut world = World::of(&gallery("crash-loop"));
    live(&mut world, 300);
    let mut unsettled = 0;
    for _ in 0..20 {
        live(&mut world, 1);
        for name in ["unpullable", "sick"] {
            assert_eq!(set(&world, name)["stabilityStatus"], "STABILIZING", "{name}");
        }
        unsettled += u32::from(set(&world, "crashing")["stabilityStatus"] == "STABILIZING");
    }
    assert!((1..20).contains(&unsettled), "steady for moments: {unsettled} of 20");
    let failed = |name: &str| set(&world, name)["failedTasks"].as_u64().unwrap();
    assert!(failed("crashing") > 50, "replaced at once: {}", failed("crashing"));
    assert!((8..=20).contains(&failed("unpullable")), "the gap doubles: {}", failed("unpullable"));
    assert!(failed("sick") > 10, "{}", failed("sick"));
    assert_eq!(set(&world, "steady")["stabilityStatus"], "STEADY_STATE");
    let reasons = |world: &mut World, name: &str| tasks(world, name, "STOPPED")[0]["stoppedReason"].to_string();
    assert!(reasons(&mut world, "unpullable").contains("manifest for registry/unpullable:1 not found"));
    assert!(reasons(&mut world, "sick").contains("failed ELB health checks"));
    live(&mut world, 600);
    let later = set(&world, "unpullable")["failedTasks"].as_u64().unwrap();
    assert!(later <= 24, "and doubles on: {later}");
    assert_eq!(world.look("state")["targetGroups"][0]["healthy"], 0);
}

#[test]
fn spot_places_by_weight_takes_tasks_away_and_launches_trickle() {
    let mut world = World::of(&gallery("spot"));
    live(&mut world, 50);
    let providers = |world: &mut World, service: &str| {
        let tasks = tasks(world, service, "RUNNING");
        let spot = tasks.iter().filter(|task| task["capacityProviderName"] == "FARGATE_SPOT").count();
        (tasks.len() - spot, spot)
    };
    let (fargate, spot) = providers(&mut world, "web");
    assert_eq!(fargate + spot, 8);
    assert!(fargate >= 1 && spot > fargate, "{fargate} and {spot}");
    let stopped = tasks(&mut world, "batch", "STOPPED");
    assert!(stopped.iter().all(|task| task["stopCode"] == "SpotInterruption") && stopped.len() >= 4, "{stopped:?}");
    live(&mut world, 12);
    let (fargate, spot) = providers(&mut world, "web");
    assert!((9..20).contains(&(fargate + spot)), "launches trickle: {}", fargate + spot);
    live(&mut world, 60);
    let (fargate, spot) = providers(&mut world, "web");
    assert_eq!(fargate + spot, 20);
    assert_eq!(set(&world, "waiting")["runningCount"], 0);
    world.post("taskDefinitions/waiting:1/behaviour", r#"{"healthy": true}"#);
    live(&mut world, 1000);
    assert_eq!(set(&world, "waiting")["runningCount"], 1);
}

#[test]
fn throttled_has_limits_of_each_account_and_a_bad_minute() {
    let mut world = World::of(&gallery("throttled"));
    let calls = |world: &mut World, count: u32| {
        let refused =
            |_: &u32| world.elb("DescribeLoadBalancers", &json!({})).is_err_and(|error| error.code == "Throttling");
        (0..count).filter(refused).count()
    };
    assert_eq!(calls(&mut world, 45), 5, "40 at once");
    world.access_key = "AKIAOTHER".to_owned();
    assert_eq!(calls(&mut world, 40), 0, "another account has limits of its own");
    world.access_key = "AKIATEST".to_owned();
    live(&mut world, 31);
    let struck = calls(&mut world, 40);
    assert!((10..=30).contains(&struck), "half of them: {struck}");
    live(&mut world, 60);
    assert_eq!(calls(&mut world, 40), 0);
}

#[test]
fn alarms_follow_the_bad_minutes_and_the_window() {
    let mut world = World::of(&gallery("alarms"));
    let states =
        |world: &World| ["errors", "slow", "deploy-window", "page-me", "anything"].map(|name| alarm(world, name));
    live(&mut world, 50);
    assert_eq!(states(&world), ["OK", "OK", "OK", "OK", "OK"]);
    live(&mut world, 100);
    assert_eq!(states(&world), ["ALARM", "ALARM", "ALARM", "OK", "ALARM"], "the window is open");
    live(&mut world, 40);
    assert_eq!(states(&world), ["ALARM", "ALARM", "OK", "ALARM", "ALARM"]);
    live(&mut world, 90);
    assert_eq!(states(&world), ["OK", "OK", "OK", "OK", "OK"]);
    let asked = json!({"AlarmName": "page-me", "AlarmTypes": ["CompositeAlarm"], "HistoryItemType": "StateUpdate"});
    let history = world.cloudwatch("DescribeAlarmHistory", asked).unwrap();
    let changes = history["AlarmHistoryItems"].as_array().unwrap().len();
    assert!(changes >= 3, "{history}");
}

#[test]
fn hooks_answer_in_each_way_that_there_is() {
    let mut world = World::of(&gallery("hooks"));
    live(&mut world, 60);
    // What each call shows: its status, whether the function failed, and what it said; none where the connection closed.
    let mut ask = |name: &str, kind: &str| match world.invoke(name, &[("x-amz-invocation-type", kind)], "{}").reply {
        Reply::Answer(answer) => {
            let error = answer.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case("x-amz-function-error"));
            let failed = error.map(|(_, error)| error.clone()).unwrap_or_default();
            let body = String::from_utf8(answer.body).unwrap();
            Some((answer.status, failed, serde_json::from_str::<Value>(&body).unwrap_or_else(|_| json!(body))))
        }
        Reply::Reset => None,
    };
    let status = |word: &str| json!({"hookStatus": word});
    let said = |shown: Option<(u16, String, Value)>| {
        let (code, failed, body) = shown.unwrap();
        (code, failed, body["hookStatus"].clone())
    };
    let plain = |word: &str| (200, String::new(), json!(word));
    let expected: [(&str, &[&str]); 3] = [
        ("passes", &["SUCCEEDED", "SUCCEEDED"]),
        ("waits", &["IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED", "SUCCEEDED"]),
        ("fails", &["FAILED"]),
    ];
    for (name, words) in expected {
        for word in words {
            assert_eq!(said(ask(name, "RequestResponse")), plain(word), "{name}");
        }
    }
    for (name, word) in [("raises", "'DeploymentId'"), ("slow", "Task timed out after 3.00 seconds")] {
        let (code, failed, body) = ask(name, "RequestResponse").unwrap();
        assert_eq!((code, failed.as_str(), &body["errorMessage"]), (200, "Unhandled", &json!(word)), "{name}");
    }
    let codes: Vec<u16> = (0..3).map(|_| ask("throttled", "RequestResponse").unwrap().0).collect();
    assert_eq!(codes, [429, 429, 200]);
    assert_eq!(ask("forgets", "RequestResponse"), None, "it ran, and nobody was told");
    assert_eq!(ask("forgets", "RequestResponse").unwrap().2, status("SUCCEEDED"));
    assert_eq!(ask("garbage", "RequestResponse").unwrap().2, json!("<html>"));
    assert_eq!(ask("silent", "RequestResponse").unwrap().2, Value::Null);
    for (name, code) in [("passes", 204), ("secret", 403), ("nowhere", 404)] {
        assert_eq!(ask(name, "DryRun").unwrap().0, code, "{name}");
    }
    // A dry run runs nothing, and neither does what was throttled.
    let sinks = world.look("sinks");
    let run = |name: &str| {
        let ends = |one: &&Value| one["target"].as_str().unwrap().ends_with(&format!(":{name}"));
        sinks["deliveries"].as_array().unwrap().iter().filter(ends).count()
    };
    assert_eq!(["passes", "throttled", "forgets", "secret"].map(run), [2, 1, 2, 0]);
}

#[test]
fn many_services_all_run_and_lose_nothing() {
    let mut world = World::of(&gallery("many-services"));
    live(&mut world, 60);
    let (mut arns, mut token) = (0, Value::Null);
    loop {
        let mut asked = json!({"cluster": "platform"});
        if token.is_string() {
            asked["nextToken"] = token;
        }
        let page = world.ecs("ListServices", asked).unwrap();
        arns += page["serviceArns"].as_array().unwrap().len();
        token = page["nextToken"].clone();
        if !token.is_string() {
            break;
        }
    }
    assert_eq!(arns, 24);
    let state = world.look("state");
    let services = state["services"].as_array().unwrap();
    assert!(services.iter().all(|service| service["taskSets"][0]["stabilityStatus"] == "STEADY_STATE"));
    let traffic = world.look("traffic");
    assert_eq!((&traffic["lost"], &traffic["total"]), (&json!(0), &json!(240 * 60)));
}

#[test]
fn autoscaling_follows_the_traffic_and_the_clock() {
    let mut world = World::of(&gallery("autoscaling"));
    let counts = |world: &World| ["shop", "nightly"].map(|name| service(world, name)["desiredCount"].as_u64().unwrap());
    live(&mut world, 55);
    assert_eq!(counts(&world), [2, 1]);
    live(&mut world, 120);
    assert_eq!(counts(&world), [8, 6]);
    live(&mut world, 240);
    assert_eq!(counts(&world), [2, 1]);
    assert_eq!(world.lost(), 0);
}
