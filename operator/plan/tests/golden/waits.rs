//! What a release waits for before it goes on, and how a wait ends: a person, time, or who passes over it.

use serde_json::{Value, json};
use sluice_api::State;

use super::golden;
use crate::support::{Behaviour, Event, Run, World};

/// Three increments, the first of which is held for long.
fn steps() -> Value {
    json!({"steps": [{"name": "canary", "weight": 10, "hold": "30m"}, {"name": "half", "weight": 50, "hold": "1m"}, {"weight": 100}]})
}

/// The same in a group whose releases wait for a person before any traffic moves.
fn waits_when_ready(ready: &Value) -> Run {
    let mut run = Run::new(World::new(1, 4), &steps());
    run.settings.ready = Some(serde_json::from_value(ready.clone()).unwrap());
    run
}

#[test]
fn traffic_waits_for_a_person_who_lets_it_move() {
    let run = waits_when_ready(&json!({"wait": "30m"})).at(600, Event::Approve("Ready")).at(700, Event::SkipTo("half"));
    golden("waits", "ready-approved", run);
}

#[test]
fn nobody_lets_it_move_and_it_is_stopped() {
    let run = golden("waits", "ready-stopped", waits_when_ready(&json!({"wait": "5m", "onTimeout": "Stop"})));
    assert_eq!((run.progress.state, run.progress.failure), (State::Stopped, None));
}

#[test]
fn nobody_lets_it_move_and_it_goes_on() {
    let run = waits_when_ready(&json!({"wait": "5m", "onTimeout": "Continue"})).at(400, Event::SkipTo("End"));
    golden("waits", "ready-continued", run);
}

#[test]
fn an_approval_that_was_given_before_it_is_waited_for_counts() {
    let run = waits_when_ready(&json!({"wait": "5m"})).at(2, Event::Approve("Ready")).at(60, Event::SkipTo("End"));
    golden("waits", "ready-approved-early", run);
}

#[test]
fn no_time_runs_while_it_is_paused_and_nobody_has_to_answer() {
    let run = waits_when_ready(&json!({"wait": "5m"})).at(100, Event::Pause).at(2000, Event::Resume);
    golden("waits", "ready-paused", run);
}

#[test]
fn what_crashes_while_a_person_is_waited_for_turns_round() {
    let crash = Event::ReplacementBecomes(Behaviour::Crashes);
    golden("waits", "ready-crashing", waits_when_ready(&json!({"wait": "30m"})).at(100, crash));
}

#[test]
fn nobody_is_waited_for_while_the_original_serves_nobody() {
    let down = Event::OriginalBecomes(Behaviour::Unhealthy);
    golden("waits", "ready-without-the-original", waits_when_ready(&json!({"wait": "30m"})).at(100, down));
}

#[test]
fn who_skips_to_a_step_passes_over_the_holds_before_it_and_none_after() {
    golden("waits", "skip-to-half", Run::new(World::new(1, 4), &steps()).at(100, Event::SkipTo("half")));
}

#[test]
fn who_skips_to_the_bake_passes_over_all_holds_and_who_skips_to_the_end_over_the_bake_too() {
    let run = Run::new(World::new(2, 4), &steps()).at(100, Event::SkipTo("Bake")).at(200, Event::SkipTo("End"));
    golden("waits", "skip-to-bake-and-end", run);
}

#[test]
fn who_promotes_at_once_sees_every_increment_made_and_verified() {
    golden("waits", "skip-to-end", waits_when_ready(&json!({"wait": "30m"})).at(2, Event::SkipTo("End")));
}

#[test]
fn who_names_no_step_reads_which_there_are_and_nothing_comes_of_it() {
    let run = Run::new(World::new(1, 4), &steps())
        .at(2, Event::SkipTo("hlaf"))
        .at(100, Event::Approve("hlaf"))
        .at(200, Event::SkipTo("canary"))
        .at(300, Event::Approve("1"))
        .at(400, Event::SkipTo("End"));
    golden("waits", "wrong-words", run);
}

/// Three increments, of which the second waits for a person after its hold.
fn asks_at_half(approval: &Value) -> Run {
    let half = json!({"name": "half", "weight": 50, "hold": "1m", "approval": approval});
    Run::new(World::new(1, 4), &json!({"steps": [{"weight": 10}, half, {"weight": 100}]}))
}

#[test]
fn a_step_waits_for_a_person_who_approves_it() {
    golden("waits", "approval-given", asks_at_half(&json!({})).at(600, Event::Approve("half")));
}

#[test]
fn nobody_approves_a_step_and_it_is_rolled_back() {
    golden("waits", "approval-rollback", asks_at_half(&json!({"timeout": "5m"})));
}

#[test]
fn nobody_approves_a_step_and_it_goes_on() {
    golden("waits", "approval-continue", asks_at_half(&json!({"timeout": "5m", "onTimeout": "Continue"})));
}

#[test]
fn nobody_approves_a_step_in_time_and_it_waits_on() {
    let run = asks_at_half(&json!({"timeout": "5m", "onTimeout": "Wait"})).at(2000, Event::Approve("1"));
    golden("waits", "approval-waits-on", run);
}

#[test]
fn a_step_is_approved_before_it_is_reached_and_too_late() {
    let run = asks_at_half(&json!({"timeout": "5m"})).at(2, Event::Approve("half")).at(200, Event::Approve("1"));
    golden("waits", "approval-early-and-late", run);
}

#[test]
fn no_time_of_an_approval_runs_while_the_service_wants_no_tasks() {
    let run = asks_at_half(&json!({"timeout": "5m"})).at(200, Event::Desired(0)).at(2000, Event::Desired(4));
    golden("waits", "approval-scaled-to-0", run);
}

#[test]
fn what_fails_its_health_checks_while_an_approval_is_waited_for_turns_round() {
    let unhealthy = Event::ReplacementBecomes(Behaviour::Unhealthy);
    golden("waits", "approval-unhealthy", asks_at_half(&json!({})).at(200, Event::Pause).at(300, unhealthy));
}

#[test]
fn who_skips_to_the_end_passes_over_holds_and_approvals() {
    golden("waits", "approval-skipped", asks_at_half(&json!({})).at(200, Event::SkipTo("End")));
}
