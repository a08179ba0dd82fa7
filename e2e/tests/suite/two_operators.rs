//! Two operators on one cluster, with Leases of their own: one acts, the other sees it and waits.

use serde_json::json;
use sluice_e2e::manifests::{application, with};
use sluice_e2e::operator::{Operator, Settings};
use sluice_e2e::poll;
use sluice_e2e::world::{World, must};

use crate::support::count;

/// Another operator for the namespace of the world, which takes no Lease.
fn from_a_desk(world: &World) -> Settings {
    let mut settings = world.operator.settings().clone();
    settings.arguments.extend(["--leader-elect".to_owned(), "false".to_owned()]);
    settings
}

fn wait_log(operator: &Operator, words: &str) {
    must(poll::until(words, || Ok(operator.log().contains(words).then_some(()))));
}

#[test]
fn a_second_operator_on_the_same_namespace_does_nothing_until_the_first_is_gone() {
    let mut world = World::new();
    world.apply(&[application("shop:41"), with(world.group(), "/bake", json!("30m"))]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    let folder = tempfile::tempdir().unwrap();
    let mut second = must(Operator::start(from_a_desk(&world), &folder.path().join("second.log")));
    let namespace = world.kubernetes.namespace().to_owned();
    wait_log(
        &second,
        &format!(
            "another operator acts on this cluster: Lease {namespace}/sluice, which watches namespace {namespace}"
        ),
    );
    world.change_revision("shop:42");
    world.wait_object("deployments", "prod-1", "to bake", |one| one["status"]["state"] == "Baking");
    assert!(!second.log().contains("acting"), "{}", second.log());

    // The first ends and says so; the second carries on where it was.
    must(world.operator.terminate());
    wait_log(&second, "acting");
    world.end_bake("prod-1");
    world.wait_end("prod-1", "Succeeded");
    assert_eq!(count(&world, "CreateTaskSet"), 1);
    must(second.terminate());
    must(world.operator.restart());
    world.finish();
}

#[test]
fn an_operator_that_fell_silent_is_followed_after_its_promise_and_the_barrier() {
    let mut world = World::with(&sluice_e2e::scenario::shop(), |settings| {
        "4s".clone_into(&mut settings.lease_duration);
    });
    world.apply(&[application("shop:41"), world.group()]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    must(world.operator.kill9());
    let folder = tempfile::tempdir().unwrap();
    let mut second = must(Operator::start(from_a_desk(&world), &folder.path().join("second.log")));
    wait_log(&second, "another operator fell silent: waiting for its writes to land");
    world.change_revision("shop:42");
    world.wait_end("prod-1", "Succeeded");
    must(second.terminate());
    must(world.operator.restart());
    world.finish();
}
