//! `retry`: a further try of a release that did not succeed.

use serde_json::json;
use sluice_api::StatusWord;

use super::change::Change;
use super::deploy::beginning;
use super::subject::Subject;
use crate::inventory::Inventory;
use crate::kind::Kind;
use crate::refusal::Refusal;

/// Tries again what a Deployment released, or went back from.
pub fn retry(subject: &Subject<'_>, inventory: &Inventory) -> Result<Change, Refusal> {
    let (deployment, name) = (subject.deployment, subject.name());
    if !subject.is_ended() {
        return Err(Refusal::new(format!(
            "{name} has not ended, it is {}: there is nothing to try again yet; how it stands is told by {}",
            subject.word(),
            subject.command("status", &[])
        )));
    }
    let word = subject.word();
    if matches!(word, StatusWord::Succeeded | StatusWord::Replaced) {
        let again =
            subject.command_of(subject.group_name(), "deploy", &["--once", "--task-definition", subject.releases()]);
        return Err(Refusal::new(format!(
            "{name} has ended as {word}: there is nothing to try again; to release the same anew: {again}"
        )));
    }
    let Some(group) = subject.group else {
        return Err(Refusal::new(format!(
            "{name}: its group {} does not exist any more: create it",
            subject.group_name()
        )));
    };
    let is_open =
        |one: &&sluice_api::Deployment| one.status.as_ref().is_none_or(|status| status.completed_at.is_none());
    let tries = |one: &&sluice_api::Deployment| match (&one.spec.retry_of, &one.spec.rollback_of) {
        (Some(of), _) => of == name || Some(of) == deployment.spec.retry_of.as_ref(),
        (None, of) => of.is_some() && *of == deployment.spec.rollback_of,
    };
    if let Some(other) = inventory.deployments_of(subject.group_name()).into_iter().filter(is_open).find(tries) {
        let other_name = other.metadata.name.as_deref().unwrap_or_default();
        let sentence = format!(
            "{name} is tried again already, by {other_name}: {}",
            subject.command_of(other_name, "status", &[])
        );
        return Ok(Change::nothing(Kind::Deployment, &other.metadata, sentence));
    }
    let again = match &deployment.spec.revision {
        Some(revision) => {
            // The first of them, as the group's own retries name it.
            let first = deployment.spec.retry_of.as_deref().unwrap_or(name);
            json!({"groupRef": subject.group_name(), "revision": revision, "retryOf": first})
        }
        None => json!({"groupRef": subject.group_name(), "rollbackOf": deployment.spec.rollback_of}),
    };
    let mut again = again;
    if let Some(overrides) = &deployment.spec.overrides {
        again["overrides"] = json!(overrides);
    }
    let failure = subject.status().and_then(|status| status.failure.as_ref());
    let warned = match failure {
        Some(failure) if !failure.retryable => {
            format!("; it failed for what does not pass by itself: {}", failure.hint)
        }
        Some(_) | None => String::new(),
    };
    let sentence = format!(
        "{} is tried again in {}, as {name} did{warned}{}",
        subject.releases(),
        subject.group_name(),
        beginning(group, subject.hints, &inventory.namespace)
    );
    Ok(Change::create(&deployment.metadata, &format!("{}-retry-", subject.group_name()), again, sentence))
}
