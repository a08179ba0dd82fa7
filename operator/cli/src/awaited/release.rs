//! How one Deployment stands.

use jiff::{SignedDuration, Timestamp};
use sluice_api::{ConditionType, Deployment, GateKind, StatusWord, cause_of, status_of};

use super::verdict::{Awaited, Verdict};
use crate::changes::{DeploymentView, pending_approvals};
use crate::hints::Hints;
use crate::inventory::Inventory;

/// For how long something has to be stalled before it is taken for something that a person must mend: what was applied together
/// is seen piece by piece.
const SETTLES: SignedDuration = SignedDuration::from_secs(10);

/// How a Deployment stands.
pub(super) fn of(inventory: &Inventory, deployment: &Deployment, hints: &Hints, now: Timestamp) -> Awaited {
    let group = inventory.group(&deployment.spec.group_ref);
    let view = DeploymentView { deployment, group, hints };
    let verdict = verdict(&view, now);
    let end = match verdict {
        Verdict::Underway => Vec::new(),
        Verdict::Succeeded => vec![format!("{} succeeded: {}", view.name(), view.serving())],
        Verdict::Failed | Verdict::RolledBack => why_it_ended(&view),
        Verdict::NeedsPerson => what_to_type(&view),
    };
    Awaited { key: view.name().to_owned(), line: line(&view), verdict, end, deployment: Some(deployment.clone()) }
}

/// Where it is, in one line: `prod-7 shop:43 Holding 2/5 40%: holding weight 40; ...`.
fn line(view: &DeploymentView<'_>) -> String {
    let summary = view.status().and_then(|status| status.summary.clone()).unwrap_or_default();
    let message = view.status().map(|status| status.message.as_str()).unwrap_or_default();
    let word = view.word().to_string();
    let parts = [view.name(), view.releases(), &word, &summary.step, &summary.weight];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let message = if message.is_empty() { String::new() } else { format!(": {message}") };
    parts.join(" ") + &message
}

fn verdict(view: &DeploymentView<'_>, now: Timestamp) -> Verdict {
    if view.is_ended() {
        return ended(view);
    }
    // What was asked for and not seen yet, such as an approval, may have ended the wait.
    let seen = view.status().and_then(|status| status.observed_generation);
    if seen < view.deployment.metadata.generation {
        return if view.deployment.spec.paused { Verdict::NeedsPerson } else { Verdict::Underway };
    }
    let waits = view.waits().any(|gate| gate.kind == GateKind::Suspend);
    let is_held = view.word() == StatusWord::Waiting || view.deployment.spec.paused;
    let conditions = view.status().map(|status| status.conditions.as_slice()).unwrap_or_default();
    if waits || is_held || is_stalled(conditions, now) { Verdict::NeedsPerson } else { Verdict::Underway }
}

/// Whether something has been stalled for long enough.
pub(super) fn is_stalled(
    conditions: &[k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition],
    now: Timestamp,
) -> bool {
    let stalled = ConditionType::Stalled.to_string();
    let since = conditions.iter().find(|one| one.type_ == stalled).map(|one| one.last_transition_time.0);
    status_of(conditions, ConditionType::Stalled) == Some(true)
        && since.is_some_and(|since| now.duration_since(since) >= SETTLES)
}

fn ended(view: &DeploymentView<'_>) -> Verdict {
    let was_turned = view.status().is_some_and(|status| status.rollback.is_some());
    match view.word() {
        StatusWord::Succeeded | StatusWord::Replaced => Verdict::Succeeded,
        StatusWord::RolledBack => Verdict::RolledBack,
        StatusWord::Stopped | StatusWord::Superseded if was_turned => Verdict::RolledBack,
        _ => Verdict::Failed,
    }
}

/// Why it ended otherwise than well, and what to do.
fn why_it_ended(view: &DeploymentView<'_>) -> Vec<String> {
    let (name, word) = (view.name(), view.word());
    let status = view.status();
    let failure = status.and_then(|status| status.failure.as_ref());
    let reason = failure.map(|failure| failure.message.as_str());
    let reason = reason.or_else(|| status?.rollback.as_ref().map(|rollback| rollback.reason.as_str()));
    let reason = reason.or_else(|| status.map(|status| status.message.as_str())).unwrap_or_default();
    let mut lines = vec![format!("{name} ended as {word}: {reason}")];
    if let Some(failure) = failure {
        lines.push(format!("  what to do: {}", failure.hint));
        lines.push(
            format!("  code:       {} ({}) {}", failure.code, failure.category, failure.docs).trim_end().to_owned(),
        );
    }
    lines.push(format!("  {}", view.serving()));
    lines.push(format!("  to try it again: {}", view.command("retry", &[])));
    lines
}

/// What a person types to let it go on.
fn what_to_type(view: &DeploymentView<'_>) -> Vec<String> {
    let name = view.name();
    let mut lines = vec![format!("{name} waits for a person")];
    if view.deployment.spec.paused {
        lines.push(format!("  it is paused: {}", view.command("resume", &[])));
    }
    for word in pending_approvals(view) {
        lines.push(format!("  to approve {word}: {}", view.command("approve", &[&word])));
    }
    for gate in view.waits().filter(|gate| gate.kind == GateKind::Suspend) {
        lines.push(format!("  {} is suspended: {}", gate.name, view.command_of(&gate.name, "resume", &[])));
    }
    let conditions = view.status().map(|status| status.conditions.as_slice()).unwrap_or_default();
    if let Some((reason, message)) = cause_of(conditions, ConditionType::Stalled).filter(|_| lines.len() == 1) {
        lines.push(format!("  {reason}: {message}"));
        lines.push(format!("  what that is: kubectl sluice explain {reason}"));
    }
    lines.push(format!("  to end it: {}", view.command("stop", &[])));
    lines
}
