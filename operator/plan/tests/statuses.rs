//! What users see of a Deployment at each moment, in the terms of kstatus; and the health of what serves.

use serde_json::json;
use sluice_api::{ConditionType, DeploymentStatus, Health, Phase, ReadyToBegin, Reason, Share, State, status_of};
use sluice_plan::admission::succession::Terms;
use sluice_plan::observation::{Observation, Target, TargetState};
use sluice_plan::status::{
    call_failed, paused_before_begin, queued, ready_behind, refused, rejected, stopped_before_begin, superseded,
};
use sluice_plan::{CallError, Controls, Newer, ReadScope, Refusal, health};

use crate::support::fixture::{midnight, seconds, settings, target_group};
use crate::support::kstatus;
use crate::support::reads::look;
use crate::support::{Behaviour, Event, Run, World};

/// The four conditions that tools read: Ready, Reconciling, Stalled, Succeeded.
fn conditions(status: &DeploymentStatus) -> String {
    let letter = |kind| match status_of(&status.conditions, kind) {
        Some(true) => 'T',
        Some(false) => 'F',
        None => '-',
    };
    [ConditionType::Ready, ConditionType::Reconciling, ConditionType::Stalled, ConditionType::Succeeded]
        .map(letter)
        .iter()
        .collect()
}

fn ready() -> ReadyToBegin {
    Terms { group_generation: 1, binding_generation: 1, ..Terms::default() }.passed(midnight())
}

#[test]
fn one_that_is_refused_or_ended_is_not_ready_any_more() {
    let waits = ready_behind(&DeploymentStatus::default(), ("prod-1", Newer::Supersedes), ready(), Some(1), midnight());
    assert_eq!(queued(&waits, "prod-1", Some(1), midnight()).ready_to_begin, Some(ready()));
    let refusal = Refusal::new(Reason::NotAdmitted, "no more");
    let refused = refused(&waits, &refusal, Controls::default(), Some(1), midnight());
    let ended = [superseded(&waits, "prod-3", Some(1), midnight()), rejected(&waits, "prod-3", Some(1), midnight())];
    for status in ended.into_iter().chain([refused]) {
        assert_eq!(status.ready_to_begin, None, "{}", status.message);
    }
}

fn call_error(reason: Reason, stalled: bool) -> CallError {
    CallError { reason, message: "AWS says no".to_owned(), stalled, refused: false }
}

#[test]
fn before_it_begins() {
    let (new, generation, now) = (DeploymentStatus::default(), Some(1), midnight());
    let refusal = Refusal::new(Reason::NoGroup, "spec.groupRef: there is no DeploymentGroup prod: create it");
    let table = vec![
        (
            queued(&new, "prod-1", generation, now),
            Phase::Pending,
            State::Queued,
            "Queued",
            "FTF-",
            "queued behind prod-1",
        ),
        (
            refused(&new, &refusal, Controls::default(), generation, now),
            Phase::Pending,
            State::Created,
            "NoGroup",
            "FFT-",
            "create it",
        ),
        (
            call_failed(&new, &call_error(Reason::Throttled, false), Controls::default(), generation, now),
            Phase::Pending,
            State::Created,
            "Throttled",
            "FTF-",
            "says no",
        ),
        (
            call_failed(&new, &call_error(Reason::AccessDenied, true), Controls::default(), generation, now),
            Phase::Pending,
            State::Created,
            "AccessDenied",
            "FFT-",
            "says no",
        ),
        (
            paused_before_begin(&new, generation, now),
            Phase::Paused,
            State::Created,
            "Paused",
            "FTF-",
            "set spec.paused to false",
        ),
        (
            stopped_before_begin(&new, generation, now),
            Phase::Failed,
            State::Stopped,
            "Stopped",
            "FFTF",
            "stopped before it began",
        ),
        (
            superseded(&new, "prod-2", generation, now),
            Phase::Failed,
            State::Stopped,
            "Superseded",
            "FFTF",
            "prod-2 is newer",
        ),
        (
            rejected(&new, "prod-2", generation, now),
            Phase::Failed,
            State::Failed,
            "Rejected",
            "FFTF",
            "prod-2 is in progress; create the Deployment again",
        ),
        (
            ready_behind(&new, ("prod-1", Newer::Supersedes), ready(), generation, now),
            Phase::Pending,
            State::Queued,
            "Queued",
            "FTF-",
            "prod-1 is superseded by it, and ends first",
        ),
        (
            ready_behind(&new, ("prod-1", Newer::EndsBake), ready(), generation, now),
            Phase::Pending,
            State::Queued,
            "Queued",
            "FTF-",
            "prod-1 ends first, without the rest of its bake",
        ),
    ];
    for (status, phase, state, reason, expected, words) in table {
        assert_eq!((status.phase, status.state, status.reason.as_str()), (phase, state, reason));
        assert_eq!(conditions(&status), expected, "{reason}");
        assert!(status.message.contains(words), "{reason}: {}", status.message);
        assert_eq!(status.observed_generation, generation, "{reason}");
        kstatus::check(&status);
    }
}

#[test]
fn a_pause_that_is_over_is_forgotten_before_the_beginning() {
    let paused = paused_before_begin(&DeploymentStatus::default(), None, midnight());
    assert_eq!(paused.paused_at, Some(midnight()));
    let waits = queued(&paused, "prod-1", None, midnight());
    assert_eq!((waits.paused_at, status_of(&waits.conditions, ConditionType::Paused)), (None, Some(false)));
}

#[test]
fn nothing_that_is_said_twice_changes_a_status() {
    let (now, later) = (midnight(), midnight() + seconds(600));
    let refusal = Refusal::new(Reason::NoGroup, "none");
    let once = queued(&DeploymentStatus::default(), "prod-1", Some(1), now);
    assert_eq!(queued(&once, "prod-1", Some(1), later), once);
    let once = refused(&once, &refusal, Controls::default(), Some(1), now);
    assert_eq!(refused(&once, &refusal, Controls::default(), Some(1), later), once);
    let once = call_failed(&once, &call_error(Reason::Throttled, false), Controls::default(), Some(1), now);
    assert_eq!(call_failed(&once, &call_error(Reason::Throttled, false), Controls::default(), Some(1), later), once);
    let once = paused_before_begin(&once, Some(1), now);
    assert_eq!(paused_before_begin(&once, Some(1), later), once);
    let once = stopped_before_begin(&once, Some(1), now);
    assert_eq!(stopped_before_begin(&once, Some(1), later), once);
}

#[test]
fn while_it_runs_and_after() {
    let canary = json!({"canary": {"percentage": 10, "interval": "5m"}});
    let run = |events: &[(i64, Event)], until: i64| {
        let run = Run::new(World::new(1, 4), &canary);
        let run = events.iter().fold(run, |run, (second, event)| run.at(*second, *event));
        run.until(|run| run.elapsed() >= until || run.progress.completed_at.is_some()).progress
    };
    let table = vec![
        ("installing", run(&[], 10), Phase::Deploying, State::InProgress, "Installing", "FTF-", "0/2", "0%"),
        ("holding", run(&[], 100), Phase::Deploying, State::InProgress, "Holding", "FTF-", "1/2", "10%"),
        ("paused", run(&[(90, Event::Pause)], 100), Phase::Paused, State::InProgress, "Paused", "FTF-", "1/2", "10%"),
        ("baking", run(&[], 400), Phase::Deploying, State::Baking, "Baking", "FTF-", "2/2", "100%"),
        (
            "rolling back",
            run(&[(90, Event::Stop)], 100),
            Phase::Deploying,
            State::InProgress,
            "RollingBack",
            "FTF-",
            "1/2",
            "0%",
        ),
        ("succeeded", run(&[], 3600), Phase::Running, State::Succeeded, "Succeeded", "TFFT", "2/2", "100%"),
        ("stopped", run(&[(90, Event::Stop)], 3600), Phase::Failed, State::Stopped, "Stopped", "FFTF", "1/2", "0%"),
        (
            "failed",
            run(&[(90, Event::ReplacementBecomes(Behaviour::Unhealthy))], 3600),
            Phase::Failed,
            State::Failed,
            "Failed",
            "FFTF",
            "1/2",
            "0%",
        ),
    ];
    for (what, status, phase, state, reason, expected, step, weight) in table {
        assert_eq!((status.phase, status.state, status.reason.as_str()), (phase, state, reason), "{what}");
        assert_eq!(conditions(&status), expected, "{what}");
        let summary = status.summary.clone().unwrap();
        assert_eq!(
            (summary.step.as_str(), summary.weight.as_str(), summary.revision.as_str()),
            (step, weight, "shop:42"),
            "{what}"
        );
        assert_eq!(status_of(&status.conditions, ConditionType::Paused), Some(what == "paused"), "{what}");
        assert_eq!(status_of(&status.conditions, ConditionType::TrafficInSync), Some(true), "{what}");
        let failure = status.failure.as_ref().map(|failure| failure.hint.is_empty());
        assert_eq!(failure, (what == "failed").then_some(false), "{what}: a failure says what to do");
    }
}

#[test]
fn an_increment_does_not_make_traffic_flap() {
    let run = Run::new(World::new(3, 4), &json!({"linear": {"percentage": 20, "interval": "30s"}}));
    let begun = run.clone().until(|_| true).progress.conditions;
    let at = |conditions: &[_]| {
        let sync =
            |condition: &&k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition| condition.type_ == "TrafficInSync";
        conditions.iter().find(sync).map(|condition| condition.last_transition_time.clone())
    };
    assert_eq!(at(&run.run().progress.conditions), at(&begun), "it never left True");
}

#[test]
fn a_deployment_that_has_begun_and_is_refused_or_cannot_be_observed_keeps_what_is_known() {
    let run = Run::new(World::new(1, 4), &json!({"allAtOnce": {}})).until(|run| run.elapsed() >= 100);
    let known = &run.progress;
    for status in [
        call_failed(known, &call_error(Reason::Throttled, false), Controls::default(), Some(1), run.world.now),
        refused(known, &Refusal::new(Reason::NotAdmitted, "no more"), Controls::default(), Some(1), run.world.now),
    ] {
        assert_eq!((status.phase, status.state), (Phase::Deploying, State::Baking));
        assert_eq!((&status.steps, &status.deadline_at), (&known.steps, &known.deadline_at));
        let traffic = status.traffic.unwrap();
        assert_eq!(traffic.observed, Share::ALL, "where it stood last is remembered");
        assert_eq!((status.health, traffic.routes), (Health::Unknown, vec![]), "what no one sees is unknown");
    }
}

#[test]
fn health_is_that_of_what_receives_traffic() {
    type Case = (&'static str, fn(&mut Observation), Health);
    fn targets(world: &mut Observation) -> &mut Vec<Target> {
        // Where a target is missing or down, ECS does not call the task set steady.
        world.service.as_mut().unwrap().task_sets[0].steady = false;
        world.target_groups[0].targets.as_mut().unwrap()
    }
    let table: [Case; 8] = [
        ("all is well", |_| {}, Health::Healthy),
        ("no service", |world| world.service = None, Health::Unknown),
        ("no task set", |world| world.service.as_mut().unwrap().task_sets.clear(), Health::Unknown),
        ("no traffic", |world| world.routes.clear(), Health::Unknown),
        ("one target down", |world| targets(world)[0].state = TargetState::Unhealthy, Health::Degraded),
        ("no target", |world| targets(world).clear(), Health::Unreachable),
        (
            "scaled to nothing on purpose",
            |world| {
                targets(world).clear();
                let service = world.service.as_mut().unwrap();
                service.desired_count = 0;
                (service.task_sets[0].running, service.task_sets[0].steady) = (0, true);
            },
            Health::Unknown,
        ),
        (
            "a task set that serves is gone, and another one is there",
            |world| {
                targets(world).clear();
                world.service.as_mut().unwrap().task_sets[0].target_group = Some(target_group(1));
            },
            Health::Unreachable,
        ),
    ];
    for (what, change, expected) in table {
        let mut all = World::new(1, 4).observe("none");
        change(&mut all);
        let seen = look(ReadScope::Group, &settings(1), &all).observed;
        assert_eq!((health::runtime_health(&all), health::runtime_health(&seen)), (expected, expected), "{what}");
    }
}

/// The beginning, the replacement that is ready, each increment that was read back, the end of the bake, the delete that
/// is about to come, the end.
#[test]
fn a_release_of_five_increments_is_recorded_ten_times_where_tasks_get_healthy_soon() {
    let hold = |weight: i32| json!({"weight": weight, "hold": "30s"});
    let steps = json!({"steps": [hold(5), hold(20), hold(40), hold(70), {"weight": 100}]});
    let run = Run::new(World::new(1, 4), &steps).run();
    assert_eq!(run.progress.state, State::Succeeded);
    assert_eq!(run.recorded, run.progress, "the end is recorded");
    assert!(run.records <= 10, "{} records\n{}", run.records, run.log.text());
}
