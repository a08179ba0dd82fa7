//! The hooks that this process runs, by their execution ids.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::channel::mpsc::UnboundedSender;
use kube::runtime::reflector::ObjectRef;
use sluice_api::{Deployment, bounded_message};
use sluice_plan::hooks::{Execution, HookAnswer, HookCall, Verdict};
use sluice_plan::observation::HookNeed;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::needs;
use super::runner::HookRunner;
use super::runners::Runners;

/// First time between two questions of which the first had no answer, and the longest.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// Where it is told that a Deployment is to be reconciled.
type Wake = UnboundedSender<ObjectRef<Deployment>>;

/// The hooks that this process runs.
#[derive(Default)]
pub struct Hooks {
    runners: Option<Runners>,
    running: Mutex<BTreeMap<String, Running>>,
    wake: Mutex<Option<Wake>>,
}

/// One that was started.
struct Running {
    state: Arc<Mutex<Execution>>,
    task: JoinHandle<()>,
    runner: Arc<dyn HookRunner>,
    call: HookCall,
}

impl Running {
    /// Asks no more, and takes away what was started if it has not ended. That is not waited for: a rollback never waits for
    /// a hook.
    async fn end(self) {
        self.task.abort();
        // That it was ended is no error.
        let _ = self.task.await;
        if !matches!(&*lock(&self.state), Execution::Ended(_)) {
            tokio::spawn(async move { self.runner.abandon(&self.call).await });
        }
    }
}

impl Hooks {
    /// None of them runs yet; those that run outside of AWS are run by these.
    #[must_use]
    pub fn new(runners: Runners) -> Self {
        Self { runners: Some(runners), running: Mutex::default(), wake: Mutex::default() }
    }

    /// What runs hooks outside of AWS.
    #[must_use]
    pub fn runners(&self) -> Option<&Runners> {
        self.runners.as_ref()
    }

    /// What is wrong with what a hook needs of Kubernetes in this namespace; none when it is there.
    pub async fn problem(&self, namespace: &str, need: &HookNeed) -> Option<String> {
        match &self.runners {
            Some(runners) => needs::problem(&runners.kubernetes, namespace, need).await,
            None => Some("nothing runs such hooks in this process".to_owned()),
        }
    }

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
        let task = tokio::spawn(run(runner.clone(), call.clone(), state.clone(), wake));
        running.insert(id, Running { state, task, runner, call });
    }

    /// Ends the hooks of a Deployment that is gone, by its UID.
    pub fn forget(&self, uid: &str) {
        for one in self.take(uid, |_, _| false) {
            tokio::spawn(one.end());
        }
    }

    /// Ends the hooks of a Deployment, by its UID, that nobody waits for any more: when this is over, none of them asks again.
    /// A verdict is kept for as long as the execution is recorded as running.
    pub async fn keep_only(&self, uid: &str, waited_for: &BTreeSet<&str>, recorded: &BTreeSet<&str>) {
        let is_kept = |id: &str, one: &Running| {
            waited_for.contains(id) || (recorded.contains(id) && matches!(&*lock(&one.state), Execution::Ended(_)))
        };
        for one in self.take(uid, is_kept) {
            one.end().await;
        }
    }

    /// Asks no more for a Deployment, by its UID, that may call nobody now. What its hooks have started goes on, and is found
    /// again once they are started anew. A verdict that is there is kept.
    pub async fn ask_no_more(&self, uid: &str) {
        for one in self.take(uid, |_, one| matches!(&*lock(&one.state), Execution::Ended(_))) {
            one.task.abort();
            // That it was ended is no error.
            let _ = one.task.await;
        }
    }

    /// Which of these executions this process knows nothing of: an earlier one may have started them.
    pub fn unknown<'a>(&self, ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let running = lock(&self.running);
        ids.filter(|id| !running.contains_key(*id)).collect()
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

/// Asks no more, as after the end of the process: nothing is taken away that runs.
impl Drop for Hooks {
    fn drop(&mut self) {
        for one in lock(&self.running).values() {
            one.task.abort();
        }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
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
    } else {
        runner.abandon(&call).await;
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
