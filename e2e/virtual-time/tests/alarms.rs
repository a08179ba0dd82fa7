//! Alarms through the real SDK and the simulated AWS: from the look that sees one to the weights it takes one reconcile and one
//! call for each route, wherever the process dies; and all releases of a region share one poll.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use sluice_api::{DeploymentStatus, LifecycleEventName, LifecycleEventStatus, RollbackTrigger, State, StepState};
use sluice_plan::{Action, Controls, Plan};
use sluice_virtual_time::{Crash, Release, World};

fn watching(service: usize) -> Release {
    let mut release = Release::linear(service, 2, "1m").unwrap();
    release.settings.alarms = Some(serde_json::from_value(json!({"names": [format!("shop-{service}-5xx")]})).unwrap());
    release
}

type Moment = (&'static str, fn(&DeploymentStatus) -> bool);

const MOMENTS: &[Moment] = &[
    ("held", |status| status.steps.get(1).is_some_and(|step| step.state == StepState::Holding)),
    ("baking", |status| {
        let in_progress = LifecycleEventStatus::InProgress;
        status.lifecycle_events.iter().any(|one| one.name == LifecycleEventName::Bake && one.status == in_progress)
    }),
];

#[tokio::test(start_paused = true)]
async fn an_alarm_takes_one_reconcile_and_one_call_for_each_route_wherever_the_process_dies() {
    for (moment, reached) in MOMENTS {
        for crash in [Crash::Never, Crash::AfterObserve, Crash::AfterAct] {
            let world = World::new(1, 2).unwrap();
            let ticker = world.run(Duration::from_millis(500));
            // Writes of weights when the alarm went off, and reconciles since then.
            let (before, looks, died) = (Cell::new(None), Cell::new(0), Cell::new(false));
            let asked = |status: &DeploymentStatus| {
                if before.get().is_none() && reached(status) {
                    world.set_alarm("shop-0-5xx", "ALARM");
                    before.set(Some(world.calls_of("ModifyRule")));
                }
                Controls::default()
            };
            let crashes = |plan: &Plan| {
                if before.get().is_some()
                    && plan.progress.rollback.as_ref().is_none_or(|it| it.traffic_restored_at.is_none())
                {
                    looks.set(looks.get() + 1);
                }
                let returns = matches!(plan.action, Some(Action::SetWeights(_))) && plan.progress.rollback.is_some();
                if returns && !died.replace(true) { crash } else { Crash::Never }
            };
            let report = watching(0).run_crashing(&world, asked, crashes).await.unwrap();
            ticker.abort();
            let what = format!("{moment}, {crash:?}");
            assert_eq!(report.state, State::Failed, "{what}: {}", report.message);
            let rollback = report.status.rollback.unwrap();
            assert_eq!(rollback.trigger, RollbackTrigger::StopOnAlarm, "{what}");
            // One call for the one route, whoever made it.
            assert_eq!(world.calls_of("ModifyRule") - before.get().unwrap(), 1, "{what}");
            if crash == Crash::Never {
                assert_eq!(looks.get(), 1, "{what}: reconciles until the weights were back");
            }
            assert_eq!(world.control("/_sim/traffic")["lost"], 0, "{what}");
            assert_eq!(world.control("/_sim/invariants")["total"], 0, "{what}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn releases_of_a_region_share_one_poll_of_their_alarms_and_one_without_alarms_makes_none() {
    const RELEASES: usize = 120;
    let world = Arc::new(World::new(RELEASES, 2).unwrap());
    let ticker = world.run(Duration::from_millis(500));
    Release::linear(0, 2, "1s").unwrap().run(&world).await.unwrap();
    assert_eq!(world.calls_of("DescribeAlarms"), 0);
    let began = world.clock.timestamp();
    let tasks: Vec<_> = (1..RELEASES)
        .map(|service| {
            let world = world.clone();
            tokio::task::spawn(async move {
                let mut release = watching(service);
                let canary = json!({"canary": {"percentage": 10, "interval": "2m"}});
                release.settings.deployment_config = Some(serde_json::from_value(canary).unwrap());
                release.run(&world).await
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap().state, State::Succeeded);
    }
    let took = world.clock.timestamp().duration_since(began).as_secs();
    ticker.abort();
    // Two calls a poll of 15 seconds, and two at the beginning and at each of the four checkpoints.
    let (polls, calls) = (u64::try_from(took / 15).unwrap() + 1, world.calls_of("DescribeAlarms"));
    println!("{calls} calls of DescribeAlarms in {polls} polls of {} alarms", RELEASES - 1);
    assert!(calls <= 2 * (polls + 5), "{calls} calls in {polls} polls");
}
