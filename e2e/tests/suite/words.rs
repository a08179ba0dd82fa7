//! What users read: conditions that `kubectl wait` knows, columns, Events, metrics.

use serde_json::{Value, json};
use sluice_e2e::poll;
use sluice_e2e::scenario;
use sluice_e2e::world::{World, must};

use crate::support::{go_on_to, group_with, in_the_middle_of_a_shift, linear};

#[test]
fn kubectl_wait_knows_when_a_release_has_succeeded() {
    let world = World::new();
    world.release("shop:42", &group_with(&world, linear()));
    world.wait_object("deployments", "prod-1", "to be there", |_| true);
    let told = must(world.kubernetes.kubectl_wait("deployment", "prod-1", "condition=Succeeded"));
    assert!(told.contains("condition met"), "{told}");
    let told = must(world.kubernetes.kubectl_wait("deploymentgroup", "prod", "condition=Ready"));
    assert!(told.contains("condition met"), "{told}");
    let told = must(world.kubernetes.kubectl_wait("application", "shop", "condition=Ready"));
    assert!(told.contains("condition met"), "{told}");
    world.finish();
}

#[test]
fn the_columns_show_where_a_deployment_stands() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    let shown = must(must(world.kubernetes.kubectl(&["get", "sdep"], "")).good());
    let header: Vec<&str> = shown.lines().next().unwrap_or_default().split_whitespace().collect();
    assert_eq!(header, ["NAME", "REVISION", "GROUP", "STATUS", "STEP", "WEIGHT", "HEALTH", "AGE"]);
    assert!(shown.contains("Holding") && shown.contains("shop:42") && shown.contains("2/5"), "{shown}");
    let shown = must(must(world.kubernetes.kubectl(&["get", "sluice", "--output", "name"], "")).good());
    for kind in ["application", "deploymentgroup", "deployment"] {
        assert!(shown.contains(&format!("{kind}.sluice.dev/")), "{shown}");
    }
    go_on_to(&world, "prod-1", "Succeeded");
    world.finish();
}

#[test]
fn events_tell_the_story_of_a_release() {
    let world = World::new();
    world.release("shop:42", &group_with(&world, linear()));
    world.wait_end("prod-1", "Succeeded");
    let told = || -> Vec<String> {
        let events = must(world.kubernetes.events());
        events.iter().map(|event| event["note"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let expected = ["New revision detected", "is ready", "Advance step 1/4", "Advance step 4/4", "succeeded"];
    let complete = |told: &[String]| expected.iter().all(|one| told.iter().any(|note| note.contains(one)));
    must(poll::until("the Events of a release", || Ok(complete(&told()).then_some(()))));
    world.finish();
}

#[test]
fn a_hold_that_lasts_for_days_is_told_with_its_date() {
    let world = World::new();
    world.release("shop:42", &group_with(&world, json!({"canary": {"percentage": 20, "interval": "99999h"}})));
    world.wait_holding("prod-1", 20);
    let held = world.wait_object("deployments", "prod-1", "to say until when it holds", |one| {
        one["status"]["message"].as_str().is_some_and(|message| message.starts_with("holding weight 20"))
    });
    let message = held["status"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("next weight 100 at 203"), "{message}");
    go_on_to(&world, "prod-1", "Succeeded");
    world.finish();
}

/// All texts of a value.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn what_a_registry_says_is_shown_without_what_a_terminal_would_obey() {
    let mut scenario = scenario::shop();
    let says = "\u{1b}[2J\u{1b}[31mred\u{1b}]0;title\u{7}\nFAKE all is well";
    scenario["taskDefinitions"][2] = scenario::task_definition(43, &json!({"neverPulls": {"message": says}}));
    let world = World::of(&scenario);
    world.release("shop:43", &world.group());
    let failed = world.wait_end("prod-1", "Failed");
    let message = failed["status"]["failure"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("FAKE all is well"), "{message}");
    let shown =
        [must(world.kubernetes.list("deploymentgroups")), must(world.kubernetes.events()), vec![failed]].concat();
    for text in shown.iter().flat_map(texts) {
        assert!(!text.chars().any(char::is_control), "{text:?}");
    }
    world.finish();
}

#[test]
fn metrics_count_what_was_done() {
    let world = World::new();
    world.release("shop:42", &world.group());
    world.wait_end("prod-1", "Succeeded");
    // An end is counted a moment after it is recorded.
    let counted = || {
        Ok(Some(world.operator.metrics()?)
            .filter(|text| text.contains(r#"sluice_deployments_ended_total{end="Succeeded"} 1"#)))
    };
    let metrics = must(poll::until("the end to be counted", counted));
    for name in
        ["sluice_leader 1", "sluice_aws_", "CreateTaskSet", r#"sluice_deployment_seconds_count{end="Succeeded"} 1"#]
    {
        assert!(metrics.contains(name), "no {name} in:\n{metrics}");
    }
    assert!(!metrics.contains("not-checked"), "a secret leaves");
    world.finish();
}
