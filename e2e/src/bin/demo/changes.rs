//! What changed from one moment to the next, a line each, where no terminal can be redrawn.

use jiff::SignedDuration;
use sluice_api::{DeploymentStatus, TaskSetStatus};

use crate::snapshot::Snapshot;
use crate::text::{clock, grouped, last_part, precise, without_arns};

/// Lines for what is new. Every line begins with the time since the demo began.
pub fn changes(before: Option<&Snapshot>, now: &Snapshot) -> Vec<String> {
    let mut lines = Vec::new();
    let known = before.map_or(0, |before| before.events.len());
    for event in now.events.iter().skip(known) {
        let mark = if event.warning { "!" } else { "-" };
        lines.push(stamped(now, &format!("{mark} {}: {}", event.reason, event.message)));
    }
    if let Some(status) = now.status() {
        let earlier = before.and_then(|before| before.status().map(|status| picture(before, status)));
        let picture = picture(now, status);
        if earlier.as_ref() != Some(&picture) {
            let sums = format!("served {}, lost {}", grouped(served(now)), grouped(now.traffic.lost));
            let name = now.name().unwrap_or_default();
            lines.push(stamped(now, &format!("{name} {picture} | {sums} | {}", message(status))));
        }
        if let Some(line) = failure(before.and_then(Snapshot::status), status) {
            lines.push(stamped(now, &line));
        }
        if let Some(line) = restored(before.and_then(Snapshot::status), status) {
            lines.push(stamped(now, &line));
        }
    }
    lines
}

fn stamped(seen: &Snapshot, text: &str) -> String {
    format!("{:>5}  {}", clock(elapsed(seen)), without_arns(text))
}

fn elapsed(seen: &Snapshot) -> SignedDuration {
    seen.now.duration_since(seen.began)
}

fn served(seen: &Snapshot) -> u64 {
    seen.traffic.total.saturating_sub(seen.traffic.lost)
}

/// What is worth a line when it changes.
fn picture(seen: &Snapshot, status: &DeploymentStatus) -> String {
    let step = status.summary.as_ref().map_or("", |summary| summary.step.as_str());
    let side = |set: &TaskSetStatus| {
        let healthy = seen.target_group(&set.target_group).map_or_else(String::new, |group| {
            format!(" {}/{} healthy", group.healthy, group.healthy + group.initial + group.unhealthy)
        });
        format!("{} {}%{healthy}", last_part(&set.task_definition), seen.share(&set.target_group))
    };
    let sides: Vec<String> = status.original.iter().chain(&status.replacement).map(side).collect();
    let word = status.summary.as_ref().and_then(|summary| summary.status);
    let stands = word.map_or_else(|| format!("{} {}", status.phase, status.state), |word| word.to_string());
    format!("{stands} step {step} | {}", sides.join(", "))
}

/// Why it waits. The cause of a rollback has a line of its own.
fn message(status: &DeploymentStatus) -> &str {
    let waits = status.rollback.as_ref().and_then(|_| status.message.split_once("; because "));
    waits.map_or(status.message.as_str(), |(waits, _)| waits)
}

fn failure(before: Option<&DeploymentStatus>, now: &DeploymentStatus) -> Option<String> {
    let failure = now.failure.as_ref().filter(|_| before.is_none_or(|before| before.failure.is_none()))?;
    Some(format!("! {} ({}): {}; hint: {}", failure.category, failure.code, failure.message, failure.hint))
}

fn restored(before: Option<&DeploymentStatus>, now: &DeploymentStatus) -> Option<String> {
    let at = |status: &DeploymentStatus| status.rollback.as_ref().and_then(|rollback| rollback.traffic_restored_at);
    let restored = at(now).filter(|_| before.and_then(at).is_none())?;
    let started = now.rollback.as_ref()?.started_at;
    Some(format!("- traffic was back {} after the failure was seen", precise(restored.duration_since(started))))
}
