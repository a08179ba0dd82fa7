//! Each kind of fault, for some calls in the middle of a release and of a rollback: it strikes, it ends, and the end is
//! as if it had never been.

use serde_json::{Value, json};
use sluice_e2e::scenario::GROUP_B;
use sluice_e2e::world::{World, must};

use crate::support::{
    assert_original_alone, go_on_to, group_with, held_in_the_middle, in_the_middle_of_a_shift, linear, shares_written,
};

/// How many calls a fault strikes: those of a few looks, with the tries that follow a failed one.
const CALLS: u64 = 12;

/// The same where it strikes writes alone.
const WRITES: u64 = 2;

/// The access key of the operator, so that a fault never strikes a test's own hand.
const OPERATOR: &str = "AKIDSLUICE";

/// The fault, from now on and for so many calls, however long the operator takes to make them.
fn window(mut fault: Value) -> Value {
    fault["count"] = json!(if fault["write"] == true { WRITES } else { CALLS });
    fault["accessKey"] = json!(OPERATOR);
    fault
}

fn assert_struck(world: &World) {
    let faults = must(world.aws.get("faults"));
    let struck = |fault: &Value| fault["struck"].as_u64().is_some_and(|count| count > 0);
    assert!(faults.as_array().is_some_and(|all| all.iter().all(struck)), "a fault struck nothing: {faults:#}");
}

/// However often it was sent, it is one task set.
fn assert_one_task_set(world: &World) {
    let writes = must(world.aws.writes());
    let mut tokens: Vec<&Value> = writes
        .iter()
        .filter(|entry| entry["operation"] == "CreateTaskSet")
        .map(|entry| &entry["request"]["clientToken"])
        .collect();
    tokens.dedup();
    assert_eq!(tokens.len(), 1, "{tokens:?}");
}

/// A release, with the fault in the middle of its shift.
fn during_a_shift(fault: Value) {
    let world = World::new();
    // A write that lands late must find its own increment: each hold is longer than it takes to land.
    world.release("shop:42", &group_with(&world, held_in_the_middle("2s")));
    world.wait_holding("prod-1", 40);
    must(world.aws.add_faults(&window(fault)));
    go_on_to(&world, "prod-1", "Succeeded");
    assert_struck(&world);
    assert_one_task_set(&world);
    let mut shares = shares_written(&world, GROUP_B);
    shares.dedup();
    assert_eq!(shares, [20, 40, 60, 80, 100]);
    world.finish();
}

/// A rollback, with the fault from its beginning.
fn during_a_rollback(fault: Value) {
    let world = World::new();
    in_the_middle_of_a_shift(&world);
    must(world.aws.add_faults(&window(fault)));
    must(world.kubernetes.patch("deployments", "prod-1", &json!({"spec": {"stop": {}}})));
    world.wait_end("prod-1", "Stopped");
    assert_struck(&world);
    assert_one_task_set(&world);
    assert_original_alone(&world);
    world.finish();
}

/// A test for each way a call goes wrong, named after it.
macro_rules! faults {
    ($($name:ident: $fault:tt;)+) => {
        mod a_shift_goes_on_after {
            use super::*;
            $(#[test] fn $name() { during_a_shift(json!($fault)); })+
        }
        mod a_rollback_goes_on_after {
            use super::*;
            $(#[test] fn $name() { during_a_rollback(json!($fault)); })+
        }
    };
}

faults! {
    throttling: {"kind": "throttling"};
    throttled_load_balancing_alone: {"kind": "throttling", "service": "elbv2"};
    server_errors: {"kind": "server-error"};
    answers_that_take_a_second: {"kind": "latency", "milliseconds": 1000};
    connections_reset_before_anything_happened: {"kind": "reset-before"};
    connections_reset_after_a_write_happened: {"kind": "reset-after", "write": true};
    permission_refused: {"kind": "access-denied"};
    expired_credentials: {"kind": "expired-token"};
    reads_that_are_two_seconds_old: {"kind": "stale-reads", "milliseconds": 2000};
    writes_that_land_late: {"kind": "late-landing", "write": true, "milliseconds": 1500};
}

/// From the first moment of a release, so that it strikes each phase's own write once.
fn from_the_beginning(faults: &Value) {
    let world = World::new();
    must(world.aws.add_faults(faults));
    world.release("shop:42", &group_with(&world, linear()));
    world.wait_end("prod-1", "Succeeded");
    assert_struck(&world);
    assert_one_task_set(&world);
    world.finish();
}

#[test]
fn a_promotion_that_lands_late_does_no_harm() {
    from_the_beginning(&json!({
        "kind": "late-landing", "operation": "UpdateServicePrimaryTaskSet", "count": 1, "milliseconds": 1500,
    }));
}

#[test]
fn reads_that_are_always_a_second_old_do_no_harm() {
    from_the_beginning(&json!({"kind": "stale-reads", "milliseconds": 1000, "accessKey": OPERATOR}));
}

#[test]
fn writes_that_nothing_came_of_are_sent_again() {
    let lost = |operation: &str| json!({"kind": "reset-before", "operation": operation, "count": 1});
    from_the_beginning(&json!([
        lost("CreateTaskSet"),
        lost("ModifyRule"),
        lost("UpdateServicePrimaryTaskSet"),
        lost("DeleteTaskSet"),
    ]));
}
