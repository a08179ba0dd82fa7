//! What holds a Deployment before it begins: a suspension, or the hours of a window.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sluice_e2e::manifests::{application, deployment, with};
use sluice_e2e::scenario::GROUP_B;
use sluice_e2e::world::{World, must};

use crate::support::{in_the_middle_of_a_shift, shares_written};

#[expect(clippy::disallowed_methods, reason = "a window opens by the clock of the machine")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// A window that is open for an hour every day, from this moment, by the clocks of UTC.
fn window(from: Timestamp) -> Value {
    let clock = |at: Timestamp| at.to_zoned(TimeZone::UTC).strftime("%H:%M").to_string();
    let to = clock(from + SignedDuration::from_hours(1));
    let days = json!(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
    json!([{"name": "hour", "schedule": {"days": days, "from": clock(from), "to": to, "timeZone": "Etc/UTC"}}])
}

fn waits(world: &World, name: &str, reason: &str) -> Value {
    world.wait_object("deployments", name, "to wait before it begins", |one| one["status"]["reason"] == reason)
}

/// Runs the command that a waiting Deployment names.
fn obey(world: &World, waiting: &Value) {
    let gate = waiting["status"]["gates"].as_array().and_then(|gates| gates.last()).unwrap();
    assert_eq!(gate["state"], "Waiting", "{gate:#}");
    let command = gate["how"].as_str().and_then(|how| how.strip_prefix("kubectl ")).unwrap();
    let (words, patch) = command.split_once(" -p ").unwrap();
    let mut arguments: Vec<&str> = words.split(' ').collect();
    arguments.extend(["-p", patch.trim_matches('\'')]);
    let told = must(world.kubernetes.kubectl(&arguments, ""));
    assert!(told.success, "{told:?}");
}

#[test]
fn a_suspended_application_begins_nothing_until_it_is_resumed_by_the_command_that_is_told() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    world.apply(&[with(application("shop:46"), "/suspend", json!(true))]);
    world.wait_object("deploymentgroups", "prod", "to tell that nothing begins", |one| {
        one["status"]["message"].as_str().is_some_and(|message| message.contains("spec.suspend of Application shop"))
    });
    world.wait_object("applications", "shop", "to tell that it is suspended", |one| {
        let message = one["status"]["conditions"][0]["message"].as_str().unwrap_or_default();
        message.contains("nothing begins: suspended by spec.suspend; to end that: kubectl patch sapp shop")
    });
    // What is in progress goes on.
    world.end_hold("prod-1");
    world.wait_end("prod-1", "Succeeded");
    let written = shares_written(&world, GROUP_B);
    let waiting = waits(&world, "prod-2", "Suspended");
    assert!(waiting["status"]["startedAt"].is_null(), "{waiting:#}");
    world.wait_object("deploymentgroups", "prod", "to say what it waits for", |one| {
        one["status"]["message"].as_str().is_some_and(|message| message.starts_with("Deployment prod-2: suspended"))
    });
    assert_eq!(shares_written(&world, GROUP_B), written, "something began");
    obey(&world, &waiting);
    world.wait_holding("prod-2", 40);
    world.end_hold("prod-2");
    world.wait_end("prod-2", "Succeeded");
    world.finish();
}

#[test]
fn a_release_waits_for_its_window_and_begins_when_that_opens() {
    let world = World::new();
    let minute = SignedDuration::from_mins(1);
    // The next minute, if the Deployment is there and waits by then.
    let soon = now() + SignedDuration::from_secs(10) + minute;
    let opens = Timestamp::from_second(soon.as_second() - soon.as_second() % 60).unwrap();
    world.apply(&[application("shop:42"), with(world.group(), "/windows", window(opens))]);
    let waiting = waits(&world, "prod-1", "WindowClosed");
    let message = waiting["status"]["message"].as_str().unwrap();
    assert!(message.contains("waits for window hour, which opens at") && message.contains("Etc/UTC"), "{message}");
    assert_eq!(world.writes(), Vec::<String>::new());
    let ended = world.wait_end("prod-1", "Succeeded");
    let started: Timestamp = ended["status"]["startedAt"].as_str().unwrap().parse().unwrap();
    assert!(started >= opens, "it began at {started}, before {opens}");
    assert_eq!(ended["status"]["gates"][0]["state"], "Passed", "{ended:#}");

    // Closed again, a release is let through by the command that is told, and moves as it says itself.
    let later = now() + SignedDuration::from_hours(3);
    world.apply(&[with(world.group(), "/windows", window(later))]);
    let canary = json!({"deploymentConfig": {"canary": {"percentage": 20, "interval": "1s"}}});
    world.apply(&[with(deployment("by-hand", "shop:46"), "/overrides", canary)]);
    obey(&world, &waits(&world, "by-hand", "WindowClosed"));
    let ended = world.wait_end("by-hand", "Succeeded");
    assert_eq!(ended["status"]["steps"].as_array().map(Vec::len), Some(2), "{ended:#}");
    world.finish();
}
