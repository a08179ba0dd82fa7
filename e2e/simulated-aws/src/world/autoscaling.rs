//! Changes of a desired count that somebody else makes.

use std::collections::VecDeque;
use std::time::Duration;

use crate::time::Moment;

/// Changes of the desired count that somebody else makes.
#[derive(Clone, Debug, Default)]
pub struct Autoscaling {
    /// At these moments, to these counts; in order.
    pub steps: VecDeque<(Moment, u32)>,
    /// By traffic.
    pub target: Option<TargetTracking>,
}

/// A desired count that follows the requests.
#[derive(Clone, Copy, Debug)]
pub struct TargetTracking {
    /// Requests a second that one task is to have.
    pub requests_per_task: f64,
    /// The least tasks.
    pub least: u32,
    /// The most tasks.
    pub most: u32,
    /// How often it looks.
    pub interval: Duration,
    /// When it looks next.
    pub next: Moment,
    /// Requests at the last look.
    pub seen: u64,
}
