//! Hooks that are Lambda functions: each event's passes, fails, takes too long and is in progress; what they answer otherwise;
//! and an operator that dies while one runs. No request is lost.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sluice_e2e::manifests::with;
use sluice_e2e::poll;
use sluice_e2e::scenario;
use sluice_e2e::world::{World, must};

use crate::support::{assert_original_alone, group_with};

/// Events on the way forward.
const EVENTS: [&str; 7] = [
    "BeforeInstall",
    "AfterInstall",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "BeforeStep",
    "AfterStep",
    "AfterAllowTraffic",
];

/// Much longer than a look takes.
const LOOK: SignedDuration = SignedDuration::from_secs(1);

/// A function that answers these, one after the other.
fn function(name: &str, answers: &Value) -> Value {
    json!({"name": name, "timeout": "1h", "answers": answers})
}

fn hook(name: &str, event: &str, function: &str) -> Value {
    let name = format!("{name}-{}", event.to_lowercase());
    let mut hook = json!({"name": name, "event": event, "lambda": {"function": function}});
    if event.ends_with("Step") {
        hook["steps"] = json!(["half"]);
    }
    hook
}

/// The world's group, in increments of 50 and 100 percent, with these hooks.
fn group(world: &World, hooks: &[Value]) -> Value {
    let steps = json!({"steps": [{"name": "half", "weight": 50}, {"weight": 100}]});
    with(group_with(world, steps), "/hooks", json!(hooks))
}

/// The state of each hook of a Deployment, by its name.
fn states(deployment: &Value) -> BTreeMap<String, String> {
    let status = &deployment["status"];
    let events = status["lifecycleEvents"].as_array().unwrap().iter().filter_map(|event| event["hooks"].as_array());
    let hooks = events.chain(status["rollback"]["hooks"].as_array()).flatten();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    hooks.map(|hook| (text(&hook["name"]), text(&hook["state"]))).collect()
}

/// Execution ids of a function's invocations, in their order, with the moments.
fn invocations(world: &World, function: &str) -> Vec<(String, String)> {
    let sinks = must(world.aws.get("sinks"));
    let deliveries = sinks["deliveries"].as_array().unwrap().iter();
    let of_it = deliveries.filter(|one| one["target"].as_str().unwrap().ends_with(&format!(":function:{function}")));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    of_it.map(|one| (text(&one["content"]["payload"]["executionId"]), text(&one["at"]))).collect()
}

fn functions() -> Value {
    let in_progress = json!({"hookStatus": "IN_PROGRESS", "callBackDelay": 1});
    let succeeded = json!({"hookStatus": "SUCCEEDED", "message": "all is well"});
    let waiting: Vec<Value> =
        (0..20).flat_map(|_| [json!({"payload": in_progress}), json!({"payload": succeeded})]).collect();
    json!({"functions": [
        function("passes", &json!([{"payload": succeeded}])),
        function("waits", &json!(waiting)),
        function("fails", &json!([{"payload": {"hookStatus": "FAILED", "message": "3 of 12 checks failed"}}])),
        function("hangs", &json!([{"delay": "1h"}])),
        function("garbage", &json!([{"raw": "<html>"}])),
        function("silent", &json!([{"payload": null}])),
        function("large", &json!([{"bytes": 67_108_864}])),
        function("lost", &json!([{"payload": succeeded, "lost": true}, {"payload": succeeded}])),
        function("throttled", &json!([{"throttled": true}, {"payload": succeeded}])),
        function("raises", &json!([{"payload": {"errorType": "KeyError", "errorMessage": "'DeploymentId'"}, "functionError": "Unhandled"}])),
    ]})
}

#[test]
fn hooks_of_every_event_pass_fail_take_too_long_and_are_in_progress() {
    let world = World::new();
    must(world.aws.merge(&functions()));

    // Each event's passes, at once and when it is asked again.
    let passing = EVENTS.iter().flat_map(|event| [hook("pass", event, "passes"), hook("wait", event, "waits")]);
    world.release("shop:42", &group(&world, &passing.collect::<Vec<_>>()));
    let ended = world.wait_end("prod-1", "Succeeded");
    let found = states(&ended);
    assert_eq!(found.len(), 2 * EVENTS.len(), "{found:#?}");
    assert!(found.values().all(|state| state == "Succeeded"), "{found:#?}");
    let waits = invocations(&world, "waits");
    assert_eq!(waits.len(), 2 * EVENTS.len(), "each is asked twice: {waits:#?}");
    assert!(waits.chunks(2).all(|pair| pair[0].0 == pair[1].0), "by the same id: {waits:#?}");

    // Each event's fails and takes too long; and whatever else may be answered.
    let policy = |mut hook: Value| {
        hook["onFailure"] = json!("Continue");
        hook
    };
    let failing = EVENTS.iter().flat_map(|event| {
        let mut late = hook("late", event, "hangs");
        late["timeout"] = json!("1s");
        [hook("fail", event, "fails"), late]
    });
    let odd =
        ["garbage", "silent", "large", "lost", "throttled", "raises"].map(|name| hook(name, "AfterInstall", name));
    world.apply(&[group(&world, &failing.chain(odd).map(policy).collect::<Vec<_>>())]);
    world.change_revision("shop:46");
    let found = states(&world.wait_end("prod-2", "Succeeded"));
    for (name, state) in &found {
        let expected = match name.split('-').next().unwrap() {
            "late" => "TimedOut",
            "lost" | "throttled" => "Succeeded",
            _ => "Failed",
        };
        assert_eq!(state, expected, "{name}: {found:#?}");
    }
    assert_eq!(found.len(), 2 * EVENTS.len() + 6, "{found:#?}");
    let lost = invocations(&world, "lost");
    assert!(lost.len() == 2 && lost[0].0 == lost[1].0, "a lost answer is asked for again, by the same id: {lost:#?}");
    world.finish();
}

#[test]
fn a_hook_that_fails_in_the_middle_of_a_shift_returns_the_traffic_and_those_of_the_way_back_run_then() {
    let world = World::new();
    must(world.aws.merge(&functions()));
    let mut late = hook("late", "OnRollback", "hangs");
    late["timeout"] = json!("1s");
    let back = [
        hook("pass", "OnRollback", "passes"),
        hook("wait", "OnRollback", "waits"),
        hook("fail", "OnRollback", "fails"),
    ];
    let hooks: Vec<Value> = std::iter::once(hook("fail", "AfterStep", "fails")).chain(back).chain([late]).collect();
    world.release("shop:42", &group(&world, &hooks));
    let ended = world.wait_end("prod-1", "Failed");
    let status = &ended["status"];
    let failure = &status["failure"];
    assert!(failure["message"].as_str().unwrap().contains("hook fail-afterstep failed"), "{failure:#}");
    let found = states(&ended);
    let expected = [
        ("fail-afterstep", "Failed"),
        ("fail-onrollback", "Failed"),
        ("late-onrollback", "TimedOut"),
        ("pass-onrollback", "Succeeded"),
        ("wait-onrollback", "Succeeded"),
    ];
    assert_eq!(found, expected.map(|(name, state)| (name.to_owned(), state.to_owned())).into());
    let restored = status["rollback"]["trafficRestoredAt"].as_str().unwrap();
    let started = status["rollback"]["hooks"][0]["startedAt"].as_str().unwrap();
    assert!(started >= restored, "{status:#}");
    assert_original_alone(&world);
    let traffic = must(world.aws.traffic());
    assert_eq!(traffic["lost"], 0, "{traffic:#}");
    world.take_down();
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The verdict of the only hook of an event.
fn verdict(deployment: &Value, event: &str) -> Value {
    let events = deployment["status"]["lifecycleEvents"].as_array().unwrap();
    events.iter().find(|one| one["name"] == event).unwrap()["hooks"][0].clone()
}

// S17 HookOnce
#[test]
fn killed_before_a_hook_was_sent_and_before_its_answer_came_it_is_asked_by_the_same_id_and_never_after_its_verdict() {
    let mut world = World::with_lease(&scenario::shop(), "30s");
    must(world.aws.merge(&functions()));
    let before = hook("before", "AfterInstall", "passes");
    let after = hook("after", "AfterAllowTraffic", "waits");
    // What was recorded to run reaches no function before the kill.
    must(
        world
            .aws
            .add_faults(&json!({"kind": "reset-before", "service": "lambda", "operation": "Invoke", "write": true})),
    );
    world.release("shop:42", &group(&world, &[before, after]));
    must(poll::until("the hook to be tried", || {
        let tried = world.aws.writes()?.iter().any(|entry| entry["operation"] == "Invoke");
        Ok(tried.then_some(()))
    }));
    assert_eq!(verdict(&world.object("deployments", "prod-1"), "AfterInstall")["state"], "Running");
    world.kill_operator();
    must(world.aws.clear_faults());
    // The next one runs, and its answer never comes.
    must(world.aws.add_faults(&json!({
        "kind": "latency", "service": "lambda", "operation": "Invoke", "write": true, "milliseconds": 3_600_000,
    })));
    must(world.operator.restart());
    must(poll::until("the function to run", || Ok((!invocations(&world, "passes").is_empty()).then_some(()))));
    world.kill_operator();
    must(world.aws.clear_faults());
    must(world.operator.restart());
    let ended = world.wait_end_kept_running("prod-1", "Succeeded");
    for (event, function) in [("AfterInstall", "passes"), ("AfterAllowTraffic", "waits")] {
        let verdict = verdict(&ended, event);
        assert_eq!(verdict["state"], "Succeeded", "{verdict:#}");
        let asked = invocations(&world, function);
        assert!(asked.len() >= 2, "{asked:#?}");
        for (id, at) in asked {
            assert_eq!(verdict["executionId"], id.as_str());
            // A verdict has the moment at which the look began that found it.
            let found = moment(verdict["endedAt"].as_str().unwrap()) + LOOK;
            assert!(moment(&at) <= found, "{function} at {at}: {verdict:#}");
        }
    }
    world.finish();
}

// S16 Tenant, S17 HookOnce
#[test]
fn a_hook_that_is_in_progress_is_not_asked_while_no_binding_admits_it_and_goes_on_by_its_id() {
    let mut scenario = scenario::shop();
    let in_progress = json!({"payload": {"hookStatus": "IN_PROGRESS", "callBackDelay": 1}});
    scenario["functions"] = json!([function("polls", &json!([in_progress]))]);
    let world = World::of(&scenario);
    world.release("shop:42", &group(&world, &[hook("polls", "AfterInstall", "polls")]));
    let asked = || invocations(&world, "polls").len();
    let asked_more_than =
        |count: usize| must(poll::until("the hook to be asked", || Ok((asked() > count).then_some(()))));
    asked_more_than(1);
    must(world.kubernetes.delete("awsbindings", &world.binding));
    world.wait_condition("deployments", "prod-1", "Stalled", "NoBinding");
    let before = asked();
    world.wait_reconciles("Deployment", 3);
    assert_eq!(asked(), before, "asked in the name of who is not admitted");
    world.apply(&[sluice_e2e::manifests::binding(&world.binding)]);
    asked_more_than(before);
    must(world.kubernetes.patch("deployments", "prod-1", &json!({"spec": {"stop": {}}})));
    world.wait_end("prod-1", "Stopped");
    let ids: Vec<String> = invocations(&world, "polls").into_iter().map(|(id, _)| id).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    world.finish();
}
