//! The groups of an Application release in their order, each after the soak of those before; one that fails holds the later
//! ones.

use std::process::Command;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sluice_e2e::environments;
use sluice_e2e::manifests::{application, with};
use sluice_e2e::scenario::task_definition;
use sluice_e2e::world::{World, must};

use crate::support::held_in_the_middle;

const NAMES: [&str; 3] = ["dev", "staging", "prod"];

/// Three environments that run release 41, as their groups have found.
fn three(promotion: &Value, change: impl Fn(&str, Value) -> Value) -> World {
    let world = World::of(&environments::world(&NAMES));
    world.apply(&[with(application("shop:41"), "/promotion", promotion.clone())]);
    for (name, number) in NAMES.iter().zip(1..) {
        world.apply(&[change(name, environments::group(name, number, &world.binding))]);
    }
    for name in NAMES {
        world.wait_condition("deploymentgroups", name, "Ready", "Running");
    }
    world
}

fn at(deployment: &Value, field: &str) -> Timestamp {
    deployment["status"][field].as_str().unwrap().parse().unwrap()
}

/// An AppSpec that names a family alone, with what a shell and a template could take for theirs.
const OF_A_FAMILY: &str = r#"version: 0.0
Resources:
  - TargetService:
      Type: "AWS::ECS::Service"
      Properties:
        TaskDefinition: 'shop'
        LoadBalancerInfo: {ContainerName: "web", ContainerPort: 8080}
"#;

fn released(deployment: &Value) -> &str {
    deployment["status"]["summary"]["revision"].as_str().unwrap_or_default()
}

/// Runs the command by which the Application says that a group goes on.
fn obey(waiting: &Value) {
    let how = waiting["how"].as_str().unwrap();
    let told = Command::new("sh").args(["-c", how]).output().unwrap();
    assert!(told.status.success(), "{how}: {told:?}");
}

/// What the Application says that this group waits for.
fn waits_for(world: &World, group: &str, other: &str) -> Value {
    let line = |application: &Value| {
        let lines = application["status"]["groups"].as_array()?;
        lines.iter().find(|line| line["name"] == group).map(|line| line["waiting"].clone())
    };
    let what = format!("to tell that {group} waits for {other}");
    let found = world.wait_object("applications", "shop", &what, |one| {
        line(one).is_some_and(|waiting| waiting["reason"] == "Promotion" && waiting["name"] == other)
    });
    line(&found).unwrap()
}

#[test]
fn the_next_stage_begins_after_the_soak_and_no_more_groups_than_may_be_are_in_progress() {
    let promotion = json!({
        "stages": [{"groups": ["dev", "staging"], "soak": "2s"}, {"groups": ["prod"]}], "maxUnavailable": 1,
    });
    let world = three(&promotion, |_, group| group);
    world.apply(&[with(application("shop:42"), "/promotion", promotion)]);
    let waiting = waits_for(&world, "prod", "dev");
    assert_eq!(waiting["deployment"], "prod-1");
    let [dev, staging, prod] = NAMES.map(|name| world.wait_end(&format!("{name}-1"), "Succeeded"));
    let (first, second) =
        if at(&dev, "startedAt") < at(&staging, "startedAt") { (&dev, &staging) } else { (&staging, &dev) };
    assert!(at(second, "startedAt") >= at(first, "completedAt"), "one group at a time: {dev:#} {staging:#}");
    let soaked = at(second, "completedAt") + SignedDuration::from_secs(1);
    assert!(at(&prod, "startedAt") >= soaked, "prod began before the soak was over: {staging:#} {prod:#}");
    let gate = &prod["status"]["gates"][0];
    assert_eq!((&gate["kind"], &gate["state"]), (&json!("Promotion"), &json!("Passed")), "{prod:#}");
    world.finish();
}

#[test]
fn a_failure_in_one_group_holds_the_later_ones_until_it_is_released_there_after_all_and_what_is_newest_is_pinned_once()
{
    let promotion = json!({"groups": NAMES, "soak": "0s"});
    let smoke = json!([{"name": "smoke", "event": "AfterInstall", "lambda": {"function": "smoke"}}]);
    let world = three(&promotion, |name, group| match name {
        "dev" => with(group, "/deploymentConfig", held_in_the_middle("0s")),
        "staging" => with(group, "/hooks", smoke.clone()),
        _ => group,
    });
    let failed = json!({"payload": {"hookStatus": "FAILED", "message": "3 of 12 checks failed"}});
    let answers = json!([failed, {"payload": {"hookStatus": "SUCCEEDED"}}]);
    must(world.aws.merge(&json!({"functions": [{"name": "smoke", "timeout": "1h", "answers": answers}]})));
    world.apply(&[with(
        with(application("shop:42"), "/revision", json!({"appSpec": OF_A_FAMILY})),
        "/promotion",
        promotion,
    )]);
    world.wait_holding("dev-1", 40);
    let newer = |number, behaviour: Value| {
        must(world.aws.merge(&json!({"taskDefinitions": [task_definition(number, &behaviour)]})));
    };
    newer(47, json!({}));
    world.end_hold("dev-1");
    assert_eq!(released(&world.wait_end("dev-1", "Succeeded")), "shop:46");
    // Pinned by the first group, whatever is newest meanwhile.
    assert_eq!(released(&world.wait_end("staging-1", "Failed")), "shop:46");
    world.wait_condition("deploymentgroups", "staging", "Stalled", "Held");
    let waiting = waits_for(&world, "prod", "staging");
    let held = world.wait_object("deployments", "prod-1", "to say so", |one| {
        one["status"]["message"].as_str().is_some_and(|message| message.contains("failed or was stopped, and is held"))
    });
    assert!(held["status"]["startedAt"].is_null(), "{held:#}");
    world.wait_looks(3);
    assert!(world.object("deployments", "prod-1")["status"]["startedAt"].is_null(), "prod began");
    let again = waits_for(&world, "prod", "staging");
    assert!(again["how"].as_str().unwrap().contains("staging-again-"), "{waiting:#} {again:#}");
    obey(&again);
    world.wait_object("deploymentgroups", "staging", "to release it", |one| one["status"]["current"].is_string());
    // It would never be pulled.
    newer(48, json!({"neverPulls": {}}));
    let ended = world.wait_end("prod-1", "Succeeded");
    let by_hand = must(world.kubernetes.list("deployments"))
        .into_iter()
        .find(|one| one["metadata"]["name"].as_str().is_some_and(|name| name.starts_with("staging-again-")));
    let by_hand = by_hand.unwrap();
    assert!(at(&ended, "startedAt") >= at(&by_hand, "completedAt"), "{by_hand:#} {ended:#}");
    // By hand it is what was newest then, and the later groups release what passed.
    assert_eq!((released(&by_hand), released(&ended)), ("shop:47", "shop:47"));
    world.finish();
}
