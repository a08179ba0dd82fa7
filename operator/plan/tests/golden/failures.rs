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

#[test]
fn tasks_that_fail_and_are_replaced_between_two_looks_are_counted_before_the_next_increment() {
    golden("failures", "replaced-between-looks", release().at(120, Event::TasksFail(3)));
}

/// Three tasks fail their checks a minute after they began to run, which is within their grace, and three more long after it.
#[test]
fn tasks_that_fail_their_checks_count_once_their_grace_is_over() {
    let mut run = release().at(120, Event::TasksFailChecks(3, 60)).at(500, Event::TasksFailChecks(3, 400));
    run.settings.health_grace = "2m".parse().unwrap();
    golden("failures", "grace", run);
}

#[test]
fn tasks_that_fail_and_are_replaced_in_the_bake_are_counted_at_its_end() {
    golden("failures", "replaced-in-the-bake", release().at(500, Event::TasksFail(3)));
}

/// One task on Spot capacity: AWS takes it away while it has traffic.
#[test]
fn a_spot_interruption_is_no_failure_of_the_revision() {
    let world = World { behaviour: Behaviour::Interrupted, ..World::new(1, 1) };
    golden("failures", "spot-interruption", Run::new(world, &canary()));
}

/// Four of eight are taken away, and two crash: neither kind is counted as the other.
#[test]
fn tasks_that_aws_took_away_do_not_count_as_failed() {
    let world = World { behaviour: Behaviour::Interrupted, ..World::new(1, 4) };
    let run = Run::new(world, &canary()).at(100, Event::TasksFail(2)).until(|run| run.progress.rollback.is_some());
    let failure = run.progress.failure.unwrap();
    assert!(failure.message.contains("no target of the replacement is healthy"), "{}", failure.message);
}

#[test]
fn tasks_for_which_there_is_no_place_fail_as_infrastructure() {
    golden("failures", "no-place", release_of(Behaviour::Hangs).at(60, Event::NoPlace));
}

#[test]
fn a_weight_that_aws_denies_until_the_deadline_fails_as_denied() {
    golden("failures", "denied-weights", release().at(0, Event::Deny("weights")));
}

#[test]
fn a_create_that_aws_denies_until_the_deadline_fails_as_denied() {
    golden("failures", "denied-create", release().at(0, Event::Deny("create")));
}

/// Past the last increment nothing runs out: it says what is denied until it is allowed.
#[test]
fn a_promotion_and_a_deletion_that_aws_denies_are_waited_for_and_told() {
    for kind in ["promote", "delete"] {
        let run = release().at(0, Event::Deny(kind)).at(4000, Event::Allow);
        let run = run.until(|run| run.elapsed() > 3900);
        assert!(
            run.progress.message.contains(kind) && run.progress.reason == "AccessDenied",
            "{}",
            run.progress.message
        );
        let run = run.until_later(|run| run.progress.completed_at.is_some());
        assert_eq!(run.progress.state, sluice_api::State::Succeeded, "{kind}\n{}", run.log.text());
    }
    let run = release().at(0, Event::Deny("delete")).at(120, Event::Stop).until(|run| run.elapsed() > 600);
    let message = &run.progress.message;
    assert!(message.contains("rolling back: failed to call delete") && message.contains("spec.stop"), "{message}");
}
