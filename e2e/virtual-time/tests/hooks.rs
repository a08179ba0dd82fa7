//! Hooks that are functions of the simulated AWS, through the real SDK, and a process that forgets at any reconcile what it
//! knew of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use simulated_aws::wire::Request;
use sluice_api::State;
use sluice_plan::Controls;
use sluice_virtual_time::{Release, World};

fn functions() -> Value {
    let answers = json!([
        {"payload": {"hookStatus": "IN_PROGRESS", "callBackDelay": 20}},
        {"throttled": true},
        {"payload": {"hookStatus": "SUCCEEDED"}, "lost": true},
        {"payload": {"hookStatus": "SUCCEEDED"}},
    ]);
    json!({"functions": [{"name": "waits", "answers": answers}, {"name": "passes"}]})
}

fn hooks() -> Value {
    json!([
        {"name": "first", "event": "BeforeInstall", "lambda": {"function": "waits"}},
        {"name": "second", "event": "AfterStep", "steps": [0], "lambda": {"function": "passes"}},
        {"name": "third", "event": "AfterAllowTraffic", "lambda": {"function": "passes"}},
    ])
}

/// One release; the process forgets its hooks before the reconcile of this number. Answers how many there were.
async fn release(forgets_at: Option<u64>) -> u64 {
    let world = World::new(1, 2).unwrap();
    let ticker = world.run(Duration::from_secs(2));
    let request = Request {
        method: "POST".to_owned(),
        path: "/_sim/scenario".to_owned(),
        body: functions().to_string().into_bytes(),
        ..Request::default()
    };
    assert!(world.send(&request));
    let mut release = Release::linear(0, 2, "1m").unwrap();
    let canary = json!({"canary": {"percentage": 20, "interval": "1m"}});
    release.settings.deployment_config = serde_json::from_value(canary).unwrap();
    release.settings.hooks = serde_json::from_value(hooks()).unwrap();
    let mut number = 0;
    let report = release
        .run_under(&world, |_| {
            number += 1;
            if Some(number) == forgets_at {
                world.hooks().forget(&release.uid());
            }
            Controls::default()
        })
        .await
        .unwrap();
    ticker.abort();
    assert_eq!(report.state, State::Succeeded, "{forgets_at:?}: {}", report.message);
    // S17: the simulator tells of a hook that is invoked after the next one of its Deployment.
    let judged = world.control("/_sim/invariants");
    assert_eq!(judged["total"], 0, "{forgets_at:?}: {judged:#}");
    let sinks = world.control("/_sim/sinks");
    let deliveries = sinks["deliveries"].as_array().unwrap();
    let ids: BTreeSet<&str> =
        deliveries.iter().filter_map(|one| one["content"]["payload"]["executionId"].as_str()).collect();
    assert_eq!(ids.len(), 3, "{forgets_at:?}: each by one id, however often: {ids:?}");
    number
}

#[tokio::test(start_paused = true)]
async fn hooks_that_a_process_forgets_at_any_reconcile_are_asked_by_the_same_id_and_never_after_their_verdict() {
    let whole = release(None).await;
    for number in (1..=whole).step_by(2) {
        release(Some(number)).await;
    }
}
