//! Hooks that are asked, given up and taken away.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt;
use futures::StreamExt;
use futures::channel::mpsc::unbounded;
use futures::future::BoxFuture;
use kube::runtime::reflector::ObjectRef;
use serde_json::Value;
use sluice_api::HookEvent;
use sluice_plan::hooks::{Execution, HookAnswer, HookCall, HookPayload, HookTarget, PayloadTargetGroups, Verdict};
use tokio::time::{Instant, sleep};

use super::registry::{Hooks, lock};
use super::runner::{HookError, HookRunner};

/// Answers as it is told, one after the other; never once there is none left.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Result<HookAnswer, HookError>>>,
    asked: Mutex<Vec<String>>,
    abandoned: Mutex<usize>,
}

impl Script {
    fn of(answers: impl IntoIterator<Item = Result<HookAnswer, HookError>>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), ..Self::default() })
    }

    fn asked(&self) -> usize {
        lock(&self.asked).len()
    }

    fn is_abandoned(&self) -> bool {
        *lock(&self.abandoned) > 0
    }
}

impl HookRunner for Script {
    fn ask<'a>(&'a self, call: &'a HookCall) -> BoxFuture<'a, Result<HookAnswer, HookError>> {
        async move {
            lock(&self.asked).push(call.execution_id.clone());
            let next = lock(&self.answers).pop_front();
            match next {
                Some(answer) => answer,
                None => std::future::pending().await,
            }
        }
        .boxed()
    }

    fn abandon<'a>(&'a self, _: &'a HookCall) -> BoxFuture<'a, ()> {
        *lock(&self.abandoned) += 1;
        std::future::ready(()).boxed()
    }
}

fn call(id: &str, seconds: i64) -> HookCall {
    HookCall {
        name: "smoke".to_owned(),
        execution_id: id.to_owned(),
        deadline: jiff::Timestamp::UNIX_EPOCH,
        time_left: jiff::SignedDuration::from_secs(seconds),
        target: HookTarget::Lambda { function: "shop-smoke".to_owned(), qualifier: None },
        payload: HookPayload {
            execution_id: id.to_owned(),
            event: HookEvent::AfterInstall,
            step: None,
            deployment: "prod-1".to_owned(),
            group: "prod".to_owned(),
            application: "shop".to_owned(),
            namespace: "shop".to_owned(),
            revision: "shop:42".to_owned(),
            previous_revision: None,
            weight: 0.into(),
            target_groups: PayloadTargetGroups { original: "a".to_owned(), replacement: "b".to_owned() },
            test_url: None,
            attempt: 1,
            payload: Value::Null,
        },
    }
}

fn throttled() -> HookError {
    HookError { message: "Rate Exceeded".to_owned(), passes: true }
}

fn in_progress(seconds: u64) -> HookAnswer {
    HookAnswer::InProgress { call_back_delay: Duration::from_secs(seconds), message: Some("at it".to_owned()) }
}

#[tokio::test(start_paused = true)]
async fn a_hook_is_asked_until_it_has_a_verdict_and_wakes_its_deployment_then() {
    let hooks = Hooks::default();
    let (wake, mut woken) = unbounded();
    hooks.wake_through(wake);
    let script = Script::of([
        Err(throttled()),
        Err(throttled()),
        Ok(in_progress(30)),
        Ok(in_progress(5)),
        Ok(HookAnswer::Succeeded { message: Some("12 of 12".to_owned()) }),
    ]);
    assert_eq!(hooks.look("uid/smoke"), Execution::Unknown);
    let begun = Instant::now();
    hooks.start(script.clone(), call("uid/smoke", 600));
    // A second start changes nothing.
    hooks.start(script.clone(), call("uid/smoke", 600));
    assert_eq!(hooks.look("uid/smoke"), Execution::Running { message: None });
    assert_eq!(woken.next().await, Some(ObjectRef::new("prod-1").within("shop")));
    let verdict = Verdict { succeeded: true, message: Some("12 of 12".to_owned()) };
    assert_eq!(hooks.look("uid/smoke"), Execution::Ended(verdict));
    assert_eq!(script.asked(), 5);
    let took = begun.elapsed();
    assert!(took >= Duration::from_secs(37) && took <= Duration::from_secs(39), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_never_answers_is_given_up_when_its_time_is_up() {
    let hooks = Hooks::default();
    let (wake, mut woken) = unbounded();
    hooks.wake_through(wake);
    let script = Script::of([Err(throttled())]);
    let begun = Instant::now();
    hooks.start(script.clone(), call("uid/smoke", 60));
    woken.next().await;
    assert!(begun.elapsed() >= Duration::from_mins(1));
    let last = Some("Rate Exceeded".to_owned());
    assert_eq!(hooks.look("uid/smoke"), Execution::Running { message: last });
    sleep(Duration::from_mins(10)).await;
    assert_eq!(script.asked(), 2);
    assert!(script.is_abandoned(), "what it started is taken away");
}

#[tokio::test(start_paused = true)]
async fn what_nobody_waits_for_is_not_asked_again() {
    let hooks = Hooks::default();
    let scripts = ["uid/a", "uid/b", "other/a"].map(|id| {
        let script = Script::of((0..100).map(|_| Ok(in_progress(1))));
        hooks.start(script.clone(), call(id, 600));
        script
    });
    sleep(Duration::from_secs(5)).await;
    hooks.keep_only("uid", &BTreeSet::from(["uid/b"]), &BTreeSet::from(["uid/a", "uid/b"])).await;
    let asked = scripts[0].asked();
    sleep(Duration::from_secs(5)).await;
    assert_eq!(scripts[0].asked(), asked);
    assert_eq!(hooks.look("uid/a"), Execution::Unknown);
    assert!(scripts[1].asked() > asked && scripts[2].asked() > asked);
    assert_eq!(scripts.map(|script| script.is_abandoned()), [true, false, false]);
}

#[tokio::test(start_paused = true)]
async fn a_verdict_is_kept_until_it_is_recorded() {
    let hooks = Hooks::default();
    let script = Script::of([Ok(HookAnswer::Succeeded { message: None })]);
    hooks.start(script.clone(), call("uid/a", 600));
    sleep(Duration::from_secs(1)).await;
    let recorded = BTreeSet::from(["uid/a"]);
    hooks.keep_only("uid", &BTreeSet::new(), &recorded).await;
    assert!(matches!(hooks.look("uid/a"), Execution::Ended(_)));
    hooks.keep_only("uid", &BTreeSet::new(), &BTreeSet::new()).await;
    assert_eq!(hooks.look("uid/a"), Execution::Unknown);
    sleep(Duration::from_secs(1)).await;
    assert!(!script.is_abandoned(), "what has ended stays to be looked at");
}

#[tokio::test(start_paused = true)]
async fn who_may_call_nobody_is_asked_for_no_more_and_what_was_started_goes_on() {
    let hooks = Hooks::default();
    let polled = Script::of((0..9).map(|_| Ok(in_progress(5))));
    let ended = Script::of([Ok(HookAnswer::Succeeded { message: None })]);
    hooks.start(polled.clone(), call("uid/smoke", 600));
    hooks.start(ended.clone(), call("uid/ended", 600));
    hooks.start(polled.clone(), call("uid-of-another/smoke", 600));
    sleep(Duration::from_secs(1)).await;
    hooks.ask_no_more("uid").await;
    let asked = || lock(&polled.asked).iter().filter(|id| *id == "uid/smoke").count();
    sleep(Duration::from_secs(20)).await;
    assert_eq!((asked(), polled.is_abandoned()), (1, false));
    assert_eq!(hooks.look("uid/smoke"), Execution::Unknown);
    assert!(matches!(hooks.look("uid/ended"), Execution::Ended(_)), "a verdict was forgotten");
    assert!(matches!(hooks.look("uid-of-another/smoke"), Execution::Running { .. }));
    // It is admitted again.
    hooks.start(polled.clone(), call("uid/smoke", 600));
    sleep(Duration::from_secs(1)).await;
    assert_eq!(asked(), 2);
}
