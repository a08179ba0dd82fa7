//! The test route on every way back: it is at what serves production in the end, whoever asked for the return, wherever the
//! process died.

use std::time::Duration;

use serde_json::json;
use sluice_api::{DeploymentStatus, LifecycleEventName, LifecycleEventStatus, RollbackTrigger, State, StepState};
use sluice_plan::{Action, Controls, Newer, Plan};
use sluice_virtual_time::{Crash, Release, World, target_group};

type Moment = (&'static str, fn(&DeploymentStatus) -> bool);

const MOMENTS: &[Moment] = &[
    ("held", |status| status.steps.first().is_some_and(|step| step.state == StepState::Holding)),
    ("baking", |status| {
        let in_progress = LifecycleEventStatus::InProgress;
        status.lifecycle_events.iter().any(|one| one.name == LifecycleEventName::Bake && one.status == in_progress)
    }),
];

/// What is asked for, and what the return comes from.
const REQUESTS: [(Controls, RollbackTrigger); 2] = [
    (Controls { newer: Some(Newer::GoesBack), ..NOTHING }, RollbackTrigger::StopOnRequest),
    (Controls { newer: Some(Newer::Supersedes), ..NOTHING }, RollbackTrigger::Superseded),
];

const NOTHING: Controls = Controls { paused: false, stop: false, deleted: false, reverted: false, newer: None };

/// The weight of a target group on a rule.
fn weight(world: &World, rule: &str, side: char) -> u64 {
    let state = world.control("/_sim/state");
    let route = state["routes"].as_array().unwrap().iter().find(|one| one["arn"] == rule).unwrap();
    let group = target_group(0, side);
    let mut weights = route["weights"].as_array().unwrap().iter();
    weights.find(|one| one["targetGroupArn"] == *group).map_or(0, |one| one["weight"].as_u64().unwrap())
}

#[tokio::test(start_paused = true)]
async fn the_test_route_is_at_what_serves_after_every_way_back_wherever_the_process_dies() {
    for (moment, reached) in MOMENTS {
        for (controls, trigger) in REQUESTS {
            for crash in [Crash::Never, Crash::AfterObserve, Crash::AfterAct] {
                let what = format!("{moment}, {:?}, {crash:?}", controls.newer);
                let world = World::new(1, 2).unwrap();
                let rule = world.make_test_rule(0).unwrap();
                let ticker = world.run(Duration::from_millis(500));
                let mut release = Release::linear(0, 2, "1m").unwrap();
                let canary = json!({"canary": {"percentage": 20, "interval": "1m"}});
                release.settings.deployment_config = Some(serde_json::from_value(canary).unwrap());
                release.settings.load_balancer.test_route =
                    Some(serde_json::from_value(json!({"listenerRule": rule})).unwrap());
                let mut asked = NOTHING;
                let on_a_look = |status: &DeploymentStatus| {
                    if reached(status) {
                        asked = controls;
                    }
                    asked
                };
                // It dies at each write of weights on its way back, once.
                let mut written = 0;
                let mut deaths = 0;
                let crashes = |plan: &Plan| {
                    let returns =
                        matches!(plan.action, Some(Action::SetWeights(_))) && plan.progress.rollback.is_some();
                    written += usize::from(returns);
                    let dies = returns && crash != Crash::Never && written > 2 * deaths;
                    deaths += usize::from(dies);
                    if dies { crash } else { Crash::Never }
                };
                let report = release.run_crashing(&world, on_a_look, crashes).await.unwrap();
                ticker.abort();
                assert_eq!(
                    (report.state, report.status.rollback.map(|it| it.trigger)),
                    (State::Stopped, Some(trigger)),
                    "{what}"
                );
                let [a, b] = ['a', 'b'].map(|side| weight(&world, &rule, side));
                assert!(a > 0 && b == 0, "{what}: {a} {b}");
                assert_eq!(world.control("/_sim/traffic")["lost"], 0, "{what}");
                let judged = world.control("/_sim/invariants");
                assert_eq!(judged["total"], 0, "{what}: {judged:#}");
            }
        }
    }
}
