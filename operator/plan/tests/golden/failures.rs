//! What turns a release round by itself.

use super::{canary, golden, release, release_of};
use crate::support::{Behaviour, Event, Run, World};

#[test]
fn tasks_that_never_start_trip_the_breaker() {
    golden("failures", "never-starting", release_of(Behaviour::NeverStarts));
}

#[test]
fn tasks_that_crash_trip_the_breaker() {
    golden("failures", "crashing", release_of(Behaviour::Crashes));
}

#[test]
fn failing_health_checks_turn_it_round_within_one_reconcile() {
    golden("failures", "failing-health-checks", release().at(120, Event::ReplacementBecomes(Behaviour::Unhealthy)));
}

#[test]
fn the_progress_deadline_is_not_pushed_back() {
    golden("failures", "progress-deadline", release_of(Behaviour::Hangs));
}

#[test]
fn a_create_that_aws_refuses_fails_the_deployment() {
    let mut run = release();
    run.refuses_create = true;
    golden("failures", "create-refused", run);
}

#[test]
fn a_service_without_a_primary_keeps_what_serves_when_its_release_fails() {
    let world = World { behaviour: Behaviour::Crashes, ..World::without_primary(1, 4) };
    golden("failures", "without-primary", Run::new(world, &canary()));
}
