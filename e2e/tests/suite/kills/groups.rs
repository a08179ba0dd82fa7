//! kill -9 at each call by which groups have releases made, in their order, and forget the oldest.

use serde_json::{Value, json};
use sluice_e2e::environments;
use sluice_e2e::kill_point::Request;
use sluice_e2e::manifests::{application, with};
use sluice_e2e::world::must;

use super::ground::{Ground, asks, calls, recorded, records_gate};
use super::{call, provoked};
use crate::support::count;

const NAMES: [&str; 2] = ["dev", "prod"];

/// One group after the other, each of which keeps one Deployment that has ended.
fn shop(revision: &str) -> Value {
    let promoted = with(application(revision), "/promotion", json!({"groups": NAMES, "soak": "1s"}));
    with(promoted, "/revisionHistoryLimit", json!(1))
}

/// Whether a request records this Deployment.
fn is_of(one: &Request, name: &str) -> bool {
    one.path().contains(&format!("/deployments/{name}/"))
}

#[test]
fn groups_have_each_release_made_once_and_forget_the_oldest_once_wherever_the_operator_dies() {
    let mut ground = Ground::new(&environments::world(&NAMES));
    ground.world.apply(&[shop("shop:41")]);
    for (name, number) in NAMES.iter().zip(1..) {
        ground.world.apply(&[environments::group(name, number, &ground.world.binding)]);
    }
    for name in NAMES {
        ground.world.wait_condition("deploymentgroups", name, "Ready", "Running");
    }
    let release = |ground: &Ground| ground.world.apply(&[shop("shop:42")]);
    ground.kill_at_each(&[
        provoked("a Deployment being made", |one| asks(one, ("POST", "deployments"), r#""groupRef":"dev""#), release),
        call("whose credentials they are", |one| calls(one, "GetCallerIdentity", "")),
        call("the record of what was asked for", |one| asks(one, ("PATCH", "deploymentgroups/dev/status"), "shop:42")),
        call("the record that it begins", |one| is_of(one, "dev-1") && recorded(one)["startedAt"].is_string()),
        call("the status of the Application", |one| asks(one, ("PATCH", "applications/shop/status"), "")),
        call("the record that the next one has its turn", |one| records_gate(one, "dev", "Passed")),
        call("the finalizer of one that has ended", |one| asks(one, ("PATCH", "deployments/prod-1"), "finalizers")),
    ]);
    ground.go_on();
    for name in ["dev-1", "prod-1"] {
        ground.world.wait_end(name, "Succeeded");
    }
    let release = |ground: &Ground| ground.world.apply(&[shop("shop:46")]);
    ground.kill_at_each(&[
        provoked("an Event", |one| asks(one, ("POST", "events"), ""), release),
        call("the oldest Deployment being deleted", |one| asks(one, ("DELETE", "deployments/dev-1"), "")),
    ]);
    ground.go_on();
    for name in ["dev-1", "prod-1"] {
        ground.world.wait_gone("deployments", name);
    }
    ground.world.wait_end("prod-2", "Succeeded");
    let made = must(ground.world.kubernetes.list("deployments"));
    let names: Vec<&Value> = made.iter().map(|one| &one["metadata"]["name"]).collect();
    assert_eq!(names, ["dev-2", "prod-2"], "each was made once");
    assert_eq!(count(&ground.world, "CreateTaskSet"), 4);
    ground.finish();
}
