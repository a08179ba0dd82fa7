//! What every reconcile is given.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kube::Client;
use sluice_aws::{Cost, Permit, Regions};
use sluice_plan::{Lane, Limits};
use tokio::sync::{Semaphore, SemaphorePermit, watch};

use crate::events::Events;
use crate::metrics::Metrics;
use crate::requeue::Failures;
use crate::stores::Stores;

/// Longest time that one request to the Kubernetes API may take: a slot must not be held for minutes.
pub const KUBERNETES_TIMEOUT: Duration = Duration::from_secs(10);

/// What every reconcile is given.
pub struct Context {
    /// The Kubernetes API.
    pub client: Client,
    /// Local copies.
    pub stores: Stores,
    /// AWS, by region.
    pub regions: Regions,
    /// Lengths of time that the planner is given.
    pub limits: Limits,
    /// How often AWS is looked at for a group in which nothing happens.
    pub resync: Duration,
    /// The only namespace that is watched, if there is one.
    pub watch_namespace: Option<String>,
    /// Events.
    pub events: Events,
    /// Metrics of the pipeline.
    pub metrics: Metrics,
    /// Failures in a row.
    pub failures: Failures,
    /// One at a time may begin for each service.
    pub admission: Admission,
    /// How many reconciles may be at work at the same time. Those that wait for a permit are not.
    pub slots: Semaphore,
    /// True once the program is asked to end.
    pub stop: watch::Receiver<bool>,
}

/// The right of a reconcile to be at work: one of the slots, and what its look at AWS needs.
pub struct Admitted<'a> {
    /// Given back once the look is done.
    pub permit: Option<Permit>,
    /// Held to the end.
    _slot: Option<SemaphorePermit<'a>>,
}

impl Context {
    /// Waits until a reconcile may look at AWS in a region, and then for a slot; none when the program ends. It waits
    /// without a slot, so that what is urgent finds one however many wait (S14 Budget).
    pub async fn admit(&self, look: Option<(&str, Lane, Cost)>) -> Option<Admitted<'_>> {
        let mut stop = self.stop.clone();
        let admitted = async {
            let permit = match look {
                Some((region, lane, cost)) => Some(self.regions.region(region).rate_limiter.acquire(lane, cost).await),
                None => None,
            };
            // The semaphore is never closed, and without it there would only be more at work.
            Admitted { permit, _slot: self.slots.acquire().await.ok() }
        };
        tokio::select! {
            admitted = admitted => Some(admitted),
            _ = stop.wait_for(|stopped| *stopped) => None,
        }
    }

    /// How often AWS is looked at while something is in progress or must be mended.
    pub fn poll(&self) -> Duration {
        Duration::try_from(self.limits.poll).unwrap_or(Duration::from_secs(5))
    }
}

/// The time, read once in a reconcile, to the millisecond: more would only make statuses longer.
pub fn now() -> Timestamp {
    #[allow(clippy::disallowed_methods, reason = "the one place where a reconcile reads the clock")]
    let now = Timestamp::now();
    now.round(jiff::Unit::Millisecond).unwrap_or(now)
}

/// A length of time of the standard library as one of the time library.
pub fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// One lock per ECS service: who may begin is decided and recorded by one reconcile at a time (S6 OneActive).
#[derive(Debug, Default)]
pub struct Admission(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Admission {
    /// Waits for the lock of this service.
    pub async fn lock(&self, service: &str) -> tokio::sync::OwnedMutexGuard<()> {
        let lock = {
            let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Locks that no one holds or waits for are dropped here, so that the map follows the services in use.
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
            locks.entry(service.to_owned()).or_default().clone()
        };
        lock.lock_owned().await
    }
}
