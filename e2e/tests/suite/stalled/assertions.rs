//! That something cannot be released, and that it is once it can.

use sluice_e2e::world::{World, find_condition};

/// The object says that it is stalled, for this reason, with this word of the remedy; and AWS was not touched.
#[track_caller]
pub(super) fn assert_stalled(world: &World, (kind, name): (&str, &str), reason: &str, remedy: &str) {
    let message = world.wait_condition(kind, name, "Stalled", reason);
    assert!(message.contains(remedy), "no {remedy:?} in: {message}");
    let object = world.object(kind, name);
    let ready = find_condition(&object, "Ready").unwrap();
    assert_eq!(ready["status"], "False", "{object:#}");
    assert_eq!(world.writes(), Vec::<String>::new());
}

/// The group `prod` is stalled.
#[track_caller]
pub(super) fn assert_group_stalled(world: &World, reason: &str, remedy: &str) {
    assert_stalled(world, ("deploymentgroups", "prod"), reason, remedy);
}

/// The Deployment `prod-1` is stalled.
#[track_caller]
pub(super) fn assert_release_stalled(world: &World, reason: &str, remedy: &str) {
    assert_stalled(world, ("deployments", "prod-1"), reason, remedy);
}

/// The cause is mended: the release is made without anyone asking again.
#[track_caller]
pub(super) fn goes_on(world: World) {
    world.wait_end("prod-1", "Succeeded");
    world.finish();
}
