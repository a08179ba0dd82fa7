//! What the operator asks of the API server, by its own count: of one release, of a group in which nothing happens, and
//! of what waits for an object.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sluice_e2e::manifests::{application, binding, with};
use sluice_e2e::world::{World, must};

use crate::support::{group_with, linear};

/// Requests by verb and kind, as `List Deployment`. Those that keep the Lease and the watches are left out.
fn asked(world: &World) -> BTreeMap<String, u64> {
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

/// What was asked between two counts.
fn between(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let made = after.iter().map(|(what, count)| (what.clone(), count - before.get(what).copied().unwrap_or(0)));
    made.filter(|(_, count)| *count > 0).collect()
}

/// A world whose group is there, and has nothing to release.
fn without_a_revision(group: impl Fn(&World) -> Value) -> World {
    let world = World::new();
    let mut application = application("shop:41");
    application["spec"] = json!({"computePlatform": "ECS"});
    world.apply(&[application, group(&world)]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    world
}

#[test]
fn a_release_asks_for_one_list_as_it_begins_and_for_no_object() {
    let world = without_a_revision(|world| group_with(world, linear()));
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
    // The last Events are written behind the rest.
    let mut before = asked(&world);
    loop {
        world.wait_looks(4);
        let after = asked(&world);
        if after == before {
            break;
        }
        before = after;
    }
    world.wait_looks(8);
    assert_eq!(between(&before, &asked(&world)), BTreeMap::new());
    world.finish();
}

#[test]
fn what_waits_for_an_object_asks_for_nothing_and_goes_on_when_it_is_there() {
    let world = World::new();
    // The Application is missing, and the binding: the group is told so, once for each.
    let group = with(group_with(&world, linear()), "/aws/binding", json!(format!("{}-2", world.binding)));
    world.apply(&[group]);
    world.wait_condition("deploymentgroups", "prod", "Stalled", "NoApplication");
    let before = asked(&world);
    let calls = must(world.aws.journal()).len();
    world.wait_reconciles("DeploymentGroup", 3);
    assert_eq!(between(&before, &asked(&world)), BTreeMap::new());
    world.apply(&[application("shop:42")]);
    world.wait_condition("deploymentgroups", "prod", "Stalled", "NoBinding");
    assert_eq!(must(world.aws.journal()).len(), calls, "nothing is called for a group that no binding admits");
    let second = format!("{}-2", world.binding);
    world.apply(&[binding(&second)]);
    world.wait_end("prod-1", "Succeeded");
    world.assert_settled();
    must(world.kubernetes.delete("awsbindings", &second));
    world.finish();
}
