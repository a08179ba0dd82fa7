//! The hooks that this process runs, by their execution ids.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::channel::mpsc::UnboundedSender;
use kube::runtime::reflector::ObjectRef;
use sluice_api::{Deployment, bounded_message};
use sluice_plan::hooks::{Execution, HookAnswer, HookCall, Verdict};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::runner::HookRunner;

/// First time between two questions of which the first had no answer, and the longest.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// Where it is told that a Deployment is to be reconciled.
type Wake = UnboundedSender<ObjectRef<Deployment>>;

/// The hooks that this process runs.
#[derive(Default)]
pub struct Hooks {
    running: Mutex<BTreeMap<String, Running>>,
    wake: Mutex<Option<Wake>>,
}

/// One that was started.
struct Running {
    state: Arc<Mutex<Execution>>,
    task: JoinHandle<()>,
}

impl Hooks {
    /// Tells there from now on whose hook has an answer.
    pub fn wake_through(&self, wake: Wake) {
        *lock(&self.wake) = Some(wake);
    }

    /// What is known of an execution.
    pub fn look(&self, execution_id: &str) -> Execution {
        let running = lock(&self.running);
        running.get(execution_id).map_or(Execution::Unknown, |one| lock(&one.state).clone())
    }

    /// Starts a hook, which is then asked until it has a verdict, or its time is up. One that runs already goes on.
    pub fn start(&self, runner: Arc<dyn HookRunner>, call: HookCall) {
        let mut running = lock(&self.running);
        if running.contains_key(&call.execution_id) {
            return;
        }
        let id = call.execution_id.clone();
        let state = Arc::new(Mutex::new(Execution::Running { message: None }));
        let wake = lock(&self.wake).clone();
        let task = tokio::spawn(run(runner, call, state.clone(), wake));
        running.insert(id, Running { state, task });
    }

    /// Ends the hooks of a Deployment that is gone, by its UID.
    pub fn forget(&self, uid: &str) {
        for one in self.take(uid, |_, _| false) {
            one.task.abort();
        }
    }

    /// Ends the hooks of a Deployment, by its UID, that nobody waits for any more: when this is over, none of them asks again.
    /// A verdict is kept for as long as the execution is recorded as running.
    pub async fn keep_only(&self, uid: &str, waited_for: &BTreeSet<&str>, recorded: &BTreeSet<&str>) {
        let is_kept = |id: &str, one: &Running| {
            waited_for.contains(id) || (recorded.contains(id) && matches!(&*lock(&one.state), Execution::Ended(_)))
        };
        for one in self.take(uid, is_kept) {
            one.task.abort();
            // That it was ended is no error.
            let _ = one.task.await;
        }
    }

    /// Forgets those of a Deployment, but for these.
    fn take(&self, uid: &str, is_kept: impl Fn(&str, &Running) -> bool) -> Vec<Running> {
        let prefix = format!("{uid}/");
        let mut running = lock(&self.running);
        let of_it = running.range(prefix.clone()..).take_while(|(id, _)| id.starts_with(&prefix));
        let ids: Vec<String> = of_it.filter(|(id, one)| !is_kept(id, one)).map(|(id, _)| id.clone()).collect();
        ids.iter().filter_map(|id| running.remove(id)).collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks until there is a verdict or the time is up, and wakes the Deployment in both cases.
async fn run(runner: Arc<dyn HookRunner>, call: HookCall, state: Arc<Mutex<Execution>>, wake: Option<Wake>) {
    let time_left = Duration::try_from(call.time_left).unwrap_or_default();
    // That its time is up, the planner sees by itself.
    if let Ok(verdict) = timeout(time_left, ask(&*runner, &call, &state)).await {
        tracing::info!(
            hook = call.name,
            execution = call.execution_id,
            succeeded = verdict.succeeded,
            "a hook has its verdict"
        );
        *lock(&state) = Execution::Ended(verdict);
    }
    if let Some(wake) = wake {
        let deployment = ObjectRef::new(&call.payload.deployment).within(&call.payload.namespace);
        // Nobody hears it any more when the program ends.
        let _ = wake.unbounded_send(deployment);
    }
}

async fn ask(runner: &dyn HookRunner, call: &HookCall, state: &Mutex<Execution>) -> Verdict {
    let mut back_off = FIRST;
    loop {
        let (message, wait) = match runner.ask(call).await {
            Ok(HookAnswer::InProgress { call_back_delay, message }) => {
                back_off = FIRST;
                (message, call_back_delay)
            }
            Ok(HookAnswer::Succeeded { message }) => return Verdict { succeeded: true, message },
            Ok(HookAnswer::Failed { message }) => return Verdict { succeeded: false, message },
            Err(error) if error.passes => {
                let wait = back_off.mul_f64(rand::random_range(0.75..=1.0));
                back_off = (back_off * 2).min(LONGEST);
                (Some(bounded_message(&error.message)), wait)
            }
            Err(error) => return Verdict { succeeded: false, message: Some(bounded_message(&error.message)) },
        };
        *lock(state) = Execution::Running { message };
        sleep(wait).await;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use futures::FutureExt;
    use futures::StreamExt;
    use futures::channel::mpsc::unbounded;
    use futures::future::BoxFuture;
    use serde_json::Value;
    use sluice_api::HookEvent;
    use sluice_plan::hooks::{HookPayload, HookTarget, PayloadTargetGroups};
    use tokio::time::Instant;

    use super::super::runner::HookError;
    use super::*;

    /// Answers as it is told, one after the other; never once there is none left.
    #[derive(Default)]
    struct Script {
        answers: Mutex<VecDeque<Result<HookAnswer, HookError>>>,
        asked: Mutex<Vec<String>>,
    }

    impl Script {
        fn of(answers: impl IntoIterator<Item = Result<HookAnswer, HookError>>) -> Arc<Self> {
            Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), asked: Mutex::default() })
        }

        fn asked(&self) -> usize {
            lock(&self.asked).len()
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
    }

    #[tokio::test(start_paused = true)]
    async fn a_verdict_is_kept_until_it_is_recorded() {
        let hooks = Hooks::default();
        hooks.start(Script::of([Ok(HookAnswer::Succeeded { message: None })]), call("uid/a", 600));
        sleep(Duration::from_secs(1)).await;
        let recorded = BTreeSet::from(["uid/a"]);
        hooks.keep_only("uid", &BTreeSet::new(), &recorded).await;
        assert!(matches!(hooks.look("uid/a"), Execution::Ended(_)));
        hooks.keep_only("uid", &BTreeSet::new(), &BTreeSet::new()).await;
        assert_eq!(hooks.look("uid/a"), Execution::Unknown);
    }
}
