//! Many questions for one thing each, answered by few calls for many.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout_at},
};

use super::settings::Settings;
use crate::{
    error::{AwsError, ErrorClass},
    operations::Operation,
};

/// What is said of one thing; none when it does not exist.
pub(crate) type Answer<T> = Result<Option<T>, AwsError>;

/// What is said of each thing of a batch, by name.
pub(crate) type Answers<T> = BTreeMap<String, Answer<T>>;

/// A read that describes many things in one call.
pub(crate) trait BatchRead: Send + Sync + 'static {
    /// What it describes.
    type Item: Clone + Send + 'static;

    /// The call.
    fn operation(&self) -> Operation;

    /// How many things fit into one call.
    fn at_once(&self) -> usize;

    /// Asks for things of one scope, such as the services of a cluster.
    fn describe<'a>(
        &'a self,
        scope: &'a str,
        names: &'a [String],
    ) -> BoxFuture<'a, Result<Answers<Self::Item>, AwsError>>;
}

/// Gathers what is asked of the same scope at about the same time.
pub(crate) struct Batcher<R: BatchRead> {
    shared: Arc<Shared<R>>,
}

struct Shared<R: BatchRead> {
    read: R,
    window: Duration,
    limit: Duration,
    scopes: Mutex<HashMap<String, mpsc::UnboundedSender<Waiter<R::Item>>>>,
}

/// Somebody who waits for a thing.
struct Waiter<T> {
    name: String,
    answer: oneshot::Sender<Answer<T>>,
}

/// Those who wait for each thing of one call.
type Batch<T> = BTreeMap<String, Vec<oneshot::Sender<Answer<T>>>>;

impl<R: BatchRead> Batcher<R> {
    pub(crate) fn new(read: R, settings: &Settings) -> Self {
        let shared =
            Shared { read, window: settings.batch_window, limit: settings.batch_limit, scopes: Mutex::default() };
        Self { shared: Arc::new(shared) }
    }

    pub(crate) async fn describe(&self, scope: &str, name: &str) -> Answer<R::Item> {
        let (answer, answered) = oneshot::channel();
        self.shared.ask(scope, Waiter { name: name.to_owned(), answer });
        let operation = self.shared.read.operation();
        answered
            .await
            .unwrap_or_else(|_| Err(AwsError::new(operation, ErrorClass::Unavailable, "the batch was given up")))
    }
}

impl<R: BatchRead> Shared<R> {
    fn ask(self: &Arc<Self>, scope: &str, mut waiter: Waiter<R::Item>) {
        let mut scopes = self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = scopes.get(scope) {
            match open.send(waiter) {
                Ok(()) => return,
                // The one who gathered was dropped with the runtime that it ran on.
                Err(mpsc::error::SendError(unsent)) => waiter = unsent,
            }
        }
        let (sender, waiters) = mpsc::unbounded_channel();
        // Cannot fail: the receiver is right here.
        let _ = sender.send(waiter);
        scopes.insert(scope.to_owned(), sender);
        tokio::spawn(Arc::clone(self).gather(scope.to_owned(), waiters));
    }

    /// Gathers for one scope for as long as anybody asks.
    async fn gather(self: Arc<Self>, scope: String, mut waiters: mpsc::UnboundedReceiver<Waiter<R::Item>>) {
        loop {
            let batch = self.next_batch(&mut waiters).await;
            // On its own, so that a slow answer does not hold up the next batch.
            tokio::spawn(Arc::clone(&self).send(scope.clone(), batch));
            let mut scopes = self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
            // Requests come in under the same lock, so that none can be between this look and the removal.
            if waiters.is_empty() {
                scopes.remove(&scope);
                return;
            }
        }
    }

    /// The waiters of one call, by name. Those for the same thing share its place.
    async fn next_batch(&self, waiters: &mut mpsc::UnboundedReceiver<Waiter<R::Item>>) -> Batch<R::Item> {
        let last = Instant::now() + self.limit;
        let mut batch = Batch::new();
        while batch.len() < self.read.at_once() {
            let idle = (Instant::now() + self.window).min(last);
            let Ok(Some(waiter)) = timeout_at(idle, waiters.recv()).await else { break };
            batch.entry(waiter.name).or_default().push(waiter.answer);
        }
        batch
    }

    /// Asks for all at once. When the whole call fails over one of them, it is asked again by halves, so that one thing
    /// that does not exist, or may not be seen, takes no answer away from the others.
    async fn send(self: Arc<Self>, scope: String, batch: Batch<R::Item>) {
        let mut open = vec![batch];
        while let Some(mut batch) = open.pop() {
            let names: Vec<String> = batch.keys().cloned().collect();
            match self.read.describe(&scope, &names).await {
                Err(error) if names.len() > 1 && is_about_one(error.class) => {
                    let middle = names.get(names.len() / 2).cloned().unwrap_or_default();
                    let second = batch.split_off(&middle);
                    open.extend([second, batch]);
                }
                answers => self.hand_out(batch, &answers),
            }
        }
    }

    fn hand_out(&self, batch: Batch<R::Item>, answers: &Result<Answers<R::Item>, AwsError>) {
        for (name, waiters) in batch {
            let answer = match answers {
                Ok(answers) => {
                    answers.get(&name).cloned().unwrap_or_else(|| Err(says_nothing(self.read.operation(), &name)))
                }
                Err(error) => Err(error.clone()),
            };
            for waiter in waiters {
                // Whoever stopped waiting needs no answer.
                let _ = waiter.send(answer.clone());
            }
        }
    }
}

/// An answer without an error that leaves something out is an error, so that an empty answer never passes for things
/// that are gone.
pub(crate) fn says_nothing(operation: Operation, name: &str) -> AwsError {
    AwsError::new(operation, ErrorClass::Unknown, format!("the answer says nothing on {name}"))
}

/// Whether an error may be about one thing of many, rather than about the call or the caller.
pub(crate) const fn is_about_one(class: ErrorClass) -> bool {
    match class {
        ErrorClass::NotFound | ErrorClass::Refused | ErrorClass::AccessDenied | ErrorClass::Unknown => true,
        ErrorClass::Throttled | ErrorClass::Unavailable | ErrorClass::Credentials | ErrorClass::Fenced => false,
    }
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
