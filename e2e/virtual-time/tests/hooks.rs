//! Hooks that are functions, Jobs and hosts, and a process that dies at any reconcile: before a hook is started, after it was,
//! while it runs, and after its answer before the record. What the next one knows is what was recorded.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use simulated_aws::wire::Request;
use sluice_api::{HookStatus, State};
use sluice_plan::{Action, Controls, Plan, hooks_in_progress};
use sluice_virtual_time::{Crash, HOST, Release, Report, World};

fn functions() -> Value {
    let answers = json!([
        {"payload": {"hookStatus": "IN_PROGRESS", "callBackDelay": 20}},
        {"throttled": true},
        {"payload": {"hookStatus": "SUCCEEDED"}, "lost": true},
        {"payload": {"hookStatus": "SUCCEEDED"}},
    ]);
    json!({"functions": [{"name": "waits", "answers": answers}, {"name": "passes", "answers": [{"payload": {"hookStatus": "SUCCEEDED"}}]}]})
}

/// How many hooks a release has.
const HOOKS: usize = 3;

/// What a hook is, by its number.
type Kind = fn(usize) -> Value;

fn function(number: usize) -> Value {
    json!({"lambda": {"function": if number == 0 { "waits" } else { "passes" }}})
}

fn job(number: usize) -> Value {
    job_that("complete", number * 20 + 10)
}

/// A Job that completes or fails after so many seconds.
fn job_that(ends: &str, seconds: usize) -> Value {
    let container = json!({"name": "smoke", "image": "smoke:1", "command": [ends, seconds.to_string()]});
    json!({"job": {"template": {"spec": {"template": {"spec": {"containers": [container]}}}}}})
}

fn host(_: usize) -> Value {
    json!({"http": {"url": format!("https://{HOST}/check")}})
}

/// A hook before the replacement is made, one in an increment, and one after the last.
fn hooks(kind: Kind) -> Value {
    let places = [
        json!({"name": "first", "event": "BeforeInstall"}),
        json!({"name": "second", "event": "AfterStep", "steps": [0]}),
        json!({"name": "third", "event": "AfterAllowTraffic"}),
    ];
    places.into_iter().enumerate().map(|(number, hook)| joined(hook, &kind(number))).collect()
}

fn joined(mut hook: Value, fields: &Value) -> Value {
    hook.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    hook
}

/// A Job that never ends and is given up, one that fails and turns the release round, and a host that is asked on the way back.
fn turned_round() -> Value {
    json!([
        joined(
            json!({"name": "never", "event": "AfterInstall", "timeout": "40s", "onFailure": "Continue"}),
            &job_that("complete", 1_000_000)
        ),
        joined(json!({"name": "fails", "event": "AfterStep", "steps": [0]}), &job_that("fail", 20)),
        joined(json!({"name": "back", "event": "OnRollback"}), &host(2)),
    ])
}

/// A reconcile at which the process dies, by its number, and where in it.
type Death = Option<(u64, Crash)>;

/// One release, and the world after it; the reconciles that had to do with a hook, from the record that it runs to that of its
/// verdict, and at how many of them one was started.
async fn release(hooks: &Value, death: Death) -> (World, Report, Vec<u64>, usize) {
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
    release.settings.hooks = serde_json::from_value(hooks.clone()).unwrap();
    let (mut number, mut moments, mut starts, mut did_run) = (0, Vec::new(), 0, false);
    let crash = |plan: &Plan| {
        number += 1;
        let runs = !hooks_in_progress(&plan.progress).is_empty();
        if runs || did_run {
            moments.push(number);
        }
        did_run = runs;
        starts += usize::from(matches!(plan.action, Some(Action::StartHook(_))));
        death.filter(|(at, _)| *at == number).map_or(Crash::Never, |(_, crash)| crash)
    };
    let report = release.run_crashing(&world, |_| Controls::default(), crash).await.unwrap();
    ticker.abort();
    (world, report, moments, starts)
}

/// The hooks of a release, by their execution ids.
fn verdicts(report: &Report) -> BTreeMap<String, HookStatus> {
    let events = report.status.lifecycle_events.iter().flat_map(|event| event.hooks.clone());
    let back = report.status.rollback.iter().flat_map(|rollback| rollback.hooks.clone());
    events.chain(back).map(|hook| (hook.execution_id.clone(), hook)).collect()
}

/// When each execution was asked for.
fn asked(world: &World) -> Vec<(Timestamp, String)> {
    let sinks = world.control("/_sim/sinks");
    let deliveries = sinks["deliveries"].as_array().cloned().unwrap_or_default();
    let moment = |one: &Value| one["at"].as_str().unwrap().parse::<Timestamp>().unwrap();
    let invoked = deliveries
        .iter()
        .filter_map(|one| Some((moment(one), one["content"]["payload"]["executionId"].as_str()?.to_owned())));
    invoked.chain(world.hosts.asked()).collect()
}

/// Wherever it died: it ends like this, each hook is asked by one id and never after its verdict, and no Job is made twice or left.
fn assert_once(what: &str, end: State, world: &World, report: &Report) {
    assert_eq!(report.state, end, "{what}: {}", report.message);
    // S17: the simulator tells of a hook that is invoked after the next one of its Deployment.
    let judged = world.control("/_sim/invariants");
    assert_eq!(judged["total"], 0, "{what}: {judged:#}");
    assert_eq!(world.control("/_sim/traffic")["lost"], 0, "{what}");
    let (verdicts, asked) = (verdicts(report), asked(world));
    assert_eq!(verdicts.len(), HOOKS, "{what}: {verdicts:#?}");
    let made = world.jobs.made();
    assert_eq!(made.len(), made.iter().collect::<BTreeSet<_>>().len(), "{what}: a Job was made twice: {made:?}");
    assert_eq!(world.jobs.running(), Vec::<String>::new(), "{what}");
    let ids: BTreeSet<String> = asked.iter().map(|(_, id)| id.clone()).chain(world.jobs.executions()).collect();
    assert!(ids.iter().eq(verdicts.keys()), "{what}: {ids:?} {verdicts:#?}");
    for (at, id) in &asked {
        let ended = verdicts[id].ended_at.unwrap();
        assert!(*at <= ended, "{what}: {id} was asked at {at}, and its verdict was recorded at {ended}");
    }
}

async fn sweep(hooks: &Value, end: State) {
    let (world, report, moments, starts) = release(hooks, None).await;
    assert_once("undisturbed", end, &world, &report);
    assert_eq!(starts, HOOKS);
    assert!(moments.len() >= 3 * starts, "recorded, started, and recorded again: {moments:?}");
    for crash in [Crash::AfterObserve, Crash::AfterAct] {
        for number in &moments {
            let (world, report, ..) = release(hooks, Some((*number, crash))).await;
            assert_once(&format!("{crash:?} of reconcile {number}"), end, &world, &report);
        }
    }
}

// S17 HookOnce
#[tokio::test(start_paused = true)]
async fn functions_are_asked_by_one_id_and_never_after_their_verdict_wherever_the_process_dies() {
    sweep(&hooks(function), State::Succeeded).await;
}

// S17 HookOnce
#[tokio::test(start_paused = true)]
async fn jobs_are_made_once_and_found_again_wherever_the_process_dies() {
    sweep(&hooks(job), State::Succeeded).await;
}

// S17 HookOnce
#[tokio::test(start_paused = true)]
async fn hosts_are_asked_by_one_id_and_never_after_their_verdict_wherever_the_process_dies() {
    sweep(&hooks(host), State::Succeeded).await;
}

// S17 HookOnce
#[tokio::test(start_paused = true)]
async fn a_job_that_fails_turns_a_release_round_once_and_none_is_left_wherever_the_process_dies() {
    sweep(&turned_round(), State::Failed).await;
}
