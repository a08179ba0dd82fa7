//! Hooks: what each outcome at each event does, when they start, and that none starts after its verdict (S17).

use std::fmt::Write;

use serde_json::{Value, json};
use sluice_api::{HookEvent, HookState, HookStatus, Reason, State};
use sluice_plan::begin::preflight::check_release;
use sluice_plan::begin::preflight::input::PreflightInput;
use sluice_plan::hooks::HookPayload;
use sluice_plan::observation::{HookNeed, Observation, Read};
use sluice_plan::{Action, ReadScope};

use crate::support::fixture::{released, target_group};
use crate::support::reads::look;
use crate::support::{Behaviour, Event, Function, Run, World, assert_golden};

/// Increments of 10, 50 and 100 percent, the second of which has a name.
fn steps() -> Value {
    json!({"steps": [{"weight": 10, "hold": "1m"}, {"name": "half", "weight": 50}, {"weight": 100}]})
}

fn hook(name: &str, on: HookEvent) -> Value {
    json!({"name": name, "event": on, "lambda": {"function": name}, "timeout": "2m"})
}

fn run_with(hooks: &Value) -> Run {
    run_in(World::new(1, 4), hooks)
}

fn run_in(world: World, hooks: &Value) -> Run {
    let mut run = Run::new(world, &steps());
    run.settings.bake = "1m".parse().unwrap();
    run.settings.hooks = serde_json::from_value(hooks.clone()).unwrap();
    run.time_limit = 3600;
    run
}

/// A release with one hook, of a function that does this.
fn run_of(hook: &Value, function: Function) -> Run {
    let mut run = run_with(&json!([hook]));
    let name = hook["lambda"]["function"].as_str().unwrap().to_owned();
    run.world.hooks.functions.insert(name, function);
    run
}

/// Every hook that the status has.
fn hooks_of(run: &Run) -> Vec<HookStatus> {
    let events = run.progress.lifecycle_events.iter().flat_map(|event| event.hooks.clone());
    events.chain(run.progress.rollback.iter().flat_map(|rollback| rollback.hooks.clone())).collect()
}

/// The events of the hooks that were started, in their order, each with the weight that it was told.
fn started(run: &Run) -> Vec<String> {
    let word = |payload: &HookPayload| {
        let step = payload.step.as_deref().map(|step| format!(" {step}")).unwrap_or_default();
        format!("{}{step} at {}", payload.event, payload.weight)
    };
    run.world.hooks.started.iter().map(|one| word(&one.call.payload)).collect()
}

fn end(run: &Run) -> String {
    match run.progress.completed_at {
        Some(_) => format!("{}: {}", run.progress.state, run.progress.message),
        None => format!("waits: {}", run.progress.message),
    }
}

#[test]
fn each_outcome_at_each_event_does_what_its_policy_says() {
    let functions = [
        ("succeeds", Function::Succeeds(5)),
        ("is in progress twice", Function::IsInProgress(2)),
        ("fails", Function::Fails(5)),
        ("hangs", Function::Hangs),
        ("answers garbage", Function::AnswersGarbage),
    ];
    let mut table =
        "| event | function | onFailure | starts | state | writes | end |\n|---|---|---|---|---|---|---|\n".to_owned();
    for event in HookEvent::ALL {
        for (what, function) in functions {
            for policy in ["Rollback", "Pause", "Continue"] {
                let mut hook = hook("smoke", *event);
                hook["onFailure"] = json!(policy);
                hook["steps"] = if event.is_of_a_step() { json!(["half"]) } else { Value::Null };
                let mut run = run_of(&hook, function);
                if *event == HookEvent::OnRollback {
                    run = run.at(200, Event::Stop);
                }
                let run = run.run();
                let states: Vec<&str> = hooks_of(&run).iter().map(|hook| hook.state.as_str()).collect();
                writeln!(
                    table,
                    "| {event} | {what} | {policy} | {} | {} | {} | {} |",
                    run.world.hooks.started.len(),
                    states.join(" "),
                    run.writes.join(" "),
                    end(&run)
                )
                .unwrap();
            }
        }
    }
    assert_golden("hooks", "outcomes", &table);
}

#[test]
fn a_failed_hook_that_waits_for_a_person_lets_the_release_go_on_once_its_name_is_approved() {
    let mut failing = hook("smoke", HookEvent::AfterInstall);
    failing["onFailure"] = json!("Pause");
    let waits = |run: &Run| run.progress.message.contains("to go on all the same");
    let run = run_of(&failing, Function::Fails(60)).until(waits);
    let command = r#"kubectl patch sdep prod-1 -n shop --type merge -p '{"spec":{"approvals":["smoke"]}}'"#;
    assert!(run.progress.message.contains(command), "{}", run.progress.message);
    let at = run.elapsed();
    let run = run.at(at + 30, Event::Approve("smoke")).go_on();
    assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
    assert_eq!(run.world.hooks.started.len(), 1, "after its verdict it is not started again");
}

#[test]
fn a_release_with_a_hook_at_each_event_runs_them_in_their_order() {
    let hooks: Vec<Value> = HookEvent::ALL.iter().map(|event| hook(&event.as_str().to_lowercase(), *event)).collect();
    let run = run_with(&json!(hooks)).run();
    assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
    assert_eq!(
        started(&run),
        [
            "BeforeInstall at 0",
            "AfterInstall at 0",
            "AfterAllowTestTraffic at 0",
            "BeforeAllowTraffic at 0",
            "BeforeStep 0 at 0",
            "AfterStep 0 at 10",
            "BeforeStep half at 10",
            "AfterStep half at 50",
            "BeforeStep 2 at 50",
            "AfterStep 2 at 100",
            "AfterAllowTraffic at 100",
        ]
    );
    assert_golden("hooks", "each-event", &run.log.text());
}

#[test]
fn a_hook_is_told_what_is_released_and_where() {
    let mut hook = hook("smoke", HookEvent::BeforeStep);
    hook["steps"] = json!(["half"]);
    hook["lambda"]["payload"] = json!({"suite": "quick", "limit": 2.5});
    let run = run_with(&json!([hook])).run();
    let payload = serde_json::to_string_pretty(&run.world.hooks.started[0].call.payload).unwrap();
    assert_golden("hooks", "payload", &payload);
}

#[test]
fn a_hook_is_told_the_url_of_test_traffic_while_the_test_route_is_at_the_replacement() {
    let hooks: Vec<Value> = HookEvent::ALL.iter().map(|event| hook(&event.as_str().to_lowercase(), *event)).collect();
    let mut run = run_in(World { test: vec![(target_group(0), 1)], ..World::new(1, 4) }, &json!(hooks));
    run.world.hooks.functions.insert("afterallowtraffic".to_owned(), Function::Fails(5));
    let run = run.run();
    assert!(run.progress.rollback.is_some(), "{}", run.log.text());
    let told: Vec<(HookEvent, bool)> = {
        let payloads = run.world.hooks.started.iter().map(|one| &one.call.payload);
        let mut told: Vec<_> = payloads.map(|payload| (payload.event, payload.test_url.is_some())).collect();
        told.dedup();
        told
    };
    let expected = [
        (HookEvent::BeforeInstall, false),
        (HookEvent::AfterInstall, false),
        (HookEvent::AfterAllowTestTraffic, true),
        (HookEvent::BeforeAllowTraffic, true),
        (HookEvent::BeforeStep, true),
        (HookEvent::AfterStep, true),
        (HookEvent::AfterAllowTraffic, true),
        (HookEvent::OnRollback, false),
    ];
    let order: Vec<(HookEvent, bool)> = expected.iter().filter(|one| told.contains(one)).copied().collect();
    assert_eq!(order, expected, "{told:?}");
    assert!(told.iter().all(|one| expected.contains(one)), "{told:?}");
}

#[test]
fn a_hook_is_recorded_as_running_before_it_starts_and_its_verdict_once() {
    let mut run = run_of(&hook("smoke", HookEvent::AfterInstall), Function::Succeeds(20));
    run = run.until(|run| !run.world.hooks.started.is_empty());
    let recorded = hooks_of(&run);
    assert_eq!(recorded[0].state, HookState::Running);
    assert_eq!(run.recorded.lifecycle_events, run.progress.lifecycle_events);
    assert_eq!(run.world.hooks.started[0].call.execution_id, recorded[0].execution_id);
    assert!(run.progress.message.contains("smoke"), "{}", run.progress.message);
    let run = run.go_on();
    assert_eq!(run.progress.state, State::Succeeded);
    let ended = hooks_of(&run);
    assert_eq!((ended[0].state, ended[0].message.as_deref()), (HookState::Succeeded, Some("12 of 12")));
    let told = run.notes.iter().filter(|note| note.reason == Reason::RunningHook).count();
    assert_eq!(told, 1, "{:?}", run.notes);
}

#[test]
fn a_process_that_dies_at_any_write_asks_a_hook_again_by_the_same_id_and_never_after_its_verdict() {
    let mut hooks: Vec<Value> = [HookEvent::BeforeInstall, HookEvent::BeforeStep, HookEvent::AfterAllowTraffic]
        .iter()
        .map(|event| hook(&event.as_str().to_lowercase(), *event))
        .collect();
    hooks[0]["retries"] = json!(2);
    let release = || {
        let mut run = run_with(&json!(hooks));
        run.world.hooks.functions.insert("beforeinstall".to_owned(), Function::FailsAttempts(2));
        run
    };
    let whole = release().run();
    assert_eq!(whole.progress.state, State::Succeeded, "{}", whole.log.text());
    let executions = |run: &Run| {
        let mut ids: Vec<String> = run.world.hooks.started.iter().map(|one| one.call.execution_id.clone()).collect();
        ids.dedup();
        ids
    };
    let expected = executions(&whole);
    assert_eq!(expected.len(), 3 + 3 + 1);
    for number in 1..=whole.writes.len() {
        let mut run = release();
        run.lost_records.insert(number);
        let run = run.run();
        assert_eq!(run.progress.state, State::Succeeded, "write {number}\n{}", run.log.text());
        // Asked again at most, and by the same id.
        assert_eq!(executions(&run), expected, "write {number}\n{}", run.log.text());
    }
}

#[test]
fn a_process_that_dies_between_the_record_and_the_start_of_a_hook_starts_it_all_the_same() {
    let is_recorded = |run: &Run| hooks_of(run).iter().any(|hook| hook.state == HookState::Running);
    let mut run = run_of(&hook("smoke", HookEvent::AfterInstall), Function::Succeeds(5)).until(is_recorded);
    assert!(run.world.hooks.started.is_empty());
    run.die();
    let run = run.go_on();
    assert_eq!(run.progress.state, State::Succeeded, "{}", run.log.text());
    assert_eq!(run.world.hooks.started.len(), 1);
}

#[test]
fn a_release_that_turns_round_waits_for_no_hook_and_starts_none_but_those_of_the_way_back() {
    let hooks = json!([
        hook("before", HookEvent::BeforeAllowTraffic),
        hook("next", HookEvent::BeforeAllowTraffic),
        hook("back", HookEvent::OnRollback),
        hook("last", HookEvent::OnRollback),
    ]);
    let mut run = run_with(&hooks);
    run.world.hooks.functions.insert("before".to_owned(), Function::Hangs);
    run.world.hooks.functions.insert("back".to_owned(), Function::Fails(3));
    let run = run.at(60, Event::Stop).run();
    assert_eq!(run.progress.state, State::Stopped, "{}", run.log.text());
    let states: Vec<(String, HookState)> = hooks_of(&run).into_iter().map(|hook| (hook.name, hook.state)).collect();
    let expected = [
        ("before", HookState::Skipped),
        ("next", HookState::Skipped),
        ("back", HookState::Failed),
        ("last", HookState::Succeeded),
    ];
    assert_eq!(states, expected.map(|(name, state)| (name.to_owned(), state)));
    let told =
        run.notes.iter().any(|note| note.reason == Reason::HookFailed && note.message.contains("Hook back failed"));
    assert!(told, "{:?}", run.notes);
    assert_golden("hooks", "turned-round", &run.log.text());
}

#[test]
fn traffic_is_back_before_a_hook_of_the_way_back_starts_and_the_clean_up_does_not_wait_for_it() {
    let mut run = run_of(&hook("back", HookEvent::OnRollback), Function::Hangs);
    // Longer than the barrier, which the clean-up waits for.
    run.settings.hooks[0].timeout = "10m".parse().unwrap();
    let run = run.at(120, Event::Stop).until(|run| run.writes.contains(&"delete"));
    assert_eq!(run.world.hooks.started.len(), 1, "{}", run.log.text());
    let restored = run.progress.rollback.as_ref().unwrap().traffic_restored_at.unwrap();
    assert!(run.world.hooks.started[0].at >= restored);
    let run = run.go_on();
    assert_eq!(run.progress.state, State::Stopped, "{}", run.log.text());
    assert_eq!(hooks_of(&run)[0].state, HookState::TimedOut);
}

#[test]
fn a_guard_is_looked_at_while_a_hook_runs() {
    let mut hook = hook("smoke", HookEvent::AfterStep);
    hook["timeout"] = json!("30m");
    let crash = Event::ReplacementBecomes(Behaviour::Unhealthy);
    let run = run_of(&hook, Function::Hangs).at(150, crash).run();
    assert_eq!(run.progress.state, State::Failed, "{}", run.log.text());
    assert_eq!(hooks_of(&run)[0].state, HookState::Skipped);
    let failure = run.progress.failure.unwrap();
    assert!(!failure.message.contains("hook"), "{failure:?}");
}

#[test]
fn a_hook_that_fails_turns_a_paused_release_round_and_none_starts_while_it_is_paused() {
    let run = run_of(&hook("smoke", HookEvent::AfterInstall), Function::Fails(60)).at(45, Event::Pause).run();
    assert_eq!(run.progress.state, State::Failed, "{}", run.log.text());
    let run = run_of(&hook("smoke", HookEvent::AfterInstall), Function::Succeeds(5)).at(10, Event::Pause).run();
    assert!(run.world.hooks.started.is_empty(), "{}", run.log.text());
}

#[test]
fn attempts_are_counted_and_the_last_one_decides() {
    let attempts = |retries: i32, function: Function| {
        let mut hook = hook("smoke", HookEvent::AfterInstall);
        hook["retries"] = json!(retries);
        let run = run_of(&hook, function).run();
        let last = hooks_of(&run)[0].clone();
        (run.world.hooks.started.len(), last.attempt, last.state, run.progress.state)
    };
    assert_eq!(attempts(2, Function::FailsAttempts(2)), (3, 3, HookState::Succeeded, State::Succeeded));
    assert_eq!(attempts(1, Function::FailsAttempts(2)), (2, 2, HookState::Failed, State::Failed));
    assert_eq!(attempts(1, Function::Hangs), (2, 2, HookState::TimedOut, State::Failed));
}

#[test]
fn a_failure_names_the_hook_and_what_to_do() {
    let mut run = run_of(&hook("smoke", HookEvent::AfterInstall), Function::Fails(5));
    run = run.run();
    let failure = run.progress.failure.clone().unwrap();
    assert!(failure.message.contains("hook smoke failed at AfterInstall: 3 of 12"), "{failure:?}");
    assert_eq!(failure.stage.as_str(), "verify");
    assert!(failure.hint.contains("smoke"), "{failure:?}");
    let run = run_of(&hook("smoke", HookEvent::AfterInstall), Function::IsOfCodeDeploy).run();
    let failure = run.progress.failure.unwrap();
    assert!(failure.hint.contains("written for CodeDeploy"), "{failure:?}");
    let run = run_of(&hook("smoke", HookEvent::AfterInstall), Function::AnswersNothing).run();
    let failure = run.progress.failure.unwrap();
    assert!(
        failure.message.contains("it has no hookStatus") && failure.hint.contains("written for CodeDeploy"),
        "{failure:?}"
    );
    let run = run_of(&hook("smoke", HookEvent::AfterInstall), Function::Hangs).run();
    let failure = run.progress.failure.unwrap();
    assert!(failure.message.contains("no verdict within its timeout of 2m"), "{failure:?}");
}

#[test]
fn hooks_of_a_hundred_increments_keep_the_status_small() {
    let increments: Vec<Value> = (1..=100).map(|weight| json!({"weight": weight})).collect();
    let mut run = Run::new(World::new(1, 4), &json!({"steps": increments}));
    run.settings.hooks =
        serde_json::from_value(json!([hook("a", HookEvent::BeforeStep), hook("b", HookEvent::AfterStep)])).unwrap();
    let run = run.until(|run| run.progress.steps.iter().filter(|step| step.completed_at.is_some()).count() > 60);
    assert!(hooks_of(&run).len() <= 40);
    let length = serde_json::to_string(&run.progress).unwrap().len();
    assert!(length < 32 * 1024, "{length} bytes");
    let ids: std::collections::BTreeSet<&str> =
        run.world.hooks.started.iter().map(|one| one.call.execution_id.as_str()).collect();
    assert_eq!(ids.len(), run.world.hooks.started.len(), "none is asked twice");
}

#[test]
fn what_cannot_run_is_refused_before_anything_begins() {
    let mut run = run_of(&hook("smoke", HookEvent::AfterInstall), Function::IsMissing);
    let refusal = run.begin().unwrap_err();
    assert_eq!(refusal.reason, Reason::HookUnavailable);
    for words in ["spec.hooks", "function smoke", "Function not found", "lambda:InvokeFunction"] {
        assert!(refusal.message.contains(words), "{}", refusal.message);
    }
    let mut of_no_step = hook("smoke", HookEvent::AfterStep);
    of_no_step["steps"] = json!(["third"]);
    let refusal = run_with(&json!([of_no_step])).begin().unwrap_err();
    assert_eq!(refusal.reason, Reason::InvalidValue);
    assert!(
        refusal.message.contains("smoke names step third") && refusal.message.contains("0, half, 2"),
        "{}",
        refusal.message
    );
}

#[test]
fn a_release_without_hooks_looks_at_none_and_starts_none() {
    let run = run_with(&json!([])).run();
    assert!(run.world.hooks.started.is_empty() && hooks_of(&run).is_empty());
    let run = run_with(&json!([])).until(|run| run.writes.len() > 1);
    let (plan, _) = run.look(|_| ());
    assert!(!matches!(plan.action, Some(Action::StartHook(_))));
}

/// A Job as an account of its own, and a host that is told a token.
fn outside_of_aws() -> Value {
    let pod = json!({"serviceAccountName": "migrator", "containers": [{"name": "a", "image": "a"}]});
    let job = json!({"template": {"spec": {"template": {"spec": pod}}}});
    let http = json!({"url": "https://gate.example.com/check", "headersFrom": {"secretRef": {"name": "token"}}});
    json!([
        {"name": "migrate", "event": "BeforeInstall", "job": job},
        {"name": "freeze", "event": "AfterInstall", "http": http},
    ])
}

#[test]
fn what_hooks_need_of_kubernetes_is_there_before_anything_begins() {
    let account = || HookNeed::ServiceAccount("migrator".to_owned());
    let headers = || HookNeed::Headers("token".to_owned());
    for (need, field) in [
        (HookNeed::Jobs, "spec.hooks: migrate.job: "),
        (account(), "spec.hooks: migrate.job: serviceAccountName: "),
        (headers(), "spec.hooks: freeze.http.headersFrom: "),
    ] {
        let mut run = run_with(&outside_of_aws());
        run.world.hooks.needs.insert(need.clone(), Some("there is none: make it".to_owned()));
        let refusal = run.begin().unwrap_err();
        assert_eq!(
            (refusal.reason, refusal.message),
            (Reason::HookUnavailable, format!("{field}there is none: make it"))
        );
        // It goes on once that is mended.
        run.world.hooks.needs.insert(need, None);
        run.begin().unwrap();
        assert!(run.writes.is_empty());
    }
    let settings = run_with(&outside_of_aws()).settings;
    let unread = Observation::blank(crate::support::fixture::midnight(), &settings.load_balancer.target_groups);
    let seen = Observation { hook_needs: [(HookNeed::Jobs, None)].into(), ..World::new(1, 4).observe("uid") };
    for (what, observed) in [("nothing", &unread), ("the right, and no account", &seen)] {
        let refused = check_release(&PreflightInput { settings: &settings, observed }, "shop:42", "uid");
        assert!(refused.is_some(), "{what} was looked at");
    }
}

/// What a release has no hook for costs no request, and none is asked twice, or once it has begun.
#[test]
fn kubernetes_is_asked_for_what_hooks_need_and_for_nothing_else() {
    let needs = |hooks: &Value, scope: ReadScope<'_>| -> Vec<HookNeed> {
        let run = run_with(hooks);
        let rounds = look(scope, &run.settings, &run.world.observe("uid")).rounds;
        let need = |read| if let Read::HookNeed(need) = read { Some(need) } else { None };
        rounds.into_iter().flatten().filter_map(need).collect()
    };
    let all =
        vec![HookNeed::Jobs, HookNeed::ServiceAccount("migrator".to_owned()), HookNeed::Headers("token".to_owned())];
    let (lambda, plain) = (json!([hook("smoke", HookEvent::AfterInstall)]), json!([]));
    let container =
        json!({"template": {"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "a"}]}}}}});
    let job = json!([
        {"name": "a", "event": "AfterInstall", "job": container}, {"name": "b", "event": "AfterInstall", "job": container},
        {"name": "c", "event": "AfterInstall", "http": {"url": "https://gate.example.com/"}},
    ]);
    let released = &released(42);
    for (hooks, expected) in
        [(&outside_of_aws(), all), (&job, vec![HookNeed::Jobs]), (&lambda, Vec::new()), (&plain, Vec::new())]
    {
        for scope in [ReadScope::Begin { uid: "uid", released }, ReadScope::Waits { released }] {
            assert_eq!(needs(hooks, scope), expected, "{hooks}");
        }
        assert_eq!(needs(hooks, ReadScope::Group), []);
    }
}
