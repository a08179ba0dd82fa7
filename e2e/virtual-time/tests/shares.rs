//! A release moves its traffic by exactly the shares that it was given: counted are the requests of each hold, by target
//! group, in the simulated AWS.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use sluice_api::{Share, State, StepState};
use sluice_plan::Controls;
use sluice_virtual_time::{ACCESS_KEY, Release, World, target_group};

/// Requests so far: of the original's target group, and of the replacement's.
fn requests(world: &World) -> [u64; 2] {
    let counted = &world.control("/_sim/traffic")["routes"][0]["byTargetGroup"];
    ['a', 'b'].map(|side| counted[target_group(0, side)].as_u64().unwrap_or(0))
}

/// The requests of the hold of each step: of both target groups, and of the replacement's alone.
async fn counted_in_holds(config: Value) -> BTreeMap<Share, (u64, u64)> {
    let world = World::new(1, 2).unwrap();
    let ticker = world.run(Duration::from_secs(2));
    let mut release = Release::linear(0, 2, "1m").unwrap();
    release.settings.deployment_config = serde_json::from_value(config).unwrap();
    let mut holds: BTreeMap<Share, ([u64; 2], [u64; 2])> = BTreeMap::new();
    let report = release
        .run_under(&world, |status| {
            if let Some(step) = status.steps.iter().find(|step| step.state == StepState::Holding) {
                let now = requests(&world);
                holds.entry(step.weight).or_insert((now, now)).1 = now;
            }
            Controls::default()
        })
        .await
        .unwrap();
    ticker.abort();
    assert_eq!(report.state, State::Succeeded, "{}", report.message);
    let mut violations = world.control("/_sim/invariants")["violations"].as_array().cloned().unwrap_or_default();
    violations.retain(|one| one["accessKey"] == ACCESS_KEY);
    assert!(violations.is_empty(), "{violations:#?}");
    let counted = |(first, last): ([u64; 2], [u64; 2])| {
        let [original, replacement] = [0, 1].map(|side| last[side] - first[side]);
        (original + replacement, replacement)
    };
    holds.into_iter().map(|(share, samples)| (share, counted(samples))).collect()
}

/// The replacement received its share of so many requests, to a single request.
#[track_caller]
fn assert_exact(counted: &BTreeMap<Share, (u64, u64)>, expected: &[u16], least: u64) {
    let held: Vec<u16> = counted.keys().map(|share| share.tenths()).collect();
    assert_eq!(held, expected);
    for (share, (all, replacement)) in counted {
        assert!(*all >= least, "{share}: {all} requests tell nothing");
        let off = (replacement * 1000).abs_diff(u64::from(share.tenths()) * all);
        assert!(off < 1000, "{share}: {replacement} of {all} requests");
    }
}

#[tokio::test(start_paused = true)]
async fn a_canary_of_a_tenth_of_a_percent_receives_one_request_of_a_thousand() {
    let counted = counted_in_holds(json!({"canary": {"percentage": "0.1%", "interval": "20m"}})).await;
    assert_exact(&counted, &[1], 10_000);
}

#[tokio::test(start_paused = true)]
async fn a_linear_release_by_eighths_receives_an_eighth_more_in_each_hold() {
    let counted = counted_in_holds(json!({"linear": {"percentage": "12.5%", "interval": "2m"}})).await;
    assert_exact(&counted, &[125, 250, 375, 500, 625, 750, 875], 1000);
}
