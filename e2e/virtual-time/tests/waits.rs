//! A person who is waited for, through the real SDK and the simulated AWS: days pass, the process dies at any reconcile, and no
//! weight moves before the word is given.

use std::time::Duration;

use serde_json::{Value, json};
use sluice_api::{DeploymentStatus, GateKind, GateState, State};
use sluice_plan::{Controls, Plan};
use sluice_virtual_time::{Crash, Release, World};

/// A release that waits before any traffic and after its first increment.
fn release(ready: &Value, approval: &Value) -> Release {
    let mut release = Release::linear(0, 2, "1m").unwrap();
    release.settings.ready = Some(serde_json::from_value(ready.clone()).unwrap());
    let steps = json!({"steps": [{"name": "canary", "weight": 20, "approval": approval}, {"weight": 100}]});
    release.settings.deployment_config = Some(serde_json::from_value(steps).unwrap());
    release.limit = jiff::SignedDuration::from_hours(24 * 14);
    release.poll = jiff::SignedDuration::from_mins(5);
    release
}

fn gate(status: &DeploymentStatus, kind: GateKind) -> Option<&sluice_api::GateStatus> {
    status.gates.iter().find(|gate| gate.kind == kind)
}

/// One release: each gate is approved once it has waited for so many hours. How it ended, how its two gates did, how often it
/// wrote weights, and the reconciles that it took; it dies at the one of this number.
async fn run(
    release: Release,
    hours: [Option<i64>; 2],
    dies_at: Option<usize>,
    crash: Crash,
) -> (State, Vec<GateState>, u64, usize) {
    let world = World::new(1, 2).unwrap();
    let ticker = world.run(Duration::from_mins(1));
    let asked = |status: &DeploymentStatus| {
        for ((kind, word), hours) in [(GateKind::Ready, "Ready"), (GateKind::Approval, "canary")].into_iter().zip(hours)
        {
            let Some((gate, hours)) = gate(status, kind).filter(|gate| gate.is_waiting()).zip(hours) else { continue };
            let waited = world.clock.timestamp().duration_since(gate.since);
            let mut approvals = release.approvals.lock().unwrap();
            if waited >= jiff::SignedDuration::from_hours(hours) && !approvals.iter().any(|one| one == word) {
                // Nothing moved while nobody had said a word.
                assert_eq!(world.calls_of("ModifyRule"), u64::from(kind == GateKind::Approval));
                approvals.push(word.to_owned());
            }
        }
        Controls::default()
    };
    let mut number = 0;
    let crashes = |_: &Plan| {
        number += 1;
        if Some(number) == dies_at { crash } else { Crash::Never }
    };
    let report = release.run_crashing(&world, asked, crashes).await.unwrap();
    ticker.abort();
    assert_eq!(world.control("/_sim/traffic")["lost"], 0, "{}", report.message);
    assert_eq!(world.control("/_sim/invariants")["total"], 0, "{}", report.message);
    let gates = [GateKind::Ready, GateKind::Approval].into_iter().filter_map(|kind| gate(&report.status, kind));
    (report.state, gates.map(|gate| gate.state).collect(), world.calls_of("ModifyRule"), number)
}

#[tokio::test(start_paused = true)]
async fn a_word_that_comes_after_days_a_time_out_and_its_policy_decide_what_becomes_of_the_traffic() {
    use GateState::{Approved, TimedOut};
    let (long, short) = (json!({"wait": "100h"}), json!({"wait": "1h", "onTimeout": "Continue"}));
    let (patient, strict) = (json!({"timeout": "100h"}), json!({"timeout": "1h"}));
    let waits_on = json!({"timeout": "1h", "onTimeout": "Wait"});
    let table = [
        (&long, &patient, [Some(90), Some(99)], (State::Succeeded, vec![Approved, Approved], 2)),
        (&long, &patient, [None, None], (State::Stopped, vec![TimedOut], 0)),
        (&short, &patient, [None, Some(1)], (State::Succeeded, vec![TimedOut, Approved], 2)),
        (&short, &strict, [None, None], (State::Failed, vec![TimedOut, TimedOut], 2)),
        (&short, &waits_on, [None, Some(72)], (State::Succeeded, vec![TimedOut, Approved], 2)),
    ];
    for (ready, approval, hours, expected) in table {
        let (state, gates, weights, _) = run(release(ready, approval), hours, None, Crash::Never).await;
        assert_eq!((state, gates, weights), expected, "{ready} {approval} {hours:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_approved_moves_traffic_once_wherever_the_process_dies() {
    let waits = || {
        let mut release = release(&json!({"wait": "3h"}), &json!({"timeout": "3h"}));
        release.poll = jiff::SignedDuration::from_mins(30);
        release
    };
    let hours = [Some(1), Some(1)];
    let (_, _, _, whole) = run(waits(), hours, None, Crash::Never).await;
    for number in (1..=whole).step_by(2) {
        for crash in [Crash::AfterObserve, Crash::AfterAct] {
            let (state, gates, weights, _) = run(waits(), hours, Some(number), crash).await;
            assert_eq!((state, gates), (State::Succeeded, vec![GateState::Approved; 2]), "{number}, {crash:?}");
            assert!((2..=3).contains(&weights), "{number}, {crash:?}: {weights} writes");
        }
    }
}
