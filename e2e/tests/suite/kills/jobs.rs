//! kill -9 at each call that has to do with the Job of a hook.

use serde_json::{Value, json};
use sluice_e2e::kill_point::{Moment, Request};
use sluice_e2e::manifests::with;
use sluice_e2e::scenario;
use sluice_e2e::world::must;

use super::ground::{Call, Ground, asks};
use super::{call, patch, provoked, release_with};
use crate::hooks_outside::{job, told};

#[test]
fn a_job_is_made_once_and_found_again_wherever_the_operator_dies() {
    let mut ground = Ground::new(&scenario::shop());
    let begin = |ground: &Ground| {
        let mut checks = job("checks", &json!(["complete", "12 of 12"]));
        checks["job"]["template"]["spec"]["template"]["spec"]["serviceAccountName"] = json!("default");
        release_with(&ground.world, &json!([checks]));
    };
    ground.kill_at_each(&[
        provoked("whether Jobs may be made", |one| asks(one, ("POST", "selfsubjectaccessreviews"), ""), begin),
        call("whose right a Job has", |one| asks(one, ("GET", "serviceaccounts/"), "")),
        call("the look whether the Job is there", |one| asks(one, ("GET", "jobs/"), "-checks-")),
        call("the Job being made", |one| asks(one, ("POST", "jobs"), "-checks-")),
        call("the Pods of the Job that has ended", |one| asks(one, ("GET", "pods"), "-checks-")),
    ]);
    ground.go_on();
    let ended = ground.world.wait_end("prod-1", "Succeeded");
    assert_eq!(told(&ended, "checks"), ("Succeeded", "12 of 12"));
    assert_eq!(jobs_named(&ground, "-checks-"), 1);

    // One that is stopped before the next operator has asked for it is taken away all the same.
    let provoke = |ground: &Ground| release_next(ground, "shop:46", &job("long", &json!(["hang"])));
    let is_made: fn(&Request) -> bool = |one| asks(one, ("POST", "jobs"), "-long-");
    ground.kill_at_each(&[once("the Job being made", is_made, &[Moment::AfterItsAnswer], provoke)]);
    patch(&ground, "prod-2", &json!({"stop": {}}));
    ground.go_on();
    ground.world.wait_end("prod-2", "Stopped");
    ground.finish();
}

/// A release each: an operator that makes a Job only after the hook's time is over does not wait for it, so that none may die
/// between the record of a hook and its Job.
#[test]
fn a_job_that_takes_too_long_is_ended_wherever_the_operator_dies() {
    let mut ground = Ground::new(&scenario::shop());
    // On a slow machine a Job would end by its own deadline before the operator ends it.
    ground.runner.hold_deadlines(true);
    let provoke = |ground: &Ground| release_with(&ground.world, &json!([hangs_for_ten_seconds("first")]));
    let is_ended: fn(&Request) -> bool = |one| asks(one, ("DELETE", "jobs/"), "-first-");
    ground.kill_at_each(&[once("the end of a Job", is_ended, &[Moment::BeforeItIsSent], provoke)]);
    // Whoever knew of it is dead: it ends by its own deadline.
    ground.runner.hold_deadlines(false);
    ground.go_on();
    assert_eq!(told(&ground.world.wait_end("prod-1", "Succeeded"), "first").0, "TimedOut");

    ground.runner.hold_deadlines(true);
    let provoke = |ground: &Ground| release_next(ground, "shop:46", &hangs_for_ten_seconds("second"));
    let is_ended: fn(&Request) -> bool = |one| asks(one, ("DELETE", "jobs/"), "-second-");
    ground.kill_at_each(&[once("the end of a Job", is_ended, &[Moment::AfterItsAnswer], provoke)]);
    ground.runner.hold_deadlines(false);
    ground.go_on();
    assert_eq!(told(&ground.world.wait_end("prod-2", "Succeeded"), "second").0, "TimedOut");
    assert_eq!(jobs_named(&ground, "-second-"), 0);
    ground.finish();
}

/// A call at which the operator dies once.
const fn once(
    what: &'static str,
    is_it: fn(&Request) -> bool,
    moments: &'static [Moment],
    provoke: fn(&Ground),
) -> Call {
    Call { what, is_it, moments, provoke }
}

/// The next release of the group, with this hook in place of those before.
fn release_next(ground: &Ground, revision: &str, hook: &Value) {
    ground.world.apply(&[with(ground.world.group(), "/hooks", json!([hook]))]);
    ground.world.change_revision(revision);
}

/// How many Jobs there are with this in their names.
fn jobs_named(ground: &Ground, part: &str) -> usize {
    let jobs = must(ground.world.kubernetes.raw_list("apis/batch/v1", "jobs"));
    jobs.iter().filter_map(|job| job["metadata"]["name"].as_str()).filter(|name| name.contains(part)).count()
}

fn hangs_for_ten_seconds(name: &str) -> Value {
    let mut hook = job(name, &json!(["hang"]));
    hook["timeout"] = json!("10s");
    hook
}
