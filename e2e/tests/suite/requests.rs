//! What the operator asks of the API server, by its own count: of one release, of a group in which nothing happens, and
//! of what waits for an object.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sluice_e2e::manifests::{application, binding, with};
use sluice_e2e::world::{World, must};
use sluice_e2e::{poll, scenario};

use crate::support::{group_with, linear};

/// Requests by verb and kind, as `List Deployment`. Those that keep the Lease and the watches are left out.
pub fn asked(world: &World) -> BTreeMap<String, u64> {
    let page = must(world.operator.metrics());
    let series = page.lines().filter_map(|line| line.strip_prefix("sluice_kubernetes_requests_total{"));
    let counted = series.filter_map(|line| {
        let (labels, count) = line.rsplit_once(' ')?;
        let value = |name: &str| labels.split(&format!("{name}=\"")).nth(1)?.split('"').next();
        Some((value("verb")?.to_owned(), value("kind")?.to_owned(), count.parse().ok()?))
    });
    counted
        .filter(|(verb, kind, _)| verb != "Watch" && kind != "Lease")
        .map(|(verb, kind, count)| (format!("{verb} {kind}"), count))
        .collect()
}

/// Writes by kind of write, such as `Status`.
fn written(world: &World, kind: &str) -> u64 {
    let page = must(world.operator.metrics());
    let wanted = format!("sluice_kubernetes_writes_total{{write=\"{kind}\"}} ");
    page.lines().filter_map(|line| line.strip_prefix(&wanted)?.parse::<u64>().ok()).sum()
}

/// What was asked so far, once nothing more is asked from one look to the next: Events are written behind the rest.
fn settled(world: &World, look: impl Fn()) -> BTreeMap<String, u64> {
    let mut before = asked(world);
    loop {
        look();
        let after = asked(world);
        if after == before {
            return before;
        }
        before = after;
    }
}

/// What was asked between two counts.
pub fn between(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let made = after.iter().map(|(what, count)| (what.clone(), count - before.get(what).copied().unwrap_or(0)));
    made.filter(|(_, count)| *count > 0).collect()
}

/// A world whose group is there, and has nothing to release.
fn without_a_revision(world: World, group: impl Fn(&World) -> Value) -> World {
    let mut application = application("shop:41");
    application["spec"] = json!({"computePlatform": "ECS"});
    world.apply(&[application, group(&world)]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    world
}

#[test]
fn a_release_asks_for_one_list_as_it_begins_and_for_no_object() {
    let world = without_a_revision(World::new(), |world| group_with(world, linear()));
    let before = asked(&world);
    world.apply(&[application("shop:42")]);
    world.wait_end("prod-1", "Succeeded");
    world.assert_settled();
    let asked = between(&before, &asked(&world));
    let reads: Vec<_> = asked.iter().filter(|(what, _)| what.starts_with("Get") || what.starts_with("List")).collect();
    assert_eq!(reads, [(&"List Deployment".to_owned(), &1)], "{asked:?}");
    world.finish();
}

#[test]
fn nothing_is_asked_while_nothing_happens() {
    let world = World::new();
    world.release("shop:42", &group_with(&world, linear()));
    world.wait_end("prod-1", "Succeeded");
    world.assert_settled();
    let before = settled(&world, || world.wait_looks(4));
    world.wait_looks(8);
    assert_eq!(between(&before, &asked(&world)), BTreeMap::new());
    world.finish();
}

#[test]
fn what_waits_for_an_object_asks_for_nothing_and_goes_on_when_it_is_there() {
    let world = World::new();
    // The Application is missing, and the binding.
    must(world.kubernetes.delete("awsbindings", &world.binding));
    let group = group_with(&world, linear());
    world.apply(&[group]);
    world.wait_condition("deploymentgroups", "prod", "Stalled", "NoApplication");
    must(poll::until("the stall to be told", || Ok(asked(&world).contains_key("Create Event").then_some(()))));
    let before = settled(&world, || world.wait_reconciles("DeploymentGroup", 1));
    let calls = must(world.aws.journal()).len();
    world.wait_reconciles("DeploymentGroup", 3);
    assert_eq!(between(&before, &asked(&world)), BTreeMap::new());
    world.apply(&[application("shop:42")]);
    world.wait_condition("deploymentgroups", "prod", "Stalled", "NoBinding");
    assert_eq!(must(world.aws.journal()).len(), calls, "nothing is called for a group that no binding admits");
    world.apply(&[binding(&world.binding)]);
    world.wait_end("prod-1", "Succeeded");
    world.assert_settled();
    world.finish();
}

/// Writes of a release: ten of its status, and its finalizer, with which it was made, is taken away.
const WRITES: u64 = 10 + 1;

/// Writes of its group: its finalizer, the beginning, that all traffic has moved, the end; and one more where the Deployment
/// takes long to begin. The increments follow after six looks, which is later here.
const WRITES_OF_THE_GROUP: u64 = 1 + 1 + 1 + 1 + 1;

#[test]
fn a_release_of_five_increments_is_written_eleven_times_at_most_with_one_event_for_each_thing_that_happened() {
    // Not so short that a busy machine makes it look twice while tasks get healthy.
    let world = World::with(&scenario::shop(), |settings| "10s".clone_into(&mut settings.poll_interval));
    let steps = json!({"steps": [
        {"weight": 5, "hold": "1s"}, {"weight": 20, "hold": "1s"}, {"weight": 40, "hold": "1s"}, {"weight": 70, "hold": "1s"},
        {"weight": 100},
    ]});
    let world = without_a_revision(world, |world| with(group_with(world, steps.clone()), "/bake", json!("1s")));
    let (before, events) = (asked(&world), written(&world, "Event"));
    world.apply(&[application("shop:42")]);
    world.wait_end("prod-1", "Succeeded");
    world.wait_condition("applications", "shop", "Ready", "Running");
    world.assert_settled();
    let asked = between(&before, &asked(&world));
    assert!(asked["Patch Deployment"] <= WRITES, "{asked:?}");
    assert!(asked["Patch DeploymentGroup"] <= WRITES_OF_THE_GROUP, "{asked:?}");
    let told = events_of(&world, "prod-1");
    let expected =
        ["Baking", "Installing", "Installing", "Shifting", "Shifting", "Shifting", "Shifting", "Shifting", "Succeeded"];
    assert_eq!(told, expected);
    assert!(written(&world, "Event") - events >= told.len() as u64);
    world.finish();
}

/// Reasons of the Events about an object, sorted, once all of them are written: some have the same moment.
fn events_of(world: &World, name: &str) -> Vec<String> {
    let events = must(poll::until("the last Event", || {
        let events = world.kubernetes.events()?;
        Ok(events.iter().any(|event| event["reason"] == "Succeeded").then_some(events))
    }));
    let is_about = |event: &&Value| event["regarding"]["name"] == name || event["involvedObject"]["name"] == name;
    let about = events.iter().filter(is_about);
    let mut reasons: Vec<String> = about.map(|event| event["reason"].as_str().unwrap_or_default().to_owned()).collect();
    reasons.sort();
    reasons
}
