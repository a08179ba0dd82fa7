//! Who goes next.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use sluice_plan::Lane;
use tokio::{sync::oneshot, time::Instant};

use super::{
    buckets::{self, Bucket, Limit},
    cost::Cost,
    meter::Meter,
};
use crate::Operation;

/// Looks that had to wait go out together this often, so that they share their batches.
const GATHER: Duration = Duration::from_secs(1);

/// After this long a look counts as one of the next lane: nothing that is due waits for a minute (L5), and no release
/// goes unwatched for the sake of others.
const PATIENCE: Duration = Duration::from_secs(20);

/// Shortest time between two looks at the queue.
const SHORTEST: Duration = Duration::from_millis(5);

/// Part of every bucket, 0.0 to 1.0, that a lane leaves to those before it. The first leaves nothing.
const fn kept(lane: Lane) -> f64 {
    match lane {
        Lane::Rollback => 0.0,
        Lane::Shift | Lane::Create | Lane::Delete | Lane::Due => 0.3,
        Lane::Watch => 0.4,
        Lane::Idle => 0.5,
    }
}

/// Whether a lane is for looks that can share their batches, and can wait to do so.
const fn gathers(lane: Lane) -> bool {
    matches!(lane, Lane::Due | Lane::Watch | Lane::Idle)
}

/// The meters, and those who wait for them.
#[derive(Debug)]
pub(super) struct Queue {
    /// Whether somebody looks at the queue whenever more can be granted.
    pub(super) is_driven: bool,
    meters: BTreeMap<Bucket, Meter>,
    waiting: Vec<Waiter>,
    granted: HashMap<u64, Cost>,
    next_number: u64,
    /// When looks that wait go out together; none while none had to wait.
    gathered_at: Option<Instant>,
}

#[derive(Debug)]
struct Waiter {
    number: u64,
    lane: Lane,
    asked: Instant,
    cost: Cost,
    granted: oneshot::Sender<()>,
}

impl Waiter {
    fn lane_at(&self, now: Instant) -> Lane {
        match self.lane {
            lane if now.saturating_duration_since(self.asked) < PATIENCE => lane,
            Lane::Idle => Lane::Watch,
            Lane::Watch => Lane::Due,
            lane => lane,
        }
    }
}

impl Queue {
    pub(super) fn new(share: f64, now: Instant) -> Self {
        let meter = |bucket: Bucket| {
            let Limit { burst, per_second } = bucket.limit();
            Meter::new(Limit { burst: burst * share, per_second: per_second * share }, now)
        };
        Self {
            is_driven: false,
            meters: Bucket::ALL.into_iter().map(|bucket| (bucket, meter(bucket))).collect(),
            waiting: Vec::new(),
            granted: HashMap::new(),
            next_number: 0,
            gathered_at: None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Takes a place, and returns its number.
    pub(super) fn ask(&mut self, lane: Lane, cost: Cost, granted: oneshot::Sender<()>, now: Instant) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        self.waiting.push(Waiter { number, lane, asked: now, cost, granted });
        number
    }

    /// Gives back what was granted to a place, or gives up the place.
    pub(super) fn leave(&mut self, number: u64) {
        match self.granted.remove(&number) {
            Some(cost) => self.with_each(&cost, Meter::give_back),
            None => self.waiting.retain(|waiter| waiter.number != number),
        }
    }

    pub(super) fn sent(&mut self, operation: Operation, now: Instant) {
        for bucket in buckets::of(operation) {
            if let Some(meter) = self.meters.get_mut(bucket) {
                meter.sent(now);
            }
        }
    }

    /// Only the operation's own bucket learns: of several it is the one that is emptied first.
    pub(super) fn throttled(&mut self, operation: Operation, now: Instant) {
        if let Some(meter) = buckets::own(operation).and_then(|own| self.meters.get_mut(&own)) {
            meter.throttled(now);
        }
    }

    /// Grants whatever can be granted now, and says when to look again. Who lacks something keeps everybody behind from
    /// what it lacks, so that many small errands never starve a large one.
    pub(super) fn grant(&mut self, now: Instant) -> Instant {
        for meter in self.meters.values_mut() {
            meter.refill(now);
        }
        let together = self.gathered_at.is_none_or(|at| at <= now);
        let mut again = self.gathered_at.filter(|_| !together).unwrap_or(now + GATHER);
        let mut lacking = BTreeSet::new();
        let mut is_gathering = false;
        self.waiting.sort_by_key(|waiter| (waiter.lane_at(now), waiter.number));
        for waiter in std::mem::take(&mut self.waiting) {
            let lane = waiter.lane_at(now);
            let lacks = self.lacks(&waiter.cost, lane);
            let waits = gathers(lane) && !together;
            if waits || !lacks.is_empty() || waiter.cost.iter().any(|(bucket, _)| lacking.contains(&bucket)) {
                if !waits {
                    again = lacks.iter().map(|(_, time)| now + *time).fold(again, Instant::min);
                    lacking.extend(lacks.into_iter().map(|(bucket, _)| bucket));
                }
                is_gathering |= gathers(lane);
                self.waiting.push(waiter);
                continue;
            }
            self.with_each(&waiter.cost, Meter::reserve);
            self.granted.insert(waiter.number, waiter.cost);
            // Whoever stopped waiting gives back what was granted as it leaves.
            let _ = waiter.granted.send(());
        }
        self.gathered_at = match self.gathered_at {
            Some(at) if at > now => Some(at),
            _ => is_gathering.then_some(now + GATHER),
        };
        again.max(now + SHORTEST)
    }

    /// Buckets that have too little for this cost, and when they will have enough.
    fn lacks(&self, cost: &Cost, lane: Lane) -> Vec<(Bucket, Duration)> {
        let lack = |(bucket, calls): (Bucket, f64)| {
            let meter = self.meters.get(&bucket)?;
            let lacks = meter.lacks(calls, kept(lane));
            // Less than a millionth of a call is what floats make of nothing.
            (lacks > 1e-6).then(|| (bucket, meter.time_for(lacks)))
        };
        cost.iter().filter_map(lack).collect()
    }

    fn with_each(&mut self, cost: &Cost, change: impl Fn(&mut Meter, f64)) {
        for (bucket, calls) in cost.iter() {
            if let Some(meter) = self.meters.get_mut(&bucket) {
                change(meter, calls);
            }
        }
    }
}
