//! AWS misbehaves during a release: it is waited out, told in the conditions, and nothing is done twice.

use serde_json::{Value, json};
use sluice_e2e::scenario::GROUP_B;
use sluice_e2e::world::{World, must};

use crate::support::{
    assert_original_alone, count, go_on_to, group_with, in_the_middle_of_a_shift, linear, shares_written,
};

/// A release under faults that are there from its beginning succeeds, with one task set and a clean journal of weights.
fn release_under(faults: &Value) -> World {
    release_of(linear(), faults)
}

/// The same with this configuration.
fn release_of(config: Value, faults: &Value) -> World {
    let world = World::new();
    must(world.aws.add_faults(faults));
    world.release("shop:42", &group_with(&world, config));
    world.wait_end("prod-1", "Succeeded");
    world
}

/// The tokens of all CreateTaskSet calls, answered or not: they are all the same one.
fn assert_one_task_set(world: &World) {
    let tokens: Vec<Value> = must(world.aws.writes())
        .iter()
        .filter(|entry| entry["operation"] == "CreateTaskSet")
        .map(|entry| entry["request"]["clientToken"].clone())
        .collect();
    assert!(tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
}

/// In the middle of a shift, a fault that strikes every call: the Deployment says so, and goes on once it is over.
fn told_while_it_lasts(fault: &Value, reason: &str) {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.aws.add_faults(fault));
    world.wait_condition("deployments", "prod-1", "Reconciling", reason);
    must(world.aws.clear_faults());
    go_on_to(&world, "prod-1", "Succeeded");
    assert_eq!(count(&world, "CreateTaskSet"), 1);
    world.finish();
}

// L6: a storm of throttling drains.
#[test]
fn throttling_is_told_while_it_lasts_and_waited_out() {
    told_while_it_lasts(&json!({"kind": "throttling"}), "Throttled");
}

#[test]
fn an_outage_is_told_while_it_lasts_and_waited_out() {
    told_while_it_lasts(&json!({"kind": "server-error"}), "AwsUnavailable");
}

#[test]
fn an_aws_that_does_not_answer_in_time_is_told_and_waited_out() {
    told_while_it_lasts(&json!({"kind": "latency", "milliseconds": 60_000}), "AwsUnavailable");
}

// S5 OneTaskSet
#[test]
fn writes_whose_answers_are_lost_are_not_done_twice() {
    let lost = |operation: &str| json!({"kind": "reset-after", "operation": operation, "count": 1});
    let faults =
        json!([lost("CreateTaskSet"), lost("ModifyRule"), lost("UpdateServicePrimaryTaskSet"), lost("DeleteTaskSet"),]);
    let world = release_under(&faults);
    assert_one_task_set(&world);
    world.finish();
}

// S12 Barrier
#[test]
fn writes_that_land_late_do_no_harm() {
    // Sooner than the barrier, as the operator's time-outs make sure.
    let late =
        |operation: &str| json!({"kind": "late-landing", "operation": operation, "count": 1, "milliseconds": 1500});
    // A weight that is not read back is written again, and the first write may land a hold later. A hold that is longer
    // than the life of a write, as any but a test's is, leaves no newer increment for it to undo.
    let config = json!({"linear": {"percentage": 50, "interval": "3s"}});
    let world = release_of(config, &json!([late("CreateTaskSet"), late("ModifyRule"), late("DeleteTaskSet")]));
    assert_one_task_set(&world);
    world.finish();
}

#[test]
fn one_call_in_five_fails_and_the_release_succeeds() {
    let world = release_under(&json!([
        {"kind": "throttling", "probability": 0.08},
        {"kind": "server-error", "probability": 0.08},
        {"kind": "reset-before", "probability": 0.04},
        {"kind": "latency", "milliseconds": 200, "probability": 0.2},
    ]));
    must(world.aws.clear_faults());
    assert_one_task_set(&world);
    let shares = shares_written(&world, GROUP_B);
    assert!(shares.is_sorted(), "{shares:?}");
    world.finish();
}

// L2: a rollback completes.
#[test]
fn a_rollback_works_through_an_outage() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.aws.add_faults(&json!({"kind": "server-error", "write": true, "count": 4})));
    must(world.kubernetes.kubectl_patch("deployment", "prod-1", &json!({"spec": {"stop": {}}})));
    world.wait_end("prod-1", "Stopped");
    assert_original_alone(&world);
    world.finish();
}

#[test]
fn permission_refused_half_way_stalls_and_goes_on_once_it_is_given() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.aws.add_faults(&json!({"kind": "access-denied", "operation": "ModifyRule"})));
    world.end_hold("prod-1");
    let message = world.wait_condition("deployments", "prod-1", "Stalled", "AccessDenied");
    assert!(message.contains("allow"), "{message}");
    must(world.aws.clear_faults());
    world.wait_end("prod-1", "Succeeded");
    world.finish();
}

#[test]
fn credentials_that_expire_half_way_stall_and_it_goes_on_with_fresh_ones() {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.aws.add_faults(&json!({"kind": "expired-token"})));
    world.wait_condition("deployments", "prod-1", "Stalled", "AuthenticationFailed");
    must(world.aws.clear_faults());
    go_on_to(&world, "prod-1", "Succeeded");
    world.finish();
}
