//! One poll of alarms for all who watch some in an account and region: what a look needs is answered from a call that all
//! share, and never by an answer that is older than the look allows.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::future::{BoxFuture, join_all};
use tokio::time::{Instant, sleep};

use super::cache::{AlarmCache, Reports};
use crate::{
    client::{is_about_one, says_nothing},
    error::AwsError,
    operations::Operation,
    ports::AlarmPoll,
};

/// The call for these alarms, a hundred at most. An alarm that does not exist is left out.
pub(super) trait DescribeAlarms: Send + Sync {
    /// Asks once.
    fn describe(&self, names: Vec<String>) -> BoxFuture<'_, Result<Reports, AwsError>>;
}

/// The alarms of one account and region.
pub(super) struct Poll<D> {
    describe: D,
    window: Duration,
    cache: Mutex<AlarmCache>,
    /// Held by the one look that asks for all who wait.
    turn: tokio::sync::Mutex<()>,
}

/// A look that waits. It leaves when it is dropped, so that nobody asks for one that was given up.
struct Waiting<'a> {
    cache: &'a Mutex<AlarmCache>,
    number: u64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        lock(self.cache).leave(self.number);
    }
}

impl Waiting<'_> {
    fn found(&self) -> Option<AlarmPoll> {
        lock(self.cache).found(self.number, Instant::now())
    }
}

impl<D: DescribeAlarms> Poll<D> {
    /// `window` is how long a poll waits for others who were woken at the same time.
    pub(super) fn new(describe: D, window: Duration) -> Self {
        Self { describe, window, cache: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }

    /// How these alarms stand, asked for no longer ago than this.
    pub(super) async fn answers(&self, names: &[String], at_most: Duration) -> AlarmPoll {
        let asked = Instant::now();
        let number = lock(&self.cache).join(names, at_most, asked);
        let waiting = Waiting { cache: &self.cache, number };
        if let Some(found) = waiting.found() {
            return found;
        }
        let _turn = self.turn.lock().await;
        // Whoever had the turn before asked for these too, if they were waited for by then.
        if let Some(found) = waiting.found() {
            return found;
        }
        sleep(self.window).await;
        self.poll().await;
        waiting.found().unwrap_or_else(|| unanswered(names, asked))
    }

    async fn poll(&self) {
        let now = Instant::now();
        let calls = lock(&self.cache).calls(now);
        let shared = join_all(calls.shared.into_iter().map(|names| self.ask(names, now))).await;
        // What one of many is refused is told to its look alone.
        let failed = shared.into_iter().flatten().flat_map(|names| lock(&self.cache).by_waiter(&names));
        let apart: BTreeSet<Vec<String>> = calls.apart.into_iter().chain(failed).collect();
        join_all(apart.into_iter().map(|names| self.ask(names, now))).await;
    }

    /// Asks for these, and takes in what is answered. The names come back where the call failed over one of them.
    async fn ask(&self, names: Vec<String>, asked_at: Instant) -> Option<Vec<String>> {
        let answer = self.describe.describe(names.clone()).await;
        lock(&self.cache).learn(&names, asked_at, &answer);
        let failed = answer.is_err_and(|error| is_about_one(error.class));
        (failed && names.len() > 1).then_some(names)
    }
}

fn lock(cache: &Mutex<AlarmCache>) -> MutexGuard<'_, AlarmCache> {
    cache.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A poll that leaves something out is an error for it, so that it never passes for an alarm that is well.
fn unanswered(names: &[String], asked_at: Instant) -> AlarmPoll {
    let error = |name: &String| (name.clone(), Err(says_nothing(Operation::DescribeAlarms, name)));
    AlarmPoll { asked_at, answers: names.iter().map(error).collect() }
}
