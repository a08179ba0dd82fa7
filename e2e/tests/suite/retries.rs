//! A release that failed for a cause that may pass is tried again by itself.

use serde_json::json;
use sluice_e2e::manifests::with;
use sluice_e2e::world::{World, must};

use crate::support::count;

#[test]
fn a_release_without_capacity_is_tried_again_once_there_is_some_by_an_operator_that_saw_no_failure() {
    let mut world = World::new();
    must(world.aws.set_behaviour("shop:42", &json!({"noCapacity": {}})));
    let group =
        with(with(world.group(), "/progressDeadline", json!("5s")), "/retry", json!({"limit": 2, "backoff": "3s"}));
    world.release("shop:42", &group);
    let failed = world.wait_end("prod-1", "Failed");
    assert_eq!(failed["status"]["failure"]["retryable"], true, "{failed:#}");
    world.wait_object("deploymentgroups", "prod", "to tell of the retry", |one| {
        one["status"]["message"].as_str().is_some_and(|message| message.starts_with("shop:42 failed: retry 1 of 2 at "))
    });
    world.kill_operator();
    must(world.operator.restart());
    must(world.aws.set_behaviour("shop:42", &json!({"healthy": true})));
    let second = world.wait_end("prod-2", "Succeeded");
    assert_eq!(second["spec"]["retryOf"], "prod-1", "{second:#}");
    world.wait_condition("deploymentgroups", "prod", "Ready", "Running");
    assert_eq!(count(&world, "CreateTaskSet"), 2);
    world.finish();
}
