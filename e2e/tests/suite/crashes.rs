//! The operator dies, and another carries on where it was.

use serde_json::{Value, json};
use sluice_e2e::operator::Settings;
use sluice_e2e::poll;
use sluice_e2e::scenario::{self, GROUP_B};
use sluice_e2e::world::{World, must};

use crate::support::{
    assert_original_alone, count, go_on_to, group_with, in_the_middle_of_a_shift, linear, shares_written,
};

/// A Lease that a successor soon asks for again, and that a busy machine still keeps.
const LEASE: &str = "30s";

fn world() -> World {
    World::with_lease(&scenario::shop(), LEASE)
}

/// The increments that are done, with their times.
fn done_steps(world: &World) -> Vec<Value> {
    let deployment = world.object("deployments", "prod-1");
    let steps = deployment["status"]["steps"].as_array().unwrap();
    steps.iter().filter(|step| step["completedAt"].is_string()).cloned().collect()
}

/// After a crash in the middle of a shift: what was done stays done, and nothing is done twice.
fn assert_carried_on(world: &World, done: &[Value]) {
    go_on_to(world, "prod-1", "Succeeded");
    assert_eq!(done.len(), 1, "the first of the increments was done, and no other");
    assert_eq!(done_steps(world)[..1], *done, "an increment was made again");
    assert_eq!(count(world, "CreateTaskSet"), 1);
    assert_eq!(shares_written(world, GROUP_B), [20, 40, 60, 80, 100]);
}

#[test]
fn killed_in_the_middle_of_a_shift_it_carries_on_where_it_was() {
    let mut world = world();
    in_the_middle_of_a_shift(&world);
    world.kill_operator();
    let done = done_steps(&world);
    must(world.operator.restart());
    assert_carried_on(&world, &done);
    world.finish();
}

#[test]
fn asked_to_end_in_the_middle_of_a_shift_it_ends_well_and_the_next_carries_on() {
    let mut world = world();
    in_the_middle_of_a_shift(&world);
    let status = must(world.operator.terminate());
    assert!(status.success(), "{status}");
    let done = done_steps(&world);
    must(world.operator.restart());
    assert_carried_on(&world, &done);
    world.finish();
}

#[test]
fn killed_during_a_rollback_it_finishes_the_rollback() {
    // The first operator would take its time to delete, so that it is killed before.
    let mut world = World::with(&scenario::shop(), |settings| {
        LEASE.clone_into(&mut settings.lease_duration);
        "30m".clone_into(&mut settings.aws_clock_error);
    });
    in_the_middle_of_a_shift(&world);
    must(world.kubernetes.kubectl_patch("deployment", "prod-1", &json!({"spec": {"stop": {}}})));
    world.wait_object("deployments", "prod-1", "to roll back", |one| one["status"]["rollback"].is_object());
    world.kill_operator();
    assert_eq!(count(&world, "DeleteTaskSet"), 0, "the kill came too late to test anything");
    let hasty = Settings { aws_clock_error: "1s".to_owned(), ..world.operator.settings().clone() };
    must(world.operator.restart_with(hasty));
    world.wait_end("prod-1", "Stopped");
    assert_original_alone(&world);
    world.finish();
}

/// Killed after a write took effect and before its answer came: the next operator finds what was done, and the end is
/// that of an undisturbed release.
fn killed_between_a_write_and_its_answer(operation: &str) {
    let mut world = world();
    must(world.aws.add_faults(&json!({"kind": "latency", "operation": operation, "milliseconds": 3_600_000})));
    world.release("shop:42", &group_with(&world, linear()));
    // No answer comes, however late the operator is killed.
    must(poll::closely(operation, || Ok((world.aws.count(operation)? > 0).then_some(()))));
    world.kill_operator();
    must(world.aws.clear_faults());
    must(world.operator.restart());
    world.wait_end("prod-1", "Succeeded");
    let created: Vec<Value> = must(world.aws.writes())
        .iter()
        .filter(|entry| entry["operation"] == "CreateTaskSet")
        .map(|entry| entry["request"]["clientToken"].clone())
        .collect();
    assert!(created.iter().all(|token| *token == created[0]), "{created:?}");
    let mut shares = shares_written(&world, GROUP_B);
    shares.dedup();
    assert_eq!(shares, [25, 50, 75, 100]);
    world.finish();
}

// S5 OneTaskSet
#[test]
fn killed_before_it_knew_that_the_task_set_was_made_it_makes_no_second_one() {
    killed_between_a_write_and_its_answer("CreateTaskSet");
}

#[test]
fn killed_before_it_knew_that_a_weight_was_written_it_carries_on() {
    killed_between_a_write_and_its_answer("ModifyRule");
}

#[test]
fn killed_before_it_knew_that_the_replacement_was_promoted_it_carries_on() {
    killed_between_a_write_and_its_answer("UpdateServicePrimaryTaskSet");
}

#[test]
fn killed_before_it_knew_that_the_original_was_deleted_it_carries_on() {
    killed_between_a_write_and_its_answer("DeleteTaskSet");
}

#[test]
fn killed_during_the_bake_the_original_goes_when_it_should() {
    let mut world = world();
    let mut group = world.group();
    group["spec"]["bake"] = json!("30m");
    world.release("shop:42", &group);
    let baking = world.wait_object("deployments", "prod-1", "to bake", |one| one["status"]["state"] == "Baking");
    world.kill_operator();
    must(world.operator.restart());
    world.wait_looks(2);
    assert_eq!(count(&world, "DeleteTaskSet"), 0, "the original went before the bake was over");
    let terminate_at = |one: &Value| one["status"]["original"]["terminateAt"].clone();
    assert_eq!(terminate_at(&world.object("deployments", "prod-1")), terminate_at(&baking), "the bake began anew");
    world.end_bake("prod-1");
    world.wait_end("prod-1", "Succeeded");
    world.finish();
}

// L5: a dead leader is replaced.
#[test]
fn a_second_replica_takes_over_when_the_leader_is_killed() {
    let mut world = world();
    let mut second = world.second_operator();
    in_the_middle_of_a_shift(&world);
    assert!(!second.log().contains("acting"), "both lead:\n{}", second.log());
    world.kill_operator();
    let done = done_steps(&world);
    assert_carried_on(&world, &done);
    assert!(second.log().contains("acting"), "who carried on?\n{}", second.log());
    world.assert_settled();
    must(second.terminate());
    must(world.operator.restart());
    world.take_down();
}

// S13 Fence
#[test]
fn a_leader_that_hung_and_lost_its_lease_writes_nothing_and_ends() {
    let mut world = world();
    let mut second = world.second_operator();
    in_the_middle_of_a_shift(&world);
    must(world.operator.freeze());
    let done = done_steps(&world);
    must(poll::until("the second replica to act", || Ok(second.log().contains("acting").then_some(()))));
    must(world.operator.thaw());
    let status = must(poll::until("the first replica to notice and end", || world.operator.ended()));
    assert!(!status.success(), "a lost Lease is no orderly end");
    assert_carried_on(&world, &done);
    world.assert_settled();
    must(second.terminate());
    must(world.operator.restart());
    world.take_down();
}
