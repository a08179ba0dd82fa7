//! A canary over a Network Load Balancer, whose weights work five minutes late and whose connections stay, through the real SDK:
//! no request is lost and no connection cut, forward and back from every position.

use std::cell::Cell;
use std::time::Duration;

use serde_json::json;
use sluice_api::{DeploymentStatus, LifecycleEventName, LifecycleEventStatus, RollbackTrigger, State, StepState};
use sluice_plan::{Action, Controls, Plan};
use sluice_virtual_time::{Crash, Release, Report, World, network_listener};

const STOP: Controls = Controls { paused: false, stop: true, deleted: false, reverted: false, newer: None };

fn canary() -> Release {
    let mut release = Release::linear(0, 2, "10m").unwrap();
    release.settings.deployment_config =
        serde_json::from_value(json!({"canary": {"percentage": 20, "interval": "10m"}})).unwrap();
    release.settings.load_balancer.production_routes =
        serde_json::from_value(json!([{"listener": network_listener()}])).unwrap();
    release.settings.alarms = serde_json::from_value(json!({"names": ["shop-0-5xx"]})).unwrap();
    release
}

type Moment = (&'static str, fn(&DeploymentStatus) -> bool);

fn is_at(status: &DeploymentStatus, name: LifecycleEventName) -> bool {
    let in_progress = LifecycleEventStatus::InProgress;
    status.lifecycle_events.iter().any(|event| event.name == name && event.status == in_progress)
}

const MOMENTS: [Moment; 4] = [
    ("installing", |status| is_at(status, LifecycleEventName::Install)),
    ("held at 20 %", |status| status.steps[0].state == StepState::Holding),
    ("moving the rest", |status| status.steps[1].started_at.is_some()),
    ("baking", |status| is_at(status, LifecycleEventName::Bake)),
];

async fn run(
    world: &World,
    asked: impl FnMut(&DeploymentStatus) -> Controls,
    crash: impl FnMut(&Plan) -> Crash,
) -> Report {
    let ticker = world.run(Duration::from_secs(1));
    let report = canary().run_crashing(world, asked, crash).await.unwrap();
    ticker.abort();
    report
}

#[track_caller]
fn assert_nothing_is_lost(world: &World, what: &str) {
    let violations = world.control("/_sim/invariants")["violations"].clone();
    assert_eq!(violations.as_array().map(Vec::len), Some(0), "{what}: {violations:#}");
    let traffic = world.control("/_sim/traffic");
    assert!(traffic["total"].as_u64() > Some(0) && traffic["lost"] == 0, "{what}: {traffic:#}");
    assert_eq!(traffic["routes"][0]["sticky"]["cut"], 0, "{what}: {traffic:#}");
}

// S12 Barrier
#[tokio::test(start_paused = true)]
async fn a_canary_over_a_network_load_balancer_succeeds_and_fails_without_a_lost_request() {
    let world = World::network(2).unwrap();
    let report = run(&world, |_| Controls::default(), |_| Crash::Never).await;
    assert_eq!(report.state, State::Succeeded, "{}", report.message);
    assert_nothing_is_lost(&world, "undisturbed");
    for (index, (moment, reached)) in MOMENTS.into_iter().enumerate() {
        let alarm = index % 2 == 1;
        let (world, told) = (World::network(2).unwrap(), Cell::new(false));
        let asked = |status: &DeploymentStatus| {
            let is_first = !told.get() && reached(status);
            told.set(told.get() || is_first);
            if is_first && alarm {
                world.set_alarm("shop-0-5xx", "ALARM");
            }
            if told.get() && !alarm { STOP } else { Controls::default() }
        };
        let report = run(&world, asked, |_| Crash::Never).await;
        let what = format!("{moment}, {}", if alarm { "an alarm" } else { "a stop" });
        let rollback = report.status.rollback.as_ref().unwrap_or_else(|| panic!("{what}: {}", report.message));
        let expected = if alarm {
            (State::Failed, RollbackTrigger::StopOnAlarm)
        } else {
            (State::Stopped, RollbackTrigger::StopOnRequest)
        };
        assert_eq!((report.state, rollback.trigger), expected, "{what}: {}", report.message);
        assert_nothing_is_lost(&world, &what);
    }
}

/// It dies before a write is sent, or right after its answer.
#[tokio::test(start_paused = true)]
async fn a_process_that_dies_at_a_write_over_a_network_load_balancer_cuts_no_connection() {
    let deaths = [(false, Crash::AfterAct, 1_usize), (true, Crash::AfterObserve, 3)];
    for (stop, crash, moment) in deaths {
        let world = World::network(2).unwrap();
        let (seen, met) = (Cell::new(0), Cell::new(false));
        let asked = |status: &DeploymentStatus| {
            let reached = stop && status.steps[0].state != StepState::Pending && status.steps[0].verified_at.is_some();
            if reached { STOP } else { Controls::default() }
        };
        let crashes = |plan: &Plan| {
            if !matches!(
                plan.action,
                Some(
                    Action::SetWeights(_)
                        | Action::PromoteTaskSet { .. }
                        | Action::DeleteTaskSet { .. }
                        | Action::CreateTaskSet(_)
                )
            ) {
                return Crash::Never;
            }
            seen.set(seen.get() + 1);
            if seen.get() == moment + 1 && !met.replace(true) { crash } else { Crash::Never }
        };
        let report = run(&world, asked, crashes).await;
        let expected = if stop { State::Stopped } else { State::Succeeded };
        let what = format!("{crash:?} at write {moment}, {expected}");
        assert_eq!(report.state, expected, "{what}: {}", report.message);
        assert_nothing_is_lost(&world, &what);
    }
}
