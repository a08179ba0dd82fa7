//! What was published to SNS, put to EventBridge, and sent to Lambda functions.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::{Value, json};

use crate::random::Random;
use crate::time::Moment;

/// How many deliveries are kept.
const CAPACITY: usize = 10_000;

/// Something that was published, put or invoked.
#[derive(Clone, Debug, Serialize)]
pub struct Delivery {
    /// When.
    pub at: Moment,
    /// `sns`, `events` or `lambda`.
    pub kind: &'static str,
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The topic, bus or function.
    pub target: String,
    /// What.
    pub content: Value,
}

/// All deliveries, oldest first, the oldest dropped once there are too many.
#[derive(Clone, Debug)]
pub struct Deliveries {
    kept: VecDeque<Delivery>,
    total: u64,
    identifiers: Random,
}

impl Deliveries {
    /// None yet.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { kept: VecDeque::new(), total: 0, identifiers: Random::new(seed ^ 0x51_4b5) }
    }

    /// An identifier for the next one.
    pub fn identifier(&mut self) -> String {
        self.identifiers.uuid()
    }

    /// Keeps one.
    pub fn deliver(&mut self, delivery: Delivery) {
        self.total += 1;
        if self.kept.len() == CAPACITY {
            self.kept.pop_front();
        }
        self.kept.push_back(delivery);
    }

    /// Them all, and how many there ever were.
    #[must_use]
    pub fn show(&self) -> Value {
        json!({"total": self.total, "deliveries": self.kept})
    }
}
