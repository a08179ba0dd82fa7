//! Where whoever wants to call AWS waits.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sluice_plan::{Action, Priority};
use tokio::{
    runtime::Handle,
    sync::{Notify, oneshot},
    time::{Instant, sleep_until, timeout},
};

use super::{cost::Cost, queue::Queue};
use crate::{
    error::{AwsError, ErrorClass},
    metrics::Metrics,
    operations::Operation,
};

/// How long a write waits for its permit: as long as an observation may be old when the next one is due anyway.
pub(super) const LONGEST_WAIT_TO_ACT: Duration = Duration::from_secs(5);

/// What this process may call in one account and region.
pub struct RateLimiter {
    queue: Mutex<Queue>,
    changed: Notify,
    metrics: Metrics,
}

/// The right to call. What the calls need is reserved for them until this is dropped.
#[must_use = "what the calls need is reserved only until this is dropped"]
pub struct Permit {
    limiter: Arc<RateLimiter>,
    number: u64,
}

impl Drop for Permit {
    /// Gives back what was reserved, or leaves the queue when it was never granted.
    fn drop(&mut self) {
        let mut queue = self.limiter.lock();
        queue.leave(self.number);
        self.limiter.go_on(&mut queue);
    }
}

impl RateLimiter {
    /// Full buckets, of which this share of AWS's limits is used: 0.7 is 70 percent.
    pub(crate) fn new(share: f64, metrics: Metrics) -> Arc<Self> {
        let queue = Mutex::new(Queue::new(share, Instant::now()));
        Arc::new(Self { queue, changed: Notify::new(), metrics })
    }

    /// Waits for a permit, for as long as it takes. Whoever stops waiting leaves the queue. Within a priority tenants take
    /// turns, however many each of them has that wait.
    pub async fn acquire(self: &Arc<Self>, tenant: &str, priority: Priority, cost: Cost) -> Permit {
        let asked = Instant::now();
        let (permit, granted) = self.ask(tenant, priority, cost, asked);
        // The sender is dropped ungranted only with its place, which the permit keeps.
        let _ = granted.await;
        self.metrics.waited(priority, asked.elapsed());
        permit
    }

    fn ask(
        self: &Arc<Self>,
        tenant: &str,
        priority: Priority,
        cost: Cost,
        asked: Instant,
    ) -> (Permit, oneshot::Receiver<()>) {
        let (sender, granted) = oneshot::channel();
        let mut queue = self.lock();
        let number = queue.ask(tenant, priority, cost, sender, asked);
        self.go_on(&mut queue);
        (Permit { limiter: Arc::clone(self), number }, granted)
    }

    /// Waits for a permit to write. Not for long, because the observation that the write follows from grows old.
    ///
    /// # Errors
    ///
    /// `Throttled`, when there was none in time: nothing was sent.
    pub async fn acquire_to_act(
        self: &Arc<Self>,
        tenant: &str,
        priority: Priority,
        action: &Action,
    ) -> Result<Permit, AwsError> {
        self.acquire_to_write(tenant, priority, Cost::to_act(action)).await
    }

    /// The same for the registration of a task definition, before a release begins.
    ///
    /// # Errors
    ///
    /// `Throttled`, when there was none in time: nothing was sent.
    pub async fn acquire_to_register(self: &Arc<Self>, tenant: &str) -> Result<Permit, AwsError> {
        self.acquire_to_write(tenant, Priority::Create, Cost::to_register()).await
    }

    /// The same for the digest of a tag, before a release begins.
    ///
    /// # Errors
    ///
    /// `Throttled`, when there was none in time: nothing was sent.
    pub async fn acquire_to_resolve(self: &Arc<Self>, tenant: &str) -> Result<Permit, AwsError> {
        self.acquire_to_write(tenant, Priority::Create, Cost::to_resolve()).await
    }

    async fn acquire_to_write(
        self: &Arc<Self>,
        tenant: &str,
        priority: Priority,
        (cost, operation): (Cost, Operation),
    ) -> Result<Permit, AwsError> {
        timeout(LONGEST_WAIT_TO_ACT, self.acquire(tenant, priority, cost)).await.map_err(|_| no_permit(operation))
    }

    /// A try is sent.
    pub(crate) fn sent(&self, operation: Operation) {
        self.lock().sent(operation, Instant::now());
        for bucket in operation.buckets() {
            self.metrics.sent(*bucket);
        }
    }

    /// AWS throttled a try.
    pub(crate) fn throttled(&self, operation: Operation) {
        self.lock().throttled(operation, Instant::now());
        if let Some(bucket) = operation.own_bucket() {
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

    /// Grants permits for as long as anybody waits.
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

    pub(super) fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn no_permit(operation: Operation) -> AwsError {
    let message = "the operator's share of AWS's rate limit is used up, so that nothing was sent";
    AwsError::new(operation, ErrorClass::Throttled, message)
}
