//! DNS names of load balancers, each read once: a load balancer keeps its name (Elastic Load Balancing user guide, "Application
//! Load Balancers").

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::error::AwsError;

/// How many load balancers are remembered. Beyond that all are forgotten, which costs calls and nothing else.
const CAPACITY: usize = 5000;

/// How long a failure, or that there is no such load balancer, stands for an answer: nothing hangs on the name that could not
/// wait, and who may not read it is not to ask at every look.
const NOT_KNOWN_FOR: Duration = Duration::from_hours(1);

type Answer = Result<Option<String>, AwsError>;

/// Answers by ARN, with the moment at which they came.
#[derive(Debug, Default)]
pub(super) struct DnsNames(Mutex<HashMap<String, (Instant, Answer)>>);

impl DnsNames {
    /// What was answered; none where it has to be asked.
    pub(super) fn get(&self, load_balancer: &str) -> Option<Answer> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, answer) = known.get(load_balancer)?;
        let holds = matches!(answer, Ok(Some(_))) || at.elapsed() < NOT_KNOWN_FOR;
        holds.then(|| answer.clone())
    }

    pub(super) fn put(&self, load_balancer: &str, answer: &Answer) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= CAPACITY && !known.contains_key(load_balancer) {
            known.clear();
        }
        known.insert(load_balancer.to_owned(), (Instant::now(), answer.clone()));
    }
}
