//! What went wrong: the failure with its hint, the way back, and drift.

use sluice_api::{Deployment, DeploymentGroup};

use super::sections::{Section, row};
use super::seen::Frame;
use super::text::{Line, Tone};
use super::time::{age, clock};
use super::words::Mark;

/// Most lines of a message.
const MOST: usize = 6;

/// Why it failed, what to do, where to read more, and why it turned round.
#[must_use]
pub fn section(deployment: &Deployment, frame: &Frame) -> Section {
    let Some(status) = &deployment.status else { return Section::default() };
    let width = frame.width;
    let mut lines = Vec::new();
    if let Some(failure) = &status.failure {
        let retry = if failure.retryable { "a further try may pass" } else { "mend it before a further try" };
        let kind = format!("✖ {} {}, at {}; {retry}", failure.category, failure.code, failure.stage);
        lines.extend(row("Failure", &Line::of(Tone::Bad, kind), width, MOST));
        lines.extend(row("", &Line::plain(&failure.message), width, MOST));
        lines.extend(row("Hint", &Line::of(Tone::Strong, &failure.hint), width, MOST));
        if !failure.docs.is_empty() {
            lines.extend(row("Docs", &Line::of(Tone::Faint, &failure.docs), width, 2));
        }
    }
    if let Some(rollback) = &status.rollback {
        let at = clock(rollback.started_at, frame.now);
        let why = format!("round at {at}, {}: {}", rollback.trigger, rollback.reason);
        let is_told = status.failure.as_ref().is_some_and(|failure| failure.message == rollback.reason);
        let why = if is_told { format!("round at {at}") } else { why };
        lines.extend(row("Turned", &Line::plain(why), width, MOST));
    }
    Section::of(0, lines)
}

/// What is not as the last release left it, and what was put back.
#[must_use]
pub fn drift(group: Option<&DeploymentGroup>, frame: &Frame) -> Section {
    let Some(status) = group.and_then(|group| group.status.as_ref()) else { return Section::default() };
    let mut lines = Vec::new();
    for drift in &status.drift {
        let text = format!("{} {} for {}: {}", drift.kind, drift.state, age(drift.since, frame.now), drift.message);
        lines.extend(row("Drift", &Mark::Bad.with(text), frame.width, 4));
    }
    for repair in status.repairs.iter().filter(|_| frame.wide) {
        let text = format!("{} {}: {}", clock(repair.at, frame.now), repair.kind, repair.action);
        lines.extend(row("Repaired", &Line::of(Tone::Faint, text), frame.width, 2));
    }
    Section::of(1, lines)
}
