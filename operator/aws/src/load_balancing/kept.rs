//! What was listed a while ago, for those who need nothing newer: groups in which nothing happens, of which many share a load
//! balancer.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use sluice_plan::observation::ListedRoute;
use tokio::time::Instant;

/// How many load balancers are remembered. Beyond that all are forgotten, which costs calls and nothing else.
const CAPACITY: usize = 2000;

/// How many load balancers are listed as often as is asked for; of more, each is listed once in so much longer, so that all of
/// them cost no more than ten reads a minute.
const AS_ASKED: usize = 20;
const PACE: Duration = Duration::from_secs(12);

/// Whoever asks for a list that is newer than this waits for someone to mend it.
const IN_NO_HURRY: Duration = Duration::from_secs(30);

/// Lists by ARN of the load balancer, each with the moment at which it was asked for.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<HashMap<String, (Instant, Vec<ListedRoute>)>>);

impl Kept {
    /// What was asked for no longer ago than this; none for zero. Where there are very many, and nobody is in a hurry, it may be
    /// older.
    pub(super) fn get(&self, load_balancer: &str, at_most: Duration) -> Option<Vec<ListedRoute>> {
        if at_most.is_zero() {
            return None;
        }
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (asked_at, routes) = lists.get(load_balancer)?;
        (asked_at.elapsed() <= kept_for(at_most, lists.len())).then(|| routes.clone())
    }

    pub(super) fn put(&self, load_balancer: &str, asked_at: Instant, routes: &[ListedRoute]) {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lists.len() >= CAPACITY && !lists.contains_key(load_balancer) {
            lists.clear();
        }
        lists.insert(load_balancer.to_owned(), (asked_at, routes.to_vec()));
    }
}

/// How old a list may be, of so many.
fn kept_for(at_most: Duration, count: usize) -> Duration {
    if at_most < IN_NO_HURRY {
        return at_most;
    }
    let beyond = u32::try_from(count.saturating_sub(AS_ASKED)).unwrap_or(u32::MAX);
    at_most.max(PACE.saturating_mul(beyond))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_many_load_balancers_are_kept_longer_unless_someone_waits_for_one() {
        let seconds = Duration::from_secs;
        for (at_most, count, expected) in [
            (seconds(300), 1, seconds(300)),
            (seconds(300), 45, seconds(300)),
            (seconds(300), 50, seconds(360)),
            (seconds(300), 1000, seconds(11_760)),
            (seconds(2), 1000, seconds(2)),
        ] {
            assert_eq!(kept_for(at_most, count), expected, "{at_most:?} {count}");
        }
    }
}
