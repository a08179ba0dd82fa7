//! How one Deployment stands.

use jiff::{SignedDuration, Timestamp};
use sluice_api::{ConditionType, Deployment, GateKind, StatusWord, cause_of, status_of};

use super::verdict::{Standing, Verdict};
use crate::changes::{Subject, approvals_wanted};
use crate::hints::Hints;
use crate::inventory::Inventory;

/// For how long something has to be stalled before it is taken for something that a person must mend: what was applied together
/// is seen piece by piece.
const SETTLES: SignedDuration = SignedDuration::from_secs(10);

/// How a Deployment stands.
pub(super) fn of(inventory: &Inventory, deployment: &Deployment, hints: &Hints, now: Timestamp) -> Standing {
    let group = inventory.group(&deployment.spec.group_ref);
    let subject = Subject { deployment, group, hints };
    let verdict = verdict(&subject, now);
    let end = match verdict {
        Verdict::Underway => Vec::new(),
        Verdict::Succeeded => vec![format!("{} succeeded: {}", subject.name(), subject.serving())],
        Verdict::Failed | Verdict::RolledBack => why_it_ended(&subject),
        Verdict::NeedsPerson => what_to_type(&subject),
    };
    Standing {
        key: subject.name().to_owned(),
        line: line(&subject),
        verdict,
        end,
        deployment: Some(deployment.clone()),
    }
}

/// Where it is, in one line: `prod-7 shop:43 Holding 2/5 40%: holding weight 40; ...`.
fn line(subject: &Subject<'_>) -> String {
    let summary = subject.status().and_then(|status| status.summary.clone()).unwrap_or_default();
    let message = subject.status().map(|status| status.message.as_str()).unwrap_or_default();
    let word = subject.word().to_string();
    let parts = [subject.name(), subject.releases(), &word, &summary.step, &summary.weight];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let message = if message.is_empty() { String::new() } else { format!(": {message}") };
    parts.join(" ") + &message
}

fn verdict(subject: &Subject<'_>, now: Timestamp) -> Verdict {
    if subject.is_ended() {
        return ended(subject);
    }
    // What was asked for and not seen yet, such as an approval, may have ended the wait.
    let seen = subject.status().and_then(|status| status.observed_generation);
    if seen < subject.deployment.metadata.generation {
        return if subject.deployment.spec.paused { Verdict::NeedsPerson } else { Verdict::Underway };
    }
    let waits = subject.waits().any(|gate| gate.kind == GateKind::Suspend);
    let is_held = subject.word() == StatusWord::Waiting || subject.deployment.spec.paused;
    let conditions = subject.status().map(|status| status.conditions.as_slice()).unwrap_or_default();
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

fn ended(subject: &Subject<'_>) -> Verdict {
    let was_turned = subject.status().is_some_and(|status| status.rollback.is_some());
    match subject.word() {
        StatusWord::Succeeded | StatusWord::Replaced => Verdict::Succeeded,
        StatusWord::RolledBack => Verdict::RolledBack,
        StatusWord::Stopped | StatusWord::Superseded if was_turned => Verdict::RolledBack,
        _ => Verdict::Failed,
    }
}

/// Why it ended otherwise than well, and what to do.
fn why_it_ended(subject: &Subject<'_>) -> Vec<String> {
    let (name, word) = (subject.name(), subject.word());
    let status = subject.status();
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
    lines.push(format!("  {}", subject.serving()));
    lines.push(format!("  to try it again: {}", subject.command("retry", &[])));
    lines
}

/// What a person types to let it go on.
fn what_to_type(subject: &Subject<'_>) -> Vec<String> {
    let name = subject.name();
    let mut lines = vec![format!("{name} waits for a person")];
    if subject.deployment.spec.paused {
        lines.push(format!("  it is paused: {}", subject.command("resume", &[])));
    }
    for word in approvals_wanted(subject) {
        lines.push(format!("  to approve {word}: {}", subject.command("approve", &[&word])));
    }
    for gate in subject.waits().filter(|gate| gate.kind == GateKind::Suspend) {
        lines.push(format!("  {} is suspended: {}", gate.name, subject.command_of(&gate.name, "resume", &[])));
    }
    let conditions = subject.status().map(|status| status.conditions.as_slice()).unwrap_or_default();
    if let Some((reason, message)) = cause_of(conditions, ConditionType::Stalled).filter(|_| lines.len() == 1) {
        lines.push(format!("  {reason}: {message}"));
        lines.push(format!("  what that is: kubectl sluice explain {reason}"));
    }
    lines.push(format!("  to end it: {}", subject.command("stop", &[])));
    lines
}
