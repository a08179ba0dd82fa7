//! Sizes that follow the traffic, measured by the simulated AWS over whole releases: never more than one step of tasks too
//! many, no request lost, no task set too small for its weight, whatever is asked, wherever the process dies, and however late
//! a write lands.

use std::cell::Cell;
use std::time::Duration;

use serde_json::json;
use sluice_api::{Capacity, DeploymentStatus, State};
use sluice_plan::{Action, Controls, Plan};
use sluice_virtual_time::{Crash, Release, Report, World};

const STOP: Controls = Controls { paused: false, stop: true, deleted: false, reverted: false, newer: None };

fn proportional() -> Release {
    let mut release = Release::linear(0, 2, "1m").unwrap();
    release.settings.capacity = Capacity::Proportional;
    release
}

/// The most tasks that ran or were starting at a time.
fn most_tasks(world: &World) -> u64 {
    world.control("/_sim/state")["services"][0]["mostTasks"].as_u64().unwrap()
}

/// Of both task sets: how many are wanted now, and the scale of the one that is left.
fn sizes(world: &World) -> Vec<f64> {
    let sets = world.control("/_sim/state")["services"][0]["taskSets"].as_array().unwrap().clone();
    sets.iter().filter(|set| set["status"] != "DRAINING").map(|set| set["scale"].as_f64().unwrap()).collect()
}

#[track_caller]
fn assert_nothing_is_lost(world: &World, what: &str) {
    let violations = world.control("/_sim/invariants")["violations"].clone();
    assert_eq!(violations.as_array().map(Vec::len), Some(0), "{what}: {violations:#}");
    assert_eq!(world.control("/_sim/traffic")["lost"], 0, "{what}");
}

async fn run(
    world: &World,
    asked: impl FnMut(&DeploymentStatus) -> Controls,
    crash: impl FnMut(&Plan) -> Crash,
) -> Report {
    let ticker = world.run(Duration::from_millis(500));
    let report = proportional().run_crashing(world, asked, crash).await.unwrap();
    ticker.abort();
    report
}

#[tokio::test(start_paused = true)]
async fn ten_steps_never_hold_more_than_one_step_too_many() {
    for (tasks, most) in [(10, 11), (20, 22), (50, 55)] {
        let world = World::of_tasks(1, 2, tasks).unwrap();
        let report = run(&world, |_| Controls::default(), |_| Crash::Never).await;
        assert_eq!(report.state, State::Succeeded, "{}", report.message);
        println!("{tasks} tasks in 10 steps: at most {} at a time, {:#} in all", most_tasks(&world), report.took);
        assert_eq!(most_tasks(&world), most);
        assert_eq!(sizes(&world), [100.0]);
        assert_nothing_is_lost(&world, &format!("{tasks} tasks"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_rollback_from_every_step_loses_nothing_and_never_holds_more_either() {
    for step in 0..=10_usize {
        let world = World::of_tasks(1, 2, 10).unwrap();
        // The tenth is verified and gone through at once: then it is stopped in the bake, with an original of one task.
        let reached = |status: &DeploymentStatus| {
            let small = sizes(&world).iter().any(|scale| *scale < 1.0);
            if step == 10 { small } else { status.steps[step].verified_at.is_some() }
        };
        let stopped = Cell::new(false);
        let asked = |status: &DeploymentStatus| {
            stopped.set(stopped.get() || reached(status));
            if stopped.get() { STOP } else { Controls::default() }
        };
        let report = run(&world, asked, |_| Crash::Never).await;
        let rollback = report.status.rollback.unwrap();
        let back = rollback.traffic_restored_at.unwrap().duration_since(rollback.started_at);
        println!("stopped at step {}: traffic is back after {back:#}, at most {} tasks", step + 1, most_tasks(&world));
        assert_eq!(report.state, State::Stopped, "{step}: {}", report.message);
        assert_eq!(sizes(&world), [100.0], "{step}");
        assert!(most_tasks(&world) <= 11, "{step}: {}", most_tasks(&world));
        assert_nothing_is_lost(&world, &format!("stopped at step {step}"));
    }
}

/// Every change of a size, on the way forward and back, is a moment at which the process may die.
#[tokio::test(start_paused = true)]
async fn a_process_that_dies_at_any_change_of_a_size_loses_nothing() {
    for stop_at in [None, Some(3_usize)] {
        for (first, crash) in [Crash::AfterObserve, Crash::AfterAct].into_iter().enumerate() {
            // Every other one before it is sent, and those between them after their answer.
            for moment in (first..24_usize).step_by(2) {
                let world = World::of_tasks(1, 2, 10).unwrap();
                let (seen, met) = (Cell::new(0), Cell::new(false));
                let crashes = |plan: &Plan| {
                    if !matches!(plan.action, Some(Action::ScaleTaskSet { .. })) {
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
                let what = format!("{crash:?} at change {moment}, stop at {stop_at:?}");
                let expected = if stop_at.is_some() { State::Stopped } else { State::Succeeded };
                assert_eq!(report.state, expected, "{what}: {}", report.message);
                assert_eq!(sizes(&world), [100.0], "{what}");
                assert_nothing_is_lost(&world, &what);
                if !met.get() {
                    println!("{crash:?}, stop at {stop_at:?}: {} changes of a size", seen.get());
                    break;
                }
            }
        }
    }
}

/// The answer is lost, and the write lands ten seconds later: within its longest life, and after the way back has begun.
#[tokio::test(start_paused = true)]
async fn a_change_of_a_size_that_lands_after_the_turn_takes_nothing_from_the_original() {
    for change in 1..8_usize {
        let world = World::of_tasks(1, 2, 10).unwrap();
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
        assert_eq!(sizes(&world), [100.0], "{change}");
        assert_nothing_is_lost(&world, &format!("change {change} lands late"));
    }
}
