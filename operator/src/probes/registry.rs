//! The probes that this process runs, by the UID of their group, and the last answers of each.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures::channel::mpsc::UnboundedSender;
use kube::runtime::reflector::ObjectRef;
use sluice_api::{DeploymentGroup, ProbeState};
use sluice_plan::probe::{ProbeOutcome, Sample, next_after, verdict, window};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::ask::Ask;
use super::call::ProbeCall;
use crate::clock::now;
use crate::health_metrics::HealthMetrics;
use crate::slots::Slots;

/// How many questions are asked at the same time. Namespaces take turns, so that hosts that hang hold up no other tenant.
const AT_ONCE: usize = 32;

/// Where it is told that a group is to be reconciled.
type Wake = UnboundedSender<ObjectRef<DeploymentGroup>>;

/// The probes that this process runs.
pub struct Probes {
    ask: Option<Arc<dyn Ask>>,
    running: Mutex<HashMap<String, Running>>,
    wake: Mutex<Option<Wake>>,
    slots: Arc<Slots>,
    metrics: HealthMetrics,
}

/// One of them.
struct Running {
    call: ProbeCall,
    samples: Arc<Mutex<VecDeque<Sample>>>,
    task: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Probes {
    /// None of them runs yet.
    pub fn new(ask: Option<Arc<dyn Ask>>, metrics: HealthMetrics) -> Self {
        let slots = Arc::new(Slots::shared_fairly(AT_ONCE));
        Self { ask, running: Mutex::default(), wake: Mutex::default(), slots, metrics }
    }

    /// Tells there from now on whose probe has another word.
    pub fn wake_through(&self, wake: Wake) {
        *lock(&self.wake) = Some(wake);
    }

    /// From now on this is asked for the group, and nothing else; what was asked before goes on where it is the same.
    pub fn keep(&self, uid: &str, group: &ObjectRef<DeploymentGroup>, call: Option<ProbeCall>) {
        let mut running = lock(&self.running);
        let Some((call, ask)) = call.zip(self.ask.clone()) else {
            running.remove(uid);
            return;
        };
        if running.get(uid).is_some_and(|known| known.call == call) {
            return;
        }
        let samples = Arc::new(Mutex::new(VecDeque::new()));
        let probing = Probing {
            ask,
            call: call.clone(),
            samples: samples.clone(),
            slots: self.slots.clone(),
            metrics: self.metrics.clone(),
            wake: lock(&self.wake).clone(),
            group: group.clone(),
        };
        let task = tokio::spawn(probing.run());
        running.insert(uid.to_owned(), Running { call, samples, task });
    }

    /// The last answers, the oldest first.
    pub fn samples(&self, uid: &str) -> Vec<Sample> {
        let running = lock(&self.running);
        running.get(uid).map_or_else(Vec::new, |one| lock(&one.samples).iter().cloned().collect())
    }

    /// A group is gone.
    pub fn forget(&self, uid: &str) {
        lock(&self.running).remove(uid);
    }
}

/// Asks again and again.
struct Probing {
    ask: Arc<dyn Ask>,
    call: ProbeCall,
    samples: Arc<Mutex<VecDeque<Sample>>>,
    slots: Arc<Slots>,
    metrics: HealthMetrics,
    wake: Option<Wake>,
    group: ObjectRef<DeploymentGroup>,
}

impl Probing {
    async fn run(self) {
        let namespace = self.group.namespace.clone().unwrap_or_default();
        let mut known = ProbeState::Unknown;
        loop {
            let slot = self.slots.acquire(&namespace).await;
            let began = Instant::now();
            let asked = self.ask.ask(&self.call).await;
            let took = began.elapsed();
            drop(slot);
            let (outcome, message) = asked.err().unwrap_or((ProbeOutcome::Passed, String::new()));
            self.metrics.probed(outcome, took);
            let (state, count) = self.learn(Sample { at: now(), outcome, message }, known);
            if state != known {
                known = state;
                if let Some(wake) = &self.wake {
                    // Nobody hears it any more when the program ends.
                    let _ = wake.unbounded_send(self.group.clone());
                }
            }
            let wait = Duration::try_from(next_after(&self.call.probe, count)).unwrap_or(Duration::from_secs(30));
            // Probes that were started together do not stay together.
            sleep(wait.mul_f64(rand::random_range(0.9..=1.0))).await;
        }
    }

    /// Keeps an answer; what they come to now, and how many there are.
    fn learn(&self, sample: Sample, known: ProbeState) -> (ProbeState, usize) {
        let mut samples = lock(&self.samples);
        let at = sample.at;
        samples.push_back(sample);
        while samples.len() > window(&self.call.probe) {
            samples.pop_front();
        }
        let samples: &[Sample] = samples.make_contiguous();
        (verdict(&self.call.probe, known, samples, at), samples.len())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "registry_tests.rs"]
mod tests;
