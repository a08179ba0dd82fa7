//! What every reconcile is given.

use std::time::Duration;

use sluice_aws::{Cost, Regions};
use sluice_plan::status::LOOKS_UNWRITTEN;
use sluice_plan::{Limits, Priority};
use tokio::sync::watch;

use crate::dependents::Dependents;
use crate::hooks::Hooks;
use crate::kubernetes::events::Events;
use crate::kubernetes::locks::ServiceLocks;
use crate::kubernetes::stores::Stores;
use crate::metrics::Metrics;
use crate::pipeline::claims::Claims;
use crate::pipeline::outages::Outages;
use crate::pipeline::requeue::FailureCounts;
use crate::probes::Probes;
use crate::slots::{Slot, Slots};
use crate::told::Told;
use crate::unwritten::Unwritten;
use crate::urgency::Urgency;

/// What every reconcile is given.
pub struct Context {
    /// Local copies.
    pub stores: Stores,
    /// AWS, by region.
    pub regions: Regions,
    /// Lengths of time that the planner is given.
    pub limits: Limits,
    /// How often AWS is looked at for a group in which nothing happens.
    pub resync: Duration,
    /// Events.
    pub events: Events,
    /// Metrics of the pipeline.
    pub metrics: Metrics,
    /// Hooks that run.
    pub hooks: Hooks,
    /// Probes that run.
    pub probes: Probes,
    /// Where AWS does not answer.
    pub outages: Outages,
    /// Failures in a row.
    pub failures: FailureCounts,
    /// One at a time may begin for each service.
    pub service_locks: ServiceLocks,
    /// Whose what is.
    pub claims: Claims,
    /// How many reconciles may be at work at the same time. Those that wait for a permit are not.
    pub slots: Slots,
    /// Who is to be reconciled when something else changes.
    pub dependents: Dependents,
    /// How those that wait for their turn hear of changes.
    pub urgency: Urgency,
    /// When statuses that gather many changes were written last.
    pub told: Told,
    /// When the rows of groups were told last, which follow their Deployments.
    pub rows: Told,
    /// What is known of Deployments and not worth a write yet.
    pub unwritten: Unwritten,
    /// True once the program is asked to end.
    pub stop: watch::Receiver<bool>,
}

/// The right of a reconcile to be at work: one of the slots, and what its observation of AWS needs.
pub struct Permit {
    /// Given back once AWS is observed; none where nothing is to be observed.
    pub to_observe: Option<sluice_aws::Permit>,
    /// Held to the end.
    _slot: Slot,
}

/// What a reconcile needs to observe AWS: in which region, how urgent, and what it costs.
#[derive(Clone)]
pub struct PermitRequest {
    /// Region.
    pub region: String,
    /// How urgent it is.
    pub priority: Priority,
    /// What it needs of AWS's rate limits.
    pub cost: Cost,
}

impl Context {
    /// Waits until a reconcile may observe AWS, and then for a slot; none when the program ends. It waits without a slot,
    /// so that what is urgent finds one however many wait (S14 Budget). Namespaces take turns in both queues.
    pub async fn acquire(&self, namespace: &str, request: Option<PermitRequest>) -> Option<Permit> {
        let mut stop = self.stop.clone();
        let permit = async {
            let to_observe = match request {
                Some(PermitRequest { region, priority, cost }) => {
                    Some(self.regions.region(&region).rate_limiter.acquire(namespace, priority, cost).await)
                }
                None => None,
            };
            Permit { to_observe, _slot: self.slots.acquire(namespace).await }
        };
        tokio::select! {
            permit = permit => Some(permit),
            _ = stop.wait_for(|stopped| *stopped) => None,
        }
    }

    /// How long a status waits at most that is not worth a write.
    pub fn longest_unwritten(&self) -> Duration {
        self.poll().saturating_mul(u32::from(LOOKS_UNWRITTEN))
    }

    /// How often AWS is looked at while something is in progress or must be mended.
    pub fn poll(&self) -> Duration {
        Duration::try_from(self.limits.poll).unwrap_or(Duration::from_secs(5))
    }
}
