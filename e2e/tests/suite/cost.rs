//! What a group costs in which nothing happens. What a release costs is told in `routes`.

use serde_json::json;
use sluice_e2e::manifests::application;
use sluice_e2e::poll;
use sluice_e2e::world::{World, must};

use crate::support::{group_with, linear};

/// How many Events there are once no more come: the last ones may be written long after what they tell of.
fn events_at_rest(world: &World) -> usize {
    let mut last = None;
    must(poll::until("the last Event to be written", || {
        let count = world.kubernetes.events()?.len();
        world.wait_looks(3);
        Ok(if last.replace(count) == Some(count) { last } else { None })
    }))
}

// L3: after the end nothing is written any more.
#[test]
fn an_idle_group_costs_no_write_over_many_resyncs() {
    let world = World::new();
    world.release("shop:42", &group_with(&world, linear()));
    world.wait_end("prod-1", "Succeeded");
    world.assert_settled();

    let writes = world.writes();
    let versions = must(world.kubernetes.resource_versions());
    let events = events_at_rest(&world);
    world.wait_looks(8);
    assert_eq!(world.writes(), writes);
    assert_eq!(must(world.kubernetes.resource_versions()), versions);
    assert_eq!(must(world.kubernetes.events()).len(), events);
    world.finish();
}

#[test]
fn a_group_that_has_nothing_to_release_writes_nothing_to_aws() {
    let world = World::new();
    let mut without_revision = application("shop:41");
    without_revision["spec"] = json!({"computePlatform": "ECS"});
    world.apply(&[without_revision, world.group()]);
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    world.wait_looks(3);
    assert_eq!(world.writes(), Vec::<String>::new());
    world.finish();
}
