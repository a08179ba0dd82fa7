//! `retry`: a further try of a release that did not succeed.

use serde_json::json;
use sluice_api::StatusWord;

use super::change::Change;
use super::deploy::beginning;
use super::view::DeploymentView;
use crate::inventory::Inventory;
use crate::kind::Kind;
use crate::refusal::Refusal;

/// Tries again what a Deployment released, or went back from.
pub fn retry(view: &DeploymentView<'_>, inventory: &Inventory) -> Result<Change, Refusal> {
    let (deployment, name) = (view.deployment, view.name());
    if !view.is_ended() {
        return Err(Refusal::new(format!(
            "{name} has not ended, it is {}: there is nothing to try again yet; how it stands is told by {}",
            view.word(),
            view.command("status", &[])
        )));
    }
    let word = view.word();
    if matches!(word, StatusWord::Succeeded | StatusWord::Replaced) {
        let again = view.command_of(view.group_name(), "deploy", &["--once", "--task-definition", view.releases()]);
        return Err(Refusal::new(format!(
            "{name} has ended as {word}: there is nothing to try again; to release the same anew: {again}"
        )));
    }
    let Some(group) = view.group else {
        return Err(Refusal::new(format!(
            "{name}: its group {} does not exist any more: create it",
            view.group_name()
        )));
    };
    let is_open =
        |one: &&sluice_api::Deployment| one.status.as_ref().is_none_or(|status| status.completed_at.is_none());
    let tries = |one: &&sluice_api::Deployment| match (&one.spec.retry_of, &one.spec.rollback_of) {
        (Some(of), _) => of == name || Some(of) == deployment.spec.retry_of.as_ref(),
        (None, of) => of.is_some() && *of == deployment.spec.rollback_of,
    };
    if let Some(other) = inventory.deployments_of(view.group_name()).into_iter().filter(is_open).find(tries) {
        let other_name = other.metadata.name.as_deref().unwrap_or_default();
        let sentence =
            format!("{name} is tried again already, by {other_name}: {}", view.command_of(other_name, "status", &[]));
        return Ok(Change::nothing(Kind::Deployment, &other.metadata, sentence));
    }
    let again = match &deployment.spec.revision {
        Some(revision) => {
            // The first of them, as the group's own retries name it.
            let first = deployment.spec.retry_of.as_deref().unwrap_or(name);
            json!({"groupRef": view.group_name(), "revision": revision, "retryOf": first})
        }
        None => json!({"groupRef": view.group_name(), "rollbackOf": deployment.spec.rollback_of}),
    };
    let mut again = again;
    if let Some(overrides) = &deployment.spec.overrides {
        again["overrides"] = json!(overrides);
    }
    let failure = view.status().and_then(|status| status.failure.as_ref());
    let warned = match failure {
        Some(failure) if !failure.retryable => {
            format!("; it failed for what does not pass by itself: {}", failure.hint)
        }
        Some(_) | None => String::new(),
    };
    let sentence = format!(
        "{} is tried again in {}, as {name} did{warned}{}",
        view.releases(),
        view.group_name(),
        beginning(group, view.hints, &inventory.namespace)
    );
    Ok(Change::create(&deployment.metadata, &format!("{}-retry-", view.group_name()), again, sentence))
}
