//! Many questions for one service each, answered by few calls for up to ten.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use sluice_plan::world::Service;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout_at},
};

use crate::{AwsError, ErrorClass, Operation, ServiceName, Settings, limits};

/// What is said of one service.
pub(super) type Answer = Result<Option<Service>, AwsError>;

/// What is said of each service of a batch, by name.
pub(super) type Answers = BTreeMap<String, Answer>;

/// The call that is worth a batch.
pub(super) trait DescribeMany: Send + Sync + 'static {
    /// Asks for up to ten services of a cluster.
    fn describe<'a>(&'a self, cluster: &'a str, services: &'a [String]) -> BoxFuture<'a, Result<Answers, AwsError>>;
}

/// Gathers what is asked of the same cluster at about the same time.
pub(super) struct Batcher {
    shared: Arc<Shared>,
}

struct Shared {
    many: Arc<dyn DescribeMany>,
    window: Duration,
    limit: Duration,
    clusters: Mutex<HashMap<String, mpsc::UnboundedSender<Waiter>>>,
}

/// Somebody who waits for a service.
struct Waiter {
    service: String,
    answer: oneshot::Sender<Answer>,
}

impl Batcher {
    pub(super) fn new(many: Arc<dyn DescribeMany>, settings: &Settings) -> Self {
        let shared =
            Shared { many, window: settings.batch_window, limit: settings.batch_limit, clusters: Mutex::default() };
        Self { shared: Arc::new(shared) }
    }

    pub(super) async fn describe(&self, name: &ServiceName) -> Answer {
        let (answer, answered) = oneshot::channel();
        self.shared.ask(&name.cluster, Waiter { service: name.service.clone(), answer });
        answered.await.unwrap_or_else(|_| {
            Err(AwsError::new(Operation::DescribeServices, ErrorClass::Unavailable, "the batch was given up"))
        })
    }
}

impl Shared {
    fn ask(self: &Arc<Self>, cluster: &str, mut waiter: Waiter) {
        let mut clusters = self.clusters.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = clusters.get(cluster) {
            match open.send(waiter) {
                Ok(()) => return,
                // The one who gathered was dropped with the runtime that it ran on.
                Err(mpsc::error::SendError(unsent)) => waiter = unsent,
            }
        }
        let (sender, waiters) = mpsc::unbounded_channel();
        // Cannot fail: the receiver is right here.
        let _ = sender.send(waiter);
        clusters.insert(cluster.to_owned(), sender);
        tokio::spawn(Arc::clone(self).gather(cluster.to_owned(), waiters));
    }

    /// Gathers for one cluster for as long as anybody asks.
    async fn gather(self: Arc<Self>, cluster: String, mut waiters: mpsc::UnboundedReceiver<Waiter>) {
        loop {
            let batch = self.next_batch(&mut waiters).await;
            // On its own, so that a slow answer does not hold up the next batch.
            tokio::spawn(send(Arc::clone(&self.many), cluster.clone(), batch));
            let mut clusters = self.clusters.lock().unwrap_or_else(PoisonError::into_inner);
            // Requests come in under the same lock, so that none can be between this look and the removal.
            if waiters.is_empty() {
                clusters.remove(&cluster);
                return;
            }
        }
    }

    /// The waiters of one call, by service. Those for the same service share its place.
    async fn next_batch(&self, waiters: &mut mpsc::UnboundedReceiver<Waiter>) -> Batch {
        let last = Instant::now() + self.limit;
        let mut batch = Batch::new();
        while batch.len() < limits::SERVICES_PER_CALL {
            let idle = (Instant::now() + self.window).min(last);
            let Ok(Some(waiter)) = timeout_at(idle, waiters.recv()).await else { break };
            batch.entry(waiter.service).or_default().push(waiter.answer);
        }
        batch
    }
}

type Batch = BTreeMap<String, Vec<oneshot::Sender<Answer>>>;

async fn send(many: Arc<dyn DescribeMany>, cluster: String, batch: Batch) {
    let services: Vec<String> = batch.keys().cloned().collect();
    let answers = many.describe(&cluster, &services).await;
    for (service, waiters) in batch {
        let answer = match &answers {
            Ok(answers) => answers.get(&service).cloned().unwrap_or_else(|| Err(nothing_said())),
            Err(error) => Err(error.clone()),
        };
        for waiter in waiters {
            // Whoever stopped waiting needs no answer.
            let _ = waiter.send(answer.clone());
        }
    }
}

fn nothing_said() -> AwsError {
    AwsError::new(Operation::DescribeServices, ErrorClass::Unknown, "the answer says nothing on the service")
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
