//! What users ask for: stop, delete, pause, and what ran before.

use serde_json::json;
use sluice_api::{IntentOperation, State};
use sluice_plan::Action;

use super::{canary, golden, release};
use crate::support::{Behaviour, Event, Run, World};

#[test]
fn stop_mid_shift_returns_the_traffic() {
    golden("controls", "stop-mid-shift", Run::new(World::new(3, 4), &canary()).at(100, Event::Stop));
}

#[test]
fn stop_while_baking_returns_the_traffic() {
    golden("controls", "stop-in-bake", release().at(500, Event::Stop));
}

#[test]
fn stop_after_the_promotion_makes_the_original_primary_again() {
    let mut run = Run::new(World::new(1, 4), &json!({"allAtOnce": {}})).at(60, Event::Stop);
    run.settings.bake = "0s".parse().unwrap();
    golden("controls", "stop-after-promotion", run);
}

#[test]
fn a_deletion_mid_shift_cleans_up() {
    golden("controls", "delete-mid-shift", release().at(100, Event::Delete));
}

#[test]
fn pause_holds_traffic_and_the_clock() {
    golden("controls", "pause-and-resume", release().at(20, Event::Pause).at(1200, Event::Resume));
}

#[test]
fn stop_goes_before_pause() {
    golden("controls", "stop-while-paused", release().at(100, Event::Pause).at(160, Event::Stop));
}

#[test]
fn what_the_original_runs_is_asked_for_again_and_the_traffic_returns() {
    let run = release().at(100, Event::AskForOriginal);
    golden("controls", "reverted-mid-shift", run);
}

#[test]
fn what_the_original_runs_is_asked_for_before_anything_is_ready() {
    golden("controls", "reverted-in-install", release().at(20, Event::AskForOriginal));
}

#[test]
fn what_the_original_runs_is_asked_for_in_the_bake_while_paused() {
    golden("controls", "reverted-in-bake", release().at(450, Event::Pause).at(500, Event::AskForOriginal));
}

#[test]
fn once_turned_round_it_ends_whatever_is_asked_for_then() {
    let turned = release().at(100, Event::AskForOriginal).at(105, Event::AskForRelease).at(110, Event::AskForOriginal);
    let run = turned.run();
    assert_eq!(run.progress.state, State::Stopped, "{}", run.log.text());
    assert_eq!(run.writes, ["create", "weights", "weights", "delete"], "{}", run.log.text());
}

#[test]
fn past_the_point_of_no_return_what_the_original_ran_is_a_release_of_its_own() {
    let promised = |run: &Run| {
        run.progress.intent.as_ref().is_some_and(|intent| intent.operation == IntentOperation::DeleteTaskSet)
    };
    let mut run = release().until(promised);
    run.happen(Event::AskForOriginal);
    let (plan, status) = run.look(|_| ());
    let deletes = matches!(plan.action, Some(Action::DeleteTaskSet { .. }));
    assert!(deletes && status.rollback.is_none(), "{plan:?}");
}

#[test]
fn what_the_original_ran_is_not_returned_to_when_it_is_gone() {
    let run = release().at(100, Event::LoseOriginal).at(101, Event::AskForOriginal).run();
    assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
}

#[test]
fn what_the_original_runs_is_returned_to_once_the_original_can_take_it() {
    let down = Event::OriginalBecomes(Behaviour::Unhealthy);
    let run = release().at(100, down).at(101, Event::AskForOriginal).run();
    assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
    let blip = Event::OriginalBecomes(Behaviour::Healthy);
    let run = release().at(100, down).at(101, Event::AskForOriginal).at(140, blip).run();
    assert_eq!(run.progress.state, State::Stopped, "{}", run.log.text());
    assert_eq!(run.writes, ["create", "weights", "weights", "weights", "delete"], "{}", run.log.text());
}

#[test]
fn a_newer_one_supersedes_mid_shift_and_the_traffic_returns() {
    golden("controls", "superseded-mid-shift", release().at(100, Event::Supersede));
}

#[test]
fn a_newer_one_supersedes_before_anything_is_ready() {
    golden("controls", "superseded-in-install", release().at(20, Event::Supersede));
}

#[test]
fn a_newer_one_supersedes_in_the_bake() {
    golden("controls", "superseded-in-bake", release().at(500, Event::Supersede));
}

#[test]
fn a_newer_one_ends_the_bake() {
    golden("controls", "bake-ended-by-a-newer-one", release().at(500, Event::EndBake));
}

#[test]
fn a_newer_one_that_waits_before_the_bake_leaves_none() {
    golden("controls", "no-bake-before-a-newer-one", release().at(100, Event::EndBake));
}

#[test]
fn once_superseded_it_ends_whatever_waits_then() {
    let turned = release().at(100, Event::Supersede).at(105, Event::NoNewer).at(110, Event::EndBake);
    let run = turned.run();
    assert_eq!(run.progress.state, State::Stopped, "{}", run.log.text());
    assert_eq!(run.writes, ["create", "weights", "weights", "delete"], "{}", run.log.text());
}

#[test]
fn a_newer_one_does_not_supersede_what_cannot_return_or_is_held_or_is_past_its_return() {
    let run = release().at(100, Event::LoseOriginal).at(101, Event::Supersede).run();
    assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
    let down = Event::OriginalBecomes(Behaviour::Unhealthy);
    let run = release().at(100, down).at(101, Event::Supersede).run();
    assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
    let held = release().at(100, Event::Pause).at(101, Event::Supersede).until(|run| run.elapsed() > 600);
    assert!(held.progress.rollback.is_none(), "{}", held.log.text());
    let promised = |run: &Run| {
        run.progress.intent.as_ref().is_some_and(|intent| intent.operation == IntentOperation::DeleteTaskSet)
    };
    let mut run = release().until(promised);
    run.happen(Event::Supersede);
    let (plan, status) = run.look(|_| ());
    assert!(matches!(plan.action, Some(Action::DeleteTaskSet { .. })) && status.rollback.is_none(), "{plan:?}");
}

#[test]
fn one_that_fails_is_told_as_failed_also_where_a_newer_one_would_take_its_place() {
    let fails = Event::ReplacementBecomes(Behaviour::Unhealthy);
    let mut run = release().until(|run| run.elapsed() > 100);
    run.happen(fails);
    run.happen(Event::Supersede);
    let run = run.go_on();
    assert_eq!((run.progress.state, run.progress.failure.is_some()), (State::Failed, true), "{}", run.log.text());
}
