//! CloudWatch alarms of a group: at the start, in a hold, in the bake, composite, unreadable, and as a pause.

use serde_json::{Value, json};
use sluice_e2e::manifests::with;
use sluice_e2e::poll;
use sluice_e2e::scenario::{self, GROUP_B};
use sluice_e2e::world::{World, must};

use crate::support::{assert_original_alone, count, group_with, held_in_the_middle, shares_written};

/// A world with an alarm on errors, one on latency, and a composite one that is in ALARM with the first.
fn world() -> World {
    let mut scenario = scenario::shop();
    scenario["alarms"] = json!([{"name": "shop-5xx", "state": "OK"}, {"name": "shop-p99", "state": "OK"}]);
    scenario["compositeAlarms"] = json!([{"name": "page", "rule": "ALARM(\"shop-5xx\")"}]);
    World::of(&scenario)
}

fn set(world: &World, alarm: &str, state: &str) {
    must(world.aws.post(&format!("alarms/{alarm}"), &json!({"state": state, "reason": format!("drill: {state}")})));
}

fn watching(world: &World, alarms: Value) -> Value {
    with(group_with(world, held_in_the_middle("1s")), "/alarms", alarms)
}

/// It was turned round by this alarm, and told so.
#[track_caller]
fn assert_stopped_by(ended: &Value, alarm: &str) {
    let status = &ended["status"];
    assert_eq!(status["rollback"]["trigger"], "DEPLOYMENT_STOP_ON_ALARM", "{status:#}");
    assert!(status["rollback"]["trafficRestoredAt"].is_string(), "{status:#}");
    let message = status["failure"]["message"].as_str().unwrap();
    assert!(message.contains(&format!("alarm {alarm} is in ALARM")), "{message}");
    assert_eq!(status["failure"]["stage"], "verify");
}

#[test]
fn an_alarm_refuses_a_start_and_turns_a_canary_round_while_all_its_targets_are_healthy() {
    let world = world();
    // Of a composite alarm: it follows the one that it is made of.
    set(&world, "shop-5xx", "ALARM");
    world.release("shop:42", &watching(&world, json!({"names": ["page"]})));
    let message = world.wait_condition("deployments", "prod-1", "Stalled", "AlarmActive");
    assert!(message.contains("page is in ALARM") && message.contains("atStart"), "{message}");
    assert_eq!(world.writes(), Vec::<String>::new());
    // It begins by itself once the alarm is OK.
    set(&world, "shop-5xx", "OK");
    world.wait_holding("prod-1", 40);
    set(&world, "shop-5xx", "ALARM");
    let ended = world.wait_end("prod-1", "Failed");
    assert_stopped_by(&ended, "page");
    // Nothing was wrong with the targets, and traffic returned by one call.
    assert_eq!(shares_written(&world, GROUP_B), [20, 40, 0]);
    assert_original_alone(&world);
    let alarm = &ended["status"]["alarms"][0];
    assert_eq!((&alarm["name"], &alarm["state"]), (&json!("page"), &json!("ALARM")));

    // One that is in ALARM already is left out, where the group says so; another one still counts, in the bake too.
    let group = watching(&world, json!({"names": ["page", "shop-p99"], "atStart": "Ignore"}));
    world.release("shop:46", &with(group, "/bake", json!("30m")));
    world.wait_holding("prod-2", 40);
    world.end_hold("prod-2");
    let baking = |one: &Value| one["status"]["state"] == "Baking";
    let held = world.wait_object("deployments", "prod-2", "to bake", baking);
    assert_eq!(held["status"]["alarms"][0]["leftOut"], true, "{:#}", held["status"]["alarms"]);
    set(&world, "shop-p99", "ALARM");
    assert_stopped_by(&world.wait_end("prod-2", "Failed"), "shop-p99");
    assert_original_alone(&world);
    world.finish();
}

#[test]
fn an_alarm_that_pauses_holds_a_release_until_it_is_ok_and_one_that_cannot_be_read_is_ignored_where_the_group_says_so()
{
    let world = world();
    let alarms = json!({"names": ["shop-5xx"], "onAlarm": "Pause", "unreadable": "Ignore"});
    world.release("shop:42", &watching(&world, alarms));
    world.wait_holding("prod-1", 40);
    set(&world, "shop-5xx", "ALARM");
    let paused = world.wait_object("deployments", "prod-1", "to be paused by its alarm", |one| {
        one["status"]["phase"] == "paused" && one["status"]["reason"] == "AlarmActive"
    });
    let message = paused["status"]["message"].as_str().unwrap();
    for word in ["paused since", "at weight 40 by alarm shop-5xx", "kubectl patch sdep prod-1"] {
        assert!(message.contains(word), "{message}");
    }
    let gate = paused["status"]["gates"].as_array().and_then(|gates| gates.iter().find(|gate| gate["kind"] == "Alarm"));
    let gate = gate.unwrap_or_else(|| panic!("{paused:#}"));
    assert_eq!((&gate["name"], &gate["state"]), (&json!("shop-5xx"), &json!("Waiting")), "{gate:#}");
    let approves = r#"{"spec":{"approvals":["shop-5xx"]}}"#;
    assert!(
        gate["how"].as_str().unwrap().contains(approves) && gate["why"].as_str().unwrap().contains("in ALARM"),
        "{gate:#}"
    );
    must(world.kubernetes.replace_in_status("deployments", "prod-1", "/steps/1/hold", &json!("0s")));
    world.wait_looks(3);
    assert_eq!(shares_written(&world, GROUP_B), [20, 40], "nothing is raised while it is in ALARM");
    must(world.aws.add_faults(&json!({"kind": "throttling", "operation": "DescribeAlarms"})));
    let ended = world.wait_end("prod-1", "Succeeded");
    assert!(
        ended["status"]["gates"]
            .as_array()
            .unwrap()
            .iter()
            .any(|gate| gate["kind"] == "Alarm" && gate["state"] == "Passed")
    );
    world.finish();
}

#[test]
fn an_alarm_that_is_not_there_refuses_a_start_and_one_that_is_not_read_for_a_minute_turns_a_release_round() {
    let world = world();
    world.release("shop:42", &watching(&world, json!({"names": ["shop-4xx"]})));
    let message = world.wait_condition("deployments", "prod-1", "Stalled", "AlarmNotFound");
    assert!(message.contains("shop-4xx does not exist in eu-west-1"), "{message}");
    let denied = json!({"kind": "access-denied", "operation": "DescribeAlarms"});
    must(world.aws.add_faults(&denied));
    let message = world.wait_condition("deployments", "prod-1", "Stalled", "AccessDenied");
    assert!(message.contains("cloudwatch:DescribeAlarms"), "{message}");
    assert_eq!(world.writes(), Vec::<String>::new());
    must(world.aws.clear_faults());
    world.apply(&[watching(&world, json!({"names": ["shop-5xx"]}))]);
    world.wait_holding("prod-1", 40);

    // Nothing is raised while it is not known, and nothing turns round for as long as it may pass by itself.
    must(world.aws.add_faults(&denied));
    must(poll::until("the next increment to be held for the alarm", || {
        let one = world.kubernetes.get("deployments", "prod-1")?.unwrap_or_default();
        if one["status"]["reason"] == "AlarmUnreadable" {
            return Ok(Some(()));
        }
        world.shorten_hold("prod-1")?;
        Ok(None)
    }));
    assert_eq!(shares_written(&world, GROUP_B), [20, 40]);
    // The minute is over once the status says that it began long ago.
    must(poll::until("the minute to be over", || {
        let one = world.kubernetes.get("deployments", "prod-1")?.unwrap_or_default();
        if one["status"]["rollback"].is_object() {
            return Ok(Some(()));
        }
        let long_ago = json!("2026-01-01T00:00:00Z");
        world.kubernetes.replace_in_status("deployments", "prod-1", "/alarms/0/since", &long_ago)?;
        Ok(None)
    }));
    let ended = world.wait_end("prod-1", "Failed");
    let status = &ended["status"];
    assert_eq!(status["rollback"]["trigger"], "DEPLOYMENT_STOP_ON_ALARM", "{status:#}");
    assert_eq!(status["failure"]["code"], "AUTHENTICATION_FAILED", "{status:#}");
    assert_eq!(count(&world, "CreateTaskSet"), 1);
    assert_original_alone(&world);
    must(world.aws.clear_faults());
    world.finish();
}
