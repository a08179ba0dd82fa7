//! What CodeDeploy and ECS's own deployments show of a deployment, and where it stands here: the rows of docs/codedeploy.md and
//! docs/ecs-native.md that are about fields of a status.

use jiff::Timestamp;
use serde_json::{Value, json};
use sluice_api::{DeploymentStatus, LifecycleEventName, LifecycleEventStatus, Reason, RollbackTrigger, Share, State};
use sluice_plan::status::refused;
use sluice_plan::{Controls, Refusal};

use crate::support::fixture::{definition, seconds, settings, target_group};
use crate::support::{Behaviour, Event, Run, World};

/// A canary of a fifth over two routes, with a test route.
fn canary() -> Run {
    let world = World { test: vec![(target_group(0), 1)], ..World::new(2, 4) };
    Run::new(world, &json!({"canary": {"percentage": 20, "interval": "5m"}}))
}

fn event(status: &DeploymentStatus, name: LifecycleEventName) -> &sluice_api::LifecycleEvent {
    status.lifecycle_events.iter().find(|event| event.name == name).unwrap()
}

fn bakes(run: &Run) -> bool {
    event(&run.progress, LifecycleEventName::Bake).status == LifecycleEventStatus::InProgress
}

#[test]
fn a_deployment_has_the_times_of_its_beginning_its_events_and_its_end() {
    let run = canary().until(|run| !run.writes.is_empty());
    let started = run.progress.started_at.unwrap();
    assert!(started <= run.world.now && run.progress.completed_at.is_none());
    let run = run.go_on();
    let status = &run.progress;
    assert_eq!((status.state, status.started_at), (State::Succeeded, Some(started)), "the beginning stays");
    let ended = status.completed_at.unwrap();
    let mut last = started;
    for event in status.lifecycle_events.iter().filter(|event| event.status == LifecycleEventStatus::Succeeded) {
        let (began, over) = (event.started_at.unwrap(), event.ended_at.unwrap());
        assert!(last <= began && began <= over && over <= ended, "{event:?}");
        last = over;
    }
    assert_eq!(last, ended, "the last event ends with the Deployment");
}

#[test]
fn the_bake_shows_since_when_the_original_is_kept_and_until_when() {
    assert_eq!(settings(1).bake.to_string(), "5m");
    let mut without = serde_json::to_value(settings(1)).unwrap();
    without.as_object_mut().unwrap().remove("bake");
    let by_default: sluice_api::DeploymentGroupSpec = serde_json::from_value(without).unwrap();
    assert_eq!(by_default.bake.to_string(), "5m", "the default");
    let due = |run: &Run| run.progress.original.as_ref().unwrap().terminate_at;
    let run = canary().until(|run| run.elapsed() > 100);
    assert_eq!(due(&run), None, "not before all traffic has moved");
    let run = run.until_later(bakes);
    let began = event(&run.progress, LifecycleEventName::Bake).started_at.unwrap();
    assert_eq!(due(&run), Some(began + run.settings.bake.as_signed()));
    let run = run.until_later(|run| run.writes.contains(&"delete"));
    assert!(run.world.now >= began + run.settings.bake.as_signed());
}

#[test]
fn both_task_sets_show_their_counts_their_target_group_and_what_they_run() {
    let run = canary().until(|run| run.elapsed() > 100);
    let shown = |set: &Option<sluice_api::TaskSetStatus>| {
        let set = set.clone().unwrap();
        (set.task_definition, set.target_group, set.desired, set.running, set.healthy_targets)
    };
    assert_eq!(shown(&run.progress.original), (definition(41), target_group(0), 4, 4, 4));
    assert_eq!(shown(&run.progress.replacement), (definition(42), target_group(1), 4, 4, 4));
    let mut run = run;
    run.happen(Event::Pause);
    run.happen(Event::OriginalBecomes(Behaviour::Unhealthy));
    let at = run.elapsed();
    let run = run.until_later(|run| run.elapsed() > at + 30);
    assert_eq!(shown(&run.progress.original).4, 0, "{}", run.log.text());
}

#[test]
fn the_weight_that_is_asked_for_stands_beside_what_the_load_balancer_answers_for_production_and_for_tests() {
    let one_is_written = |run: &Run| run.world.weight(0, &target_group(1)) > 0;
    let run = canary().until(one_is_written);
    let (_, status) = run.look(|_| {});
    let traffic = status.traffic.unwrap();
    assert_eq!(traffic.desired, Share::from_percent(20));
    // The greatest that a route answers, and each route as it is: of the second nothing is written yet.
    assert_eq!(traffic.observed, Share::from_percent(20));
    let answered: Vec<&[i32]> = traffic.routes.iter().map(|route| route.weights.as_slice()).collect();
    assert_eq!(answered, [[4, 1], [100, 0]]);
    let test = traffic.test_route.unwrap();
    assert_eq!(test.weights[0], 0, "test traffic is at the replacement: {test:?}");
    assert!(test.weights[1] > 0, "{test:?}");
    // What someone changes is shown as it is before it is put back.
    let mut held = run.until_later(|run| run.progress.steps[0].verified_at.is_some());
    held.happen(Event::Weigh(1, 70));
    let (_, status) = held.look(|_| {});
    let traffic = status.traffic.unwrap();
    assert_eq!((traffic.desired, traffic.observed), (Share::from_percent(20), Share::from_percent(70)));
}

/// What is asked for, and the trigger that is shown.
type Return = (&'static str, Event, RollbackTrigger);

#[test]
fn a_return_shows_its_trigger_when_it_was_asked_for_when_traffic_was_back_and_when_it_was_over() {
    let table: &[Return] = &[
        ("stop", Event::Stop, RollbackTrigger::StopOnRequest),
        ("delete", Event::Delete, RollbackTrigger::Deleted),
        ("revert", Event::AskForOriginal, RollbackTrigger::Reverted),
        ("a newer one", Event::Supersede, RollbackTrigger::Superseded),
        ("to go back", Event::GoBack, RollbackTrigger::StopOnRequest),
        ("a failure", Event::TasksFail(3), RollbackTrigger::DeploymentFailure),
    ];
    for (what, asked, trigger) in table {
        let run = canary().at(100, *asked).until(|run| run.progress.rollback.is_some());
        assert_eq!(run.progress.reason, Reason::RollingBack.to_string(), "{what}");
        let run = run.go_on();
        let status = &run.progress;
        let rollback = status.rollback.as_ref().unwrap();
        assert_eq!((rollback.trigger, rollback.to.as_deref()), (*trigger, Some("ecs-svc/41")), "{what}");
        let times: Vec<Timestamp> = [
            status.started_at,
            Some(rollback.started_at),
            rollback.traffic_restored_at,
            rollback.ended_at,
            status.completed_at,
        ]
        .into_iter()
        .flatten()
        .collect();
        assert!(times.len() == 5 && times.is_sorted(), "{what}: {times:?}");
        assert_eq!(status.original.as_ref().unwrap().terminate_at, None, "{what}");
    }
}

#[test]
fn a_stop_that_cannot_be_carried_out_shows_since_when_it_is_asked_for() {
    let run = canary().until(|run| run.elapsed() > 100);
    assert_eq!(run.progress.stop_requested_at, None);
    let refusal = Refusal::new(Reason::NoBinding, "spec.aws.binding: there is none");
    let controls = Controls { stop: true, ..Controls::default() };
    let held = refused(&run.progress, &refusal, controls, Some(1), run.world.now);
    assert_eq!(held.stop_requested_at, Some(run.world.now));
    let later = refused(&held, &refusal, controls, Some(1), run.world.now + seconds(60));
    assert_eq!(later.stop_requested_at, Some(run.world.now), "since the first time");
}

/// The statuses that an event has had, in their order.
fn had(run: Run, name: LifecycleEventName) -> Vec<LifecycleEventStatus> {
    let mut had = vec![LifecycleEventStatus::Pending];
    let mut run = run.until(|_| true);
    while run.progress.completed_at.is_none() {
        let next = run.reconciles + 1;
        run = run.until_later(|run| run.reconciles >= next);
        let now = event(&run.progress, name).status;
        if had.last() != Some(&now) {
            had.push(now);
        }
    }
    had
}

#[test]
fn an_event_is_pending_in_progress_and_then_succeeded_failed_or_skipped() {
    use LifecycleEventName::{AllowTraffic, Bake, BeforeAllowTraffic};
    use LifecycleEventStatus::{Failed, InProgress, Pending, Skipped, Succeeded};
    assert_eq!(had(canary(), Bake), [Pending, InProgress, Succeeded]);
    assert_eq!(had(canary().at(100, Event::Stop), AllowTraffic), [Pending, InProgress, Failed]);
    assert_eq!(had(canary().at(100, Event::Stop), Bake), [Pending, Skipped]);
    assert_eq!(had(canary(), BeforeAllowTraffic), [Pending, Skipped]);
}

/// A hook's row of the status, by the words of the API.
#[test]
fn a_hook_shows_its_state_its_attempt_its_times_and_its_message_at_its_event() {
    let mut run = canary();
    let hook = json!({"name": "smoke", "event": "AfterInstall", "lambda": {"function": "smoke"}});
    run.settings.hooks = serde_json::from_value(json!([hook])).unwrap();
    let status = serde_json::to_value(run.run().progress).unwrap();
    let events = status["lifecycleEvents"].as_array().unwrap();
    let event = events.iter().find(|event| event["name"] == "AfterInstall").unwrap();
    let shown = &event["hooks"][0];
    for field in ["executionId", "startedAt", "endedAt"] {
        assert!(shown[field].is_string(), "{field}: {shown:#}");
    }
    let rest = ["name", "state", "attempt", "message"].map(|field| &shown[field]);
    assert_eq!(rest, [&json!("smoke"), &json!("Succeeded"), &json!(1), &Value::from("12 of 12")]);
}

/// As `forceNewDeployment` does: the same definition, and tasks that are new.
#[test]
fn the_revision_that_runs_can_be_released_again() {
    let mut world = World::new(1, 4);
    world.sets[0].definition = definition(42);
    let run = Run::new(world, &json!({"allAtOnce": {}})).run();
    assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
    assert_eq!(run.writes, ["create", "weights", "promote", "delete"], "{}", run.log.text());
    let serving: Vec<&str> = run.world.sets.iter().filter(|set| set.is_live()).map(|set| set.id.as_str()).collect();
    assert_eq!(serving, ["ecs-svc/42"], "{}", run.log.text());
}
