//! Mishaps that once went wrong, each as a test of its own.

use serde_json::{Value, json};
use sluice_api::{ConditionType, FailureCode, Reason, Share, State, status_of};
use sluice_plan::Position;
use sluice_plan::observation::{RouteState, Weight};

use crate::support::fixture::{outsider, target_group};
use crate::support::{Behaviour, Event, Run, World};

fn canary() -> Value {
    json!({"canary": {"percentage": 10, "interval": "15m"}})
}

fn release() -> Run {
    Run::new(World::new(1, 4), &canary())
}

#[test]
fn one_empty_answer_of_ecs_ends_nothing() {
    for second in [10, 60, 700, 960, 1240] {
        let run = release().at(second, Event::EmptyRead).run();
        assert_eq!(run.progress.state, State::Succeeded, "at {second}\n{}", run.log.text());
        let run = release().at(100, Event::Stop).at(second.max(101), Event::EmptyRead).run();
        assert_eq!(run.progress.state, State::Stopped, "at {second}\n{}", run.log.text());
        assert_eq!(run.world.sets.iter().filter(|set| set.is_live()).count(), 1, "at {second}");
    }
}

#[test]
fn a_service_that_is_missing_for_a_moment_ends_nothing() {
    for second in [10, 60, 700, 960, 1240] {
        let run = release().at(second, Event::ServiceGone).at(second + 60, Event::ServiceBack).run();
        assert_eq!(run.progress.state, State::Succeeded, "at {second}\n{}", run.log.text());
    }
    let run = release().at(100, Event::Stop).at(101, Event::ServiceGone).at(160, Event::ServiceBack).run();
    assert_eq!(run.progress.state, State::Stopped, "{}", run.log.text());
    assert_eq!(run.world.share(&target_group(0)), Share::ALL);
}

#[test]
fn a_deletion_does_not_wait_long_for_a_service_that_is_gone() {
    let run = release().at(100, Event::Delete).at(100, Event::ServiceGone).run();
    assert!(run.progress.completed_at.is_some() && run.elapsed() < 450, "{}", run.log.text());
}

#[test]
fn a_weight_at_the_replacement_before_the_first_increment_is_put_back() {
    let run = release().at(10, Event::Weigh(0, 60)).run();
    assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
}

#[test]
fn a_raise_of_the_original_waits_for_the_original_to_be_healthy() {
    let events = [(100, Event::OriginalBecomes(Behaviour::Unhealthy)), (100, Event::Weigh(0, 60))];
    let run = events.iter().fold(release(), |run, (second, event)| run.at(*second, *event));
    let run = run.at(200, Event::OriginalBecomes(Behaviour::Healthy)).run();
    assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
    let told: Vec<_> = run.notes.iter().filter(|note| note.reason == Reason::Drifted).collect();
    assert!(told.len() <= 1, "{told:?}");
}

#[test]
fn weights_that_give_the_share_already_are_left_as_they_are() {
    let run = release().at(100, Event::Weigh(0, 10)).run();
    let undisturbed = release().run();
    assert_eq!(run.writes, undisturbed.writes, "{}", run.log.text());
    assert!(run.notes.iter().all(|note| note.reason != Reason::Drifted), "{}", run.log.text());
}

#[test]
fn a_way_back_leaves_a_third_target_group_its_share() {
    let run = release().at(100, Event::Outsider(0, 40)).at(200, Event::Stop).run();
    assert_eq!(run.progress.state, State::Stopped, "{}", run.log.text());
    assert_eq!(run.world.part(0, &outsider()).rounded(), Share::from_percent(40), "{}", run.log.text());
    assert_eq!(run.world.share(&target_group(0)), Share::from_percent(60), "{}", run.log.text());
}

#[test]
fn a_third_target_group_on_a_route_starts_no_loop_of_writes() {
    let run = release().until(|run| run.elapsed() >= 100);
    let (plan, status) = run.look(|observed| {
        if let RouteState::Forward(weights) = &mut observed.routes[0].state {
            weights.push(Weight { target_group: "arn:x:targetgroup/maintenance/1".to_owned(), weight: 10 });
        }
    });
    assert!(plan.action.is_none(), "what someone else has is not ours to change: {plan:?}");
    assert_eq!(plan.waiting.as_ref().unwrap().reason, Reason::ForeignTraffic, "{plan:?}");
    assert_eq!(status_of(&status.conditions, ConditionType::TrafficInSync), Some(false));
    assert!(status.message.starts_with("held at 5 % of shop:42: route rule-0 also forwards 50 % to maintenance"));
}

#[test]
fn a_create_whose_answer_was_lost_is_waited_for_before_the_rollback_ends() {
    let mut run = release().at(300, Event::Stop);
    run.lost_answers = [1].into();
    let run = run.run();
    assert_eq!(run.progress.state, State::Stopped, "{}", run.log.text());
    let rollback = run.progress.rollback.clone().unwrap();
    let rested = rollback.ended_at.unwrap().duration_since(rollback.started_at).as_secs();
    assert!(rested >= 30, "it ended {rested} s after it began, and a call may land for 30 s");
}

#[test]
fn the_deadline_does_not_run_while_the_user_holds_the_deployment() {
    let hangs = World { behaviour: Behaviour::Hangs, ..World::new(1, 4) };
    let run = Run::new(hangs, &canary()).at(300, Event::Pause).at(3000, Event::Resume).run();
    let failed = run.progress.rollback.as_ref().unwrap().started_at;
    assert_eq!(failed.duration_since(run.progress.started_at.unwrap()).as_secs(), 3300, "{}", run.log.text());
}

#[test]
fn a_failure_goes_before_a_users_hold() {
    let run = release().at(100, Event::Pause).at(200, Event::ReplacementBecomes(Behaviour::Unhealthy)).run();
    let rollback = run.progress.rollback.as_ref().unwrap();
    assert_eq!(rollback.started_at.duration_since(run.progress.started_at.unwrap()).as_secs(), 200);
}

#[test]
fn the_original_is_not_due_to_go_any_more_once_traffic_returns_to_it() {
    let run = release().at(1000, Event::Stop).until(|run| run.progress.rollback.is_some());
    assert_eq!(run.progress.original.as_ref().unwrap().terminate_at, None);
}

// S9 Terminal
#[test]
fn an_end_is_never_rewritten_but_for_its_generation() {
    let run = release().run();
    let (plan, status) = run.look(|observed| observed.routes.clear());
    assert_eq!((plan.position(), status), (Position::Ended, run.progress.clone()));
}

#[test]
fn a_first_deployment_that_fails_says_that_there_is_nothing_to_return_to() {
    let world = World { behaviour: Behaviour::NeverStarts, ..World::empty(2, 4) };
    let run = Run::new(world, &canary()).run();
    assert_eq!(run.progress.failure.as_ref().unwrap().code, FailureCode::AutomaticRollbackNoCandidate);
    assert_eq!(run.world.sets.iter().filter(|set| set.is_live()).count(), 0, "{}", run.log.text());
}

#[test]
fn a_first_deployment_that_is_stopped_before_traffic_ends_cleanly() {
    let run = Run::new(World::empty(1, 4), &canary()).at(20, Event::Stop).run();
    assert_eq!((run.progress.state, run.progress.failure.is_none()), (State::Stopped, true), "{}", run.log.text());
}

#[test]
fn the_original_stays_until_the_replacement_is_complete() {
    let run = Run::new(World::new(1, 4), &json!({"allAtOnce": {}})).at(340, Event::Desired(8));
    let run = run.until(|run| run.writes.contains(&"delete"));
    assert_eq!(run.world.healthy(&target_group(1)), 8, "{}", run.log.text());
}

#[test]
fn past_the_point_of_no_return_a_dead_replacement_still_gives_way_to_a_living_original() {
    let past = |run: &Run| {
        run.progress.intent.as_ref().is_some_and(|it| it.operation == sluice_api::IntentOperation::DeleteTaskSet)
    };
    for event in [Event::LoseReplacement, Event::ReplacementBecomes(Behaviour::Unhealthy)] {
        let mut run = release().until(past);
        run.happen(event);
        let (plan, _) = run.look(|_| {});
        assert_eq!(plan.position(), Position::Rollback, "{event:?}: {plan:?}");
        assert!(matches!(plan.action, Some(sluice_plan::Action::SetWeights(_))), "{event:?}: {plan:?}");
    }
}

#[test]
fn the_time_of_a_create_is_that_of_the_call_and_not_of_the_beginning() {
    let run = release().at(0, Event::Pause).at(300, Event::Resume).until(|run| run.writes.len() == 1);
    let (begun, called) = (run.progress.started_at.unwrap(), run.progress.intent.as_ref().unwrap().issued_at);
    assert!(called.duration_since(begun).as_secs() >= 300, "ECS may not show yet what it just made");
}

#[test]
fn an_edited_weight_is_told_once_however_often_the_repair_fails() {
    let mut run = release().until(|run| run.elapsed() >= 100);
    run.happen(Event::Weigh(0, 60));
    let (first, status) = run.look(|_| {});
    run.progress = status;
    let (second, _) = run.look(|_| {});
    assert_eq!(first.action, second.action);
    assert_eq!((first.notes.len(), second.notes.len()), (1, 0));
}

#[test]
fn the_original_becomes_primary_again_when_someone_deletes_the_promoted_replacement() {
    let mut run = Run::new(World::new(1, 4), &json!({"allAtOnce": {}})).at(60, Event::LoseReplacement);
    run.settings.bake = "0s".parse().unwrap();
    let run = run.run();
    assert_eq!(run.progress.state, State::Failed, "{}", run.log.text());
    let left: Vec<_> =
        run.world.sets.iter().filter(|set| set.is_live()).map(|set| (set.id.as_str(), set.status)).collect();
    assert_eq!(left, [("ecs-svc/41", sluice_plan::observation::TaskSetState::Primary)], "{}", run.log.text());
}
