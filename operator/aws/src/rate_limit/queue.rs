//! Who goes next: the highest priority, within it the tenants in turn, and of each tenant whoever asked first.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use sluice_plan::Priority;
use tokio::{sync::oneshot, time::Instant};

use super::{cost::Cost, token_bucket::TokenBucket};
use crate::operations::{Bucket, Limit, Operation};

/// Observations that had to wait go out together this often, so that they share their batches.
const BATCH_EVERY: Duration = Duration::from_secs(1);

/// After this long an observation counts as one of the next priority (aging): nothing that is due waits for a minute (L5), and no release
/// goes unwatched for the sake of others.
const PROMOTE_AFTER: Duration = Duration::from_secs(20);

/// Shortest time between two looks at the queue.
const SHORTEST: Duration = Duration::from_millis(5);

/// Part of every bucket, 0.0 to 1.0, that a priority leaves to those before it. The first leaves nothing.
const fn reserved_for_others(priority: Priority) -> f64 {
    match priority {
        Priority::Rollback => 0.0,
        Priority::Shift | Priority::Create | Priority::Delete | Priority::Due => 0.3,
        Priority::Watch => 0.4,
        Priority::Idle => 0.5,
    }
}

/// Whether a priority is for observations that can share their batches, and can wait to do so.
const fn can_batch(priority: Priority) -> bool {
    matches!(priority, Priority::Due | Priority::Watch | Priority::Idle)
}

/// The buckets, and those who wait for them.
#[derive(Debug)]
pub(super) struct Queue {
    /// Whether somebody looks at the queue whenever more can be granted.
    pub(super) is_driven: bool,
    buckets: BTreeMap<Bucket, TokenBucket>,
    waiting: Vec<Waiter>,
    granted: HashMap<u64, Cost>,
    next_number: u64,
    /// When observations that wait go out together; none while none had to wait.
    batch_at: Option<Instant>,
}

#[derive(Debug)]
struct Waiter {
    number: u64,
    /// Who asks: within a priority, tenants take turns.
    tenant: Arc<str>,
    priority: Priority,
    asked: Instant,
    cost: Cost,
    granted: oneshot::Sender<()>,
}

impl Waiter {
    fn priority_at(&self, now: Instant) -> Priority {
        match self.priority {
            priority if now.saturating_duration_since(self.asked) < PROMOTE_AFTER => priority,
            Priority::Idle => Priority::Watch,
            Priority::Watch => Priority::Due,
            priority => priority,
        }
    }
}

impl Queue {
    pub(super) fn new(share: f64, now: Instant) -> Self {
        let full = |bucket: Bucket| {
            let Limit { burst, per_second } = bucket.limit();
            TokenBucket::new(Limit { burst: burst * share, per_second: per_second * share }, now)
        };
        Self {
            is_driven: false,
            buckets: Bucket::ALL.into_iter().map(|bucket| (bucket, full(bucket))).collect(),
            waiting: Vec::new(),
            granted: HashMap::new(),
            next_number: 0,
            batch_at: None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Takes a place, and returns its number.
    pub(super) fn ask(
        &mut self,
        tenant: &str,
        priority: Priority,
        cost: Cost,
        granted: oneshot::Sender<()>,
        now: Instant,
    ) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        self.waiting.push(Waiter { number, tenant: tenant.into(), priority, asked: now, cost, granted });
        number
    }

    /// Gives back what was granted to a place, or gives up the place.
    pub(super) fn leave(&mut self, number: u64) {
        match self.granted.remove(&number) {
            Some(cost) => self.with_each(&cost, TokenBucket::give_back),
            None => self.waiting.retain(|waiter| waiter.number != number),
        }
    }

    pub(super) fn sent(&mut self, operation: Operation, now: Instant) {
        for name in operation.buckets() {
            if let Some(bucket) = self.buckets.get_mut(name) {
                bucket.sent(now);
            }
        }
    }

    /// Only the operation's own bucket learns: of several it is the one that is emptied first.
    pub(super) fn throttled(&mut self, operation: Operation, now: Instant) {
        if let Some(bucket) = operation.own_bucket().and_then(|own| self.buckets.get_mut(&own)) {
            bucket.throttled(now);
        }
    }

    /// Grants whatever can be granted now, and says when to look again. Who finds too little in a bucket keeps everybody
    /// behind from that bucket, so that many small requests never starve a large one.
    pub(super) fn grant(&mut self, now: Instant) -> Instant {
        for bucket in self.buckets.values_mut() {
            bucket.refill(now);
        }
        let together = self.batch_at.is_none_or(|at| at <= now);
        let mut again = self.batch_at.filter(|_| !together).unwrap_or(now + BATCH_EVERY);
        let mut short = BTreeSet::new();
        let mut has_batch = false;
        for waiter in self.in_order(now) {
            let priority = waiter.priority_at(now);
            let deficits = self.deficits(&waiter.cost, priority);
            let waits = can_batch(priority) && !together;
            if waits || !deficits.is_empty() || waiter.cost.iter().any(|(bucket, _)| short.contains(&bucket)) {
                if !waits {
                    again = deficits.iter().map(|(_, time)| now + *time).fold(again, Instant::min);
                    short.extend(deficits.into_iter().map(|(bucket, _)| bucket));
                }
                has_batch |= can_batch(priority);
                self.waiting.push(waiter);
                continue;
            }
            self.with_each(&waiter.cost, TokenBucket::reserve);
            self.granted.insert(waiter.number, waiter.cost);
            // Whoever stopped waiting gives back what was granted as it leaves.
            let _ = waiter.granted.send(());
        }
        self.batch_at = match self.batch_at {
            Some(at) if at > now => Some(at),
            _ => has_batch.then_some(now + BATCH_EVERY),
        };
        again.max(now + SHORTEST)
    }

    /// Takes all that wait, in the order in which they are to be served: of each tenant the first one, then of each the second
    /// one, and so on, so that one with many makes none wait who has few.
    fn in_order(&mut self, now: Instant) -> Vec<Waiter> {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.sort_by_key(|waiter| (waiter.priority_at(now), waiter.number));
        let mut before: HashMap<(Priority, Arc<str>), usize> = HashMap::new();
        let mut ranked: Vec<(usize, Waiter)> = Vec::with_capacity(waiting.len());
        for waiter in waiting {
            let rank = before.entry((waiter.priority_at(now), Arc::clone(&waiter.tenant))).or_default();
            ranked.push((*rank, waiter));
            *rank += 1;
        }
        ranked.sort_by_key(|(rank, waiter)| (waiter.priority_at(now), *rank, waiter.number));
        ranked.into_iter().map(|(_, waiter)| waiter).collect()
    }

    /// Buckets that have too little for this cost, and when they will have enough.
    fn deficits(&self, cost: &Cost, priority: Priority) -> Vec<(Bucket, Duration)> {
        let deficit = |(name, calls): (Bucket, f64)| {
            let bucket = self.buckets.get(&name)?;
            let deficit = bucket.deficit(calls, reserved_for_others(priority));
            // Less than a millionth of a call is what floats make of nothing.
            (deficit > 1e-6).then(|| (name, bucket.time_for(deficit)))
        };
        cost.iter().filter_map(deficit).collect()
    }

    fn with_each(&mut self, cost: &Cost, change: impl Fn(&mut TokenBucket, f64)) {
        for (name, calls) in cost.iter() {
            if let Some(bucket) = self.buckets.get_mut(&name) {
                change(bucket, calls);
            }
        }
    }
}
