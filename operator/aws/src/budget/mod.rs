//! The budget of calls (S14 Budget): one token bucket for each that AWS keeps per account and region, of which this
//! process takes a share.
//!
//! Nobody waits inside a look, or between a read and the write that follows from it: whoever wants to call waits
//! before, for a [`Turn`], and every try that is sent is counted by an interceptor. So what is seen is never older for
//! the wait, a write never rests on an old look, and no retry goes uncounted.
//!
//! - `buckets.rs` has AWS's documented limits, of which the share is taken, and `meter.rs` is one bucket;
//! - [`Cost`] says what an errand needs before it may begin;
//! - `queue.rs` says who goes next: the most urgent [`Lane`] first, and whoever asked first in it.
//!
//! Calls that are shared by many in one batch are not waited for one by one: they are counted as they are sent, and
//! whoever comes next waits the longer. Looks that had to wait go out together, once a second, so that they share
//! their batches.

mod buckets;
mod cost;
mod interceptor;
mod meter;
mod queue;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sluice_plan::{Lane, Step};
use tokio::{
    runtime::Handle,
    sync::{Notify, oneshot},
    time::{Instant, sleep_until, timeout},
};

use crate::{AwsError, ErrorClass, Metrics, Operation, limits};

pub use buckets::Bucket;
pub use cost::Cost;
pub(crate) use interceptor::BudgetInterceptor;
use queue::Queue;

/// What this process may call in one account and region.
pub struct Budget {
    queue: Mutex<Queue>,
    changed: Notify,
    metrics: Metrics,
}

/// The right to go on with an errand. What the errand needs is kept for it until this is dropped.
#[must_use = "what the errand needs is kept only until this is dropped"]
pub struct Turn {
    budget: Arc<Budget>,
    number: u64,
}

impl Drop for Turn {
    /// Gives back what was kept, or leaves the queue when it was never granted.
    fn drop(&mut self) {
        let mut queue = self.budget.lock();
        queue.leave(self.number);
        self.budget.go_on(&mut queue);
    }
}

impl Budget {
    /// Full buckets, of which this share of AWS's limits is used: 0.7 is 70 percent.
    pub(crate) fn new(share: f64, metrics: Metrics) -> Arc<Self> {
        let queue = Mutex::new(Queue::new(share, Instant::now()));
        Arc::new(Self { queue, changed: Notify::new(), metrics })
    }

    /// Waits for a turn, for as long as it takes. Whoever stops waiting leaves the queue.
    pub async fn turn(self: &Arc<Self>, lane: Lane, cost: Cost) -> Turn {
        let asked = Instant::now();
        let (turn, granted) = self.ask(lane, cost, asked);
        // The sender is dropped ungranted only with its place, which the turn keeps.
        let _ = granted.await;
        self.metrics.waited(lane, asked.elapsed());
        turn
    }

    fn ask(self: &Arc<Self>, lane: Lane, cost: Cost, asked: Instant) -> (Turn, oneshot::Receiver<()>) {
        let (sender, granted) = oneshot::channel();
        let mut queue = self.lock();
        let number = queue.ask(lane, cost, sender, asked);
        self.go_on(&mut queue);
        (Turn { budget: Arc::clone(self), number }, granted)
    }

    /// Waits for a turn to do a step. Not for long, because the look that it follows from grows old.
    ///
    /// # Errors
    ///
    /// `Throttled`, when there was none in time: nothing was sent.
    pub async fn turn_to_act(self: &Arc<Self>, lane: Lane, step: &Step) -> Result<Turn, AwsError> {
        let (cost, operation) = Cost::of_step(step);
        timeout(limits::TURN_TO_ACT, self.turn(lane, cost)).await.map_err(|_| no_turn(operation))
    }

    /// A try is sent.
    pub(crate) fn sent(&self, operation: Operation) {
        self.lock().sent(operation, Instant::now());
        for bucket in buckets::of(operation) {
            self.metrics.sent(*bucket);
        }
    }

    /// AWS throttled a try.
    pub(crate) fn throttled(&self, operation: Operation) {
        self.lock().throttled(operation, Instant::now());
        if let Some(bucket) = buckets::own(operation) {
            self.metrics.throttled(bucket);
        }
    }

    /// Grants what can be granted, and has somebody look again when more can be.
    fn go_on(self: &Arc<Self>, queue: &mut Queue) {
        queue.grant(Instant::now());
        if queue.is_empty() {
            return;
        }
        if queue.is_driven {
            self.changed.notify_one();
        } else if let Ok(runtime) = Handle::try_current() {
            queue.is_driven = true;
            runtime.spawn(Arc::clone(self).drive());
        }
    }

    /// Grants turns for as long as anybody waits.
    async fn drive(self: Arc<Self>) {
        loop {
            let next = {
                let mut queue = self.lock();
                let next = queue.grant(Instant::now());
                if queue.is_empty() {
                    queue.is_driven = false;
                    return;
                }
                next
            };
            tokio::select! {
                () = sleep_until(next) => {}
                () = self.changed.notified() => {}
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn no_turn(operation: Operation) -> AwsError {
    let message = "the operator's share of AWS's rate limit is used up, so that nothing was sent";
    AwsError::new(operation, ErrorClass::Throttled, message)
}

#[cfg(test)]
mod tests;
