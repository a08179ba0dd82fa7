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
const CAPACITY: usize = 200;

/// Lists by ARN of the load balancer, each with the moment at which it was asked for.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<HashMap<String, (Instant, Vec<ListedRoute>)>>);

impl Kept {
    /// What was asked for no longer ago than this; none for zero.
    pub(super) fn get(&self, load_balancer: &str, at_most: Duration) -> Option<Vec<ListedRoute>> {
        if at_most.is_zero() {
            return None;
        }
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (asked_at, routes) = lists.get(load_balancer)?;
        (asked_at.elapsed() <= at_most).then(|| routes.clone())
    }

    pub(super) fn put(&self, load_balancer: &str, asked_at: Instant, routes: &[ListedRoute]) {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lists.len() >= CAPACITY && !lists.contains_key(load_balancer) {
            lists.clear();
        }
        lists.insert(load_balancer.to_owned(), (asked_at, routes.to_vec()));
    }
}
