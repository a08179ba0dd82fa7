//! A service without a load balancer, released by the size of its task sets alone: never fewer running tasks than it wants,
//! whatever is asked, wherever the process dies, and however late a write lands.

use std::cell::Cell;
use std::time::Duration;

use serde_json::{Value, json};
use sluice_api::{DeploymentStatus, State};
use sluice_plan::{Action, Controls, Plan};
use sluice_virtual_time::{Crash, Release, Report, World};

const STOP: Controls = Controls { paused: false, stop: true, deleted: false, reverted: false, newer: None };
const TASKS: u32 = 10;

fn service(world: &World) -> Value {
    world.control("/_sim/state")["services"][0].clone()
}

async fn run(
    world: &World,
    asked: impl FnMut(&DeploymentStatus) -> Controls,
    crash: impl FnMut(&Plan) -> Crash,
) -> Report {
    let mut release = Release::linear(0, 2, "1m").unwrap();
    (release.settings.load_balancer, release.settings.container) = Default::default();
    let ticker = world.run(Duration::from_millis(500));
    let report = release.run_crashing(world, asked, crash).await.unwrap();
    ticker.abort();
    report
}

/// One task set at its whole size, and never fewer tasks than the service wants.
#[track_caller]
fn assert_whole(world: &World, what: &str) {
    let violations = world.control("/_sim/invariants")["violations"].clone();
    assert_eq!(violations.as_array().map(Vec::len), Some(0), "{what}: {violations:#}");
    let service = service(world);
    assert_eq!(service["fewestTasks"], TASKS, "{what}: {service:#}");
    let sets = service["taskSets"].as_array().unwrap().clone();
    let scales: Vec<&Value> = sets.iter().filter(|set| set["status"] != "DRAINING").map(|set| &set["scale"]).collect();
    assert_eq!(scales, [&json!(100.0)], "{what}");
}

#[tokio::test(start_paused = true)]
async fn ten_increments_and_a_rollback_from_each_never_have_fewer_tasks_than_the_service_wants() {
    for step in [None, Some(0_usize), Some(4), Some(9), Some(10)] {
        let world = World::by_size(2, TASKS).unwrap();
        let stopped = Cell::new(false);
        let is_empty = || service(&world)["taskSets"].as_array().unwrap().iter().any(|set| set["scale"] == 0.0);
        let asked = |status: &DeploymentStatus| {
            let is_reached = match step {
                None => false,
                // The original has no task any more.
                Some(10) => is_empty(),
                Some(step) => status.steps[step].verified_at.is_some(),
            };
            stopped.set(stopped.get() || is_reached);
            if stopped.get() { STOP } else { Controls::default() }
        };
        let report = run(&world, asked, |_| Crash::Never).await;
        let expected = if step.is_some() { State::Stopped } else { State::Succeeded };
        assert_eq!(report.state, expected, "{step:?}: {}", report.message);
        assert_whole(&world, &format!("stopped at {step:?}"));
    }
}

/// Every change of a size, the create, the promotion and the delete are moments at which the process may die.
#[tokio::test(start_paused = true)]
async fn a_process_that_dies_at_any_write_takes_no_task_that_is_needed() {
    for stop_at in [None, Some(3_usize)] {
        for (first, crash) in [Crash::AfterObserve, Crash::AfterAct].into_iter().enumerate() {
            // Every other one before it is sent, and those between them after their answer.
            for moment in (first..28_usize).step_by(2) {
                let world = World::by_size(2, TASKS).unwrap();
                let (seen, met) = (Cell::new(0), Cell::new(false));
                let crashes = |plan: &Plan| {
                    if plan.action.is_none() {
                        return Crash::Never;
                    }
                    seen.set(seen.get() + 1);
                    if seen.get() == moment + 1 && !met.replace(true) { crash } else { Crash::Never }
                };
                let asked = |status: &DeploymentStatus| match stop_at {
                    Some(step) if status.rollback.is_some() || status.steps[step].verified_at.is_some() => STOP,
                    _ => Controls::default(),
                };
                let report = run(&world, asked, crashes).await;
                let what = format!("{crash:?} at write {moment}, stop at {stop_at:?}");
                let expected = if stop_at.is_some() { State::Stopped } else { State::Succeeded };
                assert_eq!(report.state, expected, "{what}: {}", report.message);
                assert_whole(&world, &what);
                if !met.get() {
                    break;
                }
            }
        }
    }
}

/// The answer is lost, and the write lands ten seconds later: within its longest life, and after the way back has begun.
#[tokio::test(start_paused = true)]
async fn a_change_of_a_size_that_lands_after_the_turn_is_put_right_before_anything_goes() {
    for change in 1..7_usize {
        let world = World::by_size(2, TASKS).unwrap();
        let (seen, is_late) = (Cell::new(0), Cell::new(false));
        let crashes = |plan: &Plan| {
            if matches!(plan.action, Some(Action::ScaleTaskSet { .. })) {
                seen.set(seen.get() + 1);
                if seen.get() == change && !is_late.replace(true) {
                    let fault = json!({"kind": "late-landing", "operation": "UpdateTaskSet", "count": 1, "milliseconds": 10_000});
                    assert!(world.ask("/_sim/faults", &fault));
                }
            }
            Crash::Never
        };
        let asked = |_: &DeploymentStatus| if is_late.get() { STOP } else { Controls::default() };
        let report = run(&world, asked, crashes).await;
        assert_eq!(report.state, State::Stopped, "{change}: {}", report.message);
        assert_whole(&world, &format!("change {change} lands late"));
    }
}
