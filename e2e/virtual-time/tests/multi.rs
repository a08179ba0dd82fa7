//! Two services that are released as one, through the real SDK: neither loses its original before both have moved all traffic and
//! baked, one that returns takes the other with it, and no request is lost, wherever a process dies.

use std::cell::Cell;
use std::time::Duration;

use serde_json::json;
use sluice_api::{RollbackTrigger, State};
use sluice_plan::{Action, Controls, Plan};
use sluice_virtual_time::{Crash, Release, Report, Siblings, World};

/// Two releases of three increments, the second with longer holds and an alarm.
fn pair() -> [Release; 2] {
    let mut pair = [0, 1].map(|service| Release::linear(service, 2, "1m").unwrap());
    let siblings = Siblings::of(&[pair[0].uid(), pair[1].uid()]);
    for (release, hold) in pair.iter_mut().zip(["30s", "3m"]) {
        let steps = json!({"steps": [{"weight": 10, "hold": hold}, {"weight": 50, "hold": hold}, {"weight": 100}]});
        release.settings.deployment_config = serde_json::from_value(steps).unwrap();
        release.siblings = siblings.clone();
    }
    pair[1].settings.alarms = serde_json::from_value(json!({"names": ["shop-1-5xx"]})).unwrap();
    pair
}

/// Both, to the end. The alarm of the second speaks while the first waits for it, where it is to.
async fn run(world: &World, is_alarmed: bool, crash: impl Fn(usize, &Plan) -> Crash) -> [Report; 2] {
    let ticker = world.run(Duration::from_secs(1));
    let [web, worker] = pair();
    let told = Cell::new(false);
    let (first, second) = futures::join!(
        web.run_crashing(
            world,
            |status| {
                let is_ready = status.multi.as_ref().is_some_and(|multi| multi.ready_at.is_some());
                if is_alarmed && is_ready && !told.replace(true) {
                    world.set_alarm("shop-1-5xx", "ALARM");
                }
                Controls::default()
            },
            |plan| crash(0, plan),
        ),
        worker.run_crashing(world, |_| Controls::default(), |plan| crash(1, plan)),
    );
    ticker.abort();
    [first.unwrap(), second.unwrap()]
}

#[track_caller]
fn assert_as_one(world: &World, [web, worker]: &[Report; 2], is_alarmed: bool, what: &str) {
    let expected = if is_alarmed { State::Failed } else { State::Succeeded };
    assert_eq!((web.state, worker.state), (expected, expected), "{what}: {}; {}", web.message, worker.message);
    if is_alarmed {
        let triggers = [web, worker].map(|one| one.status.rollback.as_ref().unwrap().trigger);
        assert_eq!(triggers, [RollbackTrigger::Sibling, RollbackTrigger::StopOnAlarm], "{what}");
    } else {
        // S20 AsOne
        let [one, other] = [web, worker].map(|one| one.status.multi.clone().unwrap());
        assert!(one.ready_at < other.ready_at && one.passed_at >= other.promised_at, "{what}: {one:?} {other:?}");
    }
    let violations = world.control("/_sim/invariants")["violations"].clone();
    assert_eq!(violations.as_array().map(Vec::len), Some(0), "{what}: {violations:#}");
    let traffic = world.control("/_sim/traffic");
    assert!(traffic["total"].as_u64() > Some(0) && traffic["lost"] == 0, "{what}: {traffic:#}");
}

#[tokio::test(start_paused = true)]
async fn two_services_end_as_one_and_return_as_one_without_a_lost_request_wherever_a_process_dies() {
    for is_alarmed in [false, true] {
        let world = World::new(2, 2).unwrap();
        let reports = Box::pin(run(&world, is_alarmed, |_, _| Crash::Never)).await;
        assert_as_one(&world, &reports, is_alarmed, "undisturbed");
        // Each dies once. The planner's own tests try every moment.
        for (who, crash, moment) in [(0, Crash::AfterAct, 6_usize), (1, Crash::AfterObserve, 4)] {
            // Weights, promotions and deletes, and the looks at which it has a word to give.
            let (world, seen) = (World::new(2, 2).unwrap(), Cell::new(0));
            let crashes = |one: usize, plan: &Plan| {
                let writes = matches!(&plan.action, Some(action) if !matches!(action, Action::CreateTaskSet(_)));
                let gives_its_word = plan.action.is_none() && plan.waiting.is_none();
                if one != who || !(writes || gives_its_word) {
                    return Crash::Never;
                }
                seen.set(seen.get() + 1);
                if seen.get() == moment + 1 { crash } else { Crash::Never }
            };
            let reports = Box::pin(run(&world, is_alarmed, crashes)).await;
            assert_as_one(&world, &reports, is_alarmed, &format!("{who} dies, {crash:?}, at {moment}"));
        }
    }
}
