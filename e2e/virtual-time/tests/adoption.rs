//! The traffic of a service that ECS deploys moves to the first task set of a group's own, measured by the simulated AWS over
//! the whole of it: no request is lost, forward, back from every step, and wherever the process dies.

use std::cell::Cell;
use std::time::Duration;

use serde_json::{Value, json};
use simulated_aws::wire::Request;
use sluice_api::{Adoption, DeploymentStatus, LifecycleEventName, LifecycleEventStatus, State};
use sluice_plan::{Action, Controls, Plan};
use sluice_virtual_time::{ADOPTED, Crash, Release, Report, World};

const STOP: Controls = Controls { paused: false, stop: true, deleted: false, reverted: false, newer: None };

fn adopting() -> Release {
    let mut release = Release::linear(0, 2, "1m").unwrap();
    release.settings.deployment_config = serde_json::from_value(json!({"steps": [
        {"weight": 10, "hold": "1m"}, {"weight": 50, "hold": "1m"}, {"weight": 100},
    ]}))
    .unwrap();
    release.settings.adopt = Some(Adoption { service: ADOPTED.to_owned(), cluster: None, keep: true });
    release
}

async fn run(asked: impl FnMut(&DeploymentStatus) -> Controls, crash: impl FnMut(&Plan) -> Crash) -> (World, Report) {
    let world = World::adopting(2, 4).unwrap();
    let ticker = world.run(Duration::from_millis(500));
    let report = adopting().run_crashing(&world, asked, crash).await.unwrap();
    ticker.abort();
    (world, report)
}

/// Someone scales the service that is adopted.
fn scale_to_0(world: &World) -> bool {
    let credential = "Credential=AKIDSOMEONEELSE/20260101/eu-west-1/ecs/aws4_request";
    let authorization = format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0");
    let target = "AmazonEC2ContainerServiceV20141113.UpdateService".to_owned();
    world.send(&Request {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        headers: vec![("x-amz-target".to_owned(), target), ("authorization".to_owned(), authorization)],
        body: json!({"cluster": "prod", "service": ADOPTED, "desiredCount": 0}).to_string().into_bytes(),
        ..Request::default()
    })
}

/// A service as the simulated AWS has it.
fn service(world: &World, name: &str) -> Value {
    let services = world.control("/_sim/state")["services"].as_array().unwrap().clone();
    services.into_iter().find(|service| service["service"] == name).unwrap()
}

/// Nothing was lost, and the service that was adopted is as it was: four tasks, one set of them.
#[track_caller]
fn assert_kept(world: &World, what: &str) {
    let violations = world.control("/_sim/invariants")["violations"].clone();
    assert_eq!(violations.as_array().map(Vec::len), Some(0), "{what}: {violations:#}");
    let traffic = world.control("/_sim/traffic");
    assert!(traffic["total"].as_u64() > Some(0) && traffic["lost"] == 0, "{what}: {traffic:#}");
    let adopted = service(world, ADOPTED);
    assert_eq!((&adopted["status"], &adopted["desiredCount"]), (&json!("ACTIVE"), &json!(4)), "{what}");
    assert_eq!(adopted["taskSets"][0]["runningCount"], 4, "{what}: {adopted:#}");
}

/// Its own task set alone has the traffic, and is the PRIMARY.
#[track_caller]
fn assert_adopted(world: &World, report: &Report, what: &str) {
    assert_eq!(report.state, State::Succeeded, "{what}: {}", report.message);
    let own = service(world, "shop-0");
    assert_eq!(own["taskSets"].as_array().map(Vec::len), Some(1), "{what}: {own:#}");
    assert_eq!(own["taskSets"][0]["status"], "PRIMARY", "{what}");
    assert!(report.message.contains("aws ecs delete-service"), "{what}: {}", report.message);
    assert_kept(world, what);
}

#[track_caller]
fn assert_given_back(world: &World, report: &Report, what: &str) {
    assert_eq!(report.state, State::Stopped, "{what}: {}", report.message);
    assert!(report.status.rollback.as_ref().unwrap().traffic_restored_at.is_some(), "{what}");
    assert_eq!(report.status.traffic.as_ref().unwrap().observed.tenths(), 0, "{what}");
    let own = service(world, "shop-0")["taskSets"].as_array().unwrap().clone();
    assert!(own.iter().all(|set| set["status"] == "DRAINING"), "{what}: {own:#?}");
    assert_kept(world, what);
}

fn is_at(status: &DeploymentStatus, name: LifecycleEventName) -> bool {
    let in_progress = LifecycleEventStatus::InProgress;
    status.lifecycle_events.iter().any(|event| event.name == name && event.status == in_progress)
}

fn is_verified(status: &DeploymentStatus, step: usize) -> bool {
    status.steps[step].verified_at.is_some()
}

/// Whether a release has come to some place.
type Reached = fn(&DeploymentStatus) -> bool;

#[tokio::test(start_paused = true)]
async fn it_is_turned_round_from_every_step_and_no_request_is_lost() {
    let (world, report) = run(|_| Controls::default(), |_| Crash::Never).await;
    assert_adopted(&world, &report, "undisturbed");
    let places: [(&str, Reached); 6] = [
        ("install", |status| is_at(status, LifecycleEventName::Install)),
        ("10 %", |status| is_verified(status, 0)),
        ("50 %", |status| is_verified(status, 1)),
        ("100 %", |status| is_verified(status, 2)),
        ("bake", |status| is_at(status, LifecycleEventName::Bake)),
        ("the end", |status| is_at(status, LifecycleEventName::TerminateOriginal)),
    ];
    for (place, reached) in places {
        let stopped = Cell::new(false);
        let asked = |status: &DeploymentStatus| {
            stopped.set(stopped.get() || reached(status));
            if stopped.get() { STOP } else { Controls::default() }
        };
        let (world, report) = run(asked, |_| Crash::Never).await;
        assert_given_back(&world, &report, place);
    }
    let promoted = Cell::new(false);
    let sees = |plan: &Plan| {
        promoted.set(promoted.get() || matches!(plan.action, Some(Action::PromoteTaskSet { .. })));
        Crash::Never
    };
    let asked = |_: &DeploymentStatus| if promoted.get() { STOP } else { Controls::default() };
    let (world, report) = run(asked, sees).await;
    assert_given_back(&world, &report, "promoted");
}

/// Every write, on the way forward and back, is a moment at which the process may die.
#[tokio::test(start_paused = true)]
async fn a_process_that_dies_at_any_write_loses_nothing() {
    for stop in [false, true] {
        for crash in [Crash::AfterObserve, Crash::AfterAct] {
            for moment in 0..24_usize {
                let (seen, met) = (Cell::new(0), Cell::new(false));
                let crashes = |plan: &Plan| {
                    if plan.action.is_none() {
                        return Crash::Never;
                    }
                    seen.set(seen.get() + 1);
                    if seen.get() == moment + 1 && !met.replace(true) { crash } else { Crash::Never }
                };
                let asked = |status: &DeploymentStatus| {
                    let turns = stop && (status.rollback.is_some() || is_verified(status, 1));
                    if turns { STOP } else { Controls::default() }
                };
                let (world, report) = run(asked, crashes).await;
                let what = format!("{crash:?} at write {moment}, stopped: {stop}");
                if stop {
                    assert_given_back(&world, &report, &what);
                } else {
                    assert_adopted(&world, &report, &what);
                }
                if !met.get() {
                    break;
                }
            }
        }
    }
}

/// Its tasks go, in the midst of it: those of the group's own take all of the traffic.
#[tokio::test(start_paused = true)]
async fn an_adopted_service_that_is_scaled_to_0_in_the_midst_leaves_the_traffic_to_the_replacement() {
    let world = World::adopting(2, 4).unwrap();
    let scaled = Cell::new(false);
    let asked = |status: &DeploymentStatus| {
        if is_verified(status, 1) && !scaled.replace(true) {
            assert!(scale_to_0(&world));
        }
        Controls::default()
    };
    let ticker = world.run(Duration::from_millis(500));
    let report = adopting().run_under(&world, asked).await.unwrap();
    ticker.abort();
    assert_eq!(report.state, State::Succeeded, "{}", report.message);
    assert!(!report.message.contains("delete-service"), "nothing runs there: {}", report.message);
}
