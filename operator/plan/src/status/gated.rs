//! The status of a Deployment whose turn it is, and which something holds before it begins.

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, Phase, State};

use super::conditions::show;
use super::line::StatusLine;
use crate::admission::begin_gates::BeginWait;

/// The status of a Deployment that waits before it begins.
#[must_use]
pub fn gated(
    previous: &DeploymentStatus,
    wait: &BeginWait,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let message = format!("{}; to begin now: {}", wait.what, wait.how);
    let line = StatusLine::waiting(Phase::Pending, State::Queued, wait.reason, message);
    show(DeploymentStatus { paused_at: None, ..previous.clone() }, &line, generation, now)
}
