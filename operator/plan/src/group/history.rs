//! What is kept of the past: the Deployments that ended, the last that succeeded, the revision that is held.

use sluice_api::{
    Deployment, DeploymentGroupStatus, DeploymentRecord, Duration, Reason, ReleaseTrigger, State, blanked,
};

use super::deployments::sequence;
use super::facts::Facts;
use super::retry;
use super::rollback_of::went_back;
use super::wish::releases;
use crate::names::short;

/// How many ended Deployments the status of a group lists.
const HISTORY: usize = 10;

/// The ended Deployments, newest first. Those whose objects were deleted stay on the list.
pub(super) fn history(previous: &DeploymentGroupStatus, deployments: &[Deployment]) -> Vec<DeploymentRecord> {
    let mut history: Vec<DeploymentRecord> = deployments.iter().filter_map(record).collect();
    for old in &previous.history {
        let known = |new: &DeploymentRecord| new.deployment == old.deployment && new.completed_at == old.completed_at;
        if !history.iter().any(known) {
            history.push(old.clone());
        }
    }
    history.sort_by(|a, b| b.completed_at.cmp(&a.completed_at).then_with(|| b.deployment.cmp(&a.deployment)));
    history
}

/// The history as it is shown: without what is archived, and no longer than it may be.
pub(super) fn shown(mut history: Vec<DeploymentRecord>, deployments: &[Deployment]) -> Vec<DeploymentRecord> {
    let is_archived = |record: &DeploymentRecord| {
        deployments.iter().any(|one| one.spec.archived && one.metadata.name.as_deref() == Some(&record.deployment))
    };
    history.retain(|record| !is_archived(record));
    history.truncate(HISTORY);
    history
}

pub(super) fn last_succeeded(
    previous: &DeploymentGroupStatus,
    history: &[DeploymentRecord],
) -> Option<DeploymentRecord> {
    let newest = history.iter().find(|record| record.state == State::Succeeded);
    newest.or(previous.last_succeeded.as_ref()).cloned()
}

/// The revision that was asked for last, when its Deployment failed or was stopped.
pub(super) fn held_revision(facts: &Facts<'_>, history: &[DeploymentRecord], serves: Option<&str>) -> Option<String> {
    let requested = facts.requested.as_ref()?;
    let (asked, revision) = (requested.asked(), requested.revision());
    // Whatever became of its own release: what serves was adopted, and is not held.
    if requested.adopted && serves == Some(revision) {
        return None;
    }
    let tried_again = facts.deployments.iter().any(|one| {
        let ended = one.status.as_ref().is_some_and(|status| status.completed_at.is_some());
        !ended && releases(one, asked)
    });
    if tried_again || retry_of(facts).is_some() {
        return None;
    }
    let is_superseded =
        |last: &DeploymentRecord| last.reason.as_deref() == Some(Reason::Superseded.to_string().as_str());
    let last = history.iter().find(|record| record.is_of(asked));
    // Where another one took its place, it did not fail.
    let failed = last.is_some_and(|last| last.state != State::Succeeded && !is_superseded(last));
    let left = went_back(history, revision).is_some_and(|back| serves.is_none_or(|serves| serves == back.revision));
    (failed || left).then(|| revision.to_owned())
}

/// The try of what is asked for that is to come.
pub(super) fn retry_of(facts: &Facts<'_>) -> Option<retry::Retry> {
    retry::next(facts.settings, facts.desired, facts.requested.as_ref(), facts.deployments)
}

fn record(deployment: &Deployment) -> Option<DeploymentRecord> {
    let status = deployment.status.as_ref()?;
    Some(DeploymentRecord {
        deployment: deployment.metadata.name.clone()?,
        revision: deployment.revision_name().to_owned(),
        asked: deployment
            .spec
            .revision
            .as_ref()
            .filter(|asked| asked.is_open())
            .map(|asked| asked.asked().into_owned()),
        state: status.state,
        reason: Some(status.reason.clone()).filter(|reason| is_told(reason)),
        replaced: status.original.as_ref().map(|original| short(&original.task_definition).to_owned()),
        rollback_of: deployment.spec.rollback_of.clone(),
        trigger: Some(trigger(deployment)),
        created_by: created_by(deployment),
        turned_round_by: status.rollback.as_ref().map(|rollback| rollback.trigger),
        duration: status
            .started_at
            .zip(status.completed_at)
            .map(|(began, ended)| Duration::from_signed(ended.duration_since(began))),
        completed_at: status.completed_at?,
    })
}

/// What brought a Deployment about.
fn trigger(deployment: &Deployment) -> ReleaseTrigger {
    let spec = &deployment.spec;
    match (sequence(deployment), &spec.retry_of, &spec.rollback_of) {
        (Some(_), Some(_), _) => ReleaseTrigger::Retry,
        (Some(_), None, _) => ReleaseTrigger::Revision,
        (None, _, Some(_)) => ReleaseTrigger::Rollback,
        (None, _, None) => ReleaseTrigger::Manual,
    }
}

/// As what the client called itself that made it by hand. The operator's own are made by its groups.
fn created_by(deployment: &Deployment) -> Option<String> {
    let is_made_by_hand = sequence(deployment).is_none();
    let managers = deployment.metadata.managed_fields.as_ref().filter(|_| is_made_by_hand)?;
    let first =
        managers.iter().filter(|one| one.subresource.is_none()).min_by_key(|one| one.time.as_ref().map(|at| at.0));
    first.and_then(|one| one.manager.as_deref()).map(blanked)
}

/// Whether this reason says more than the state does.
fn is_told(reason: &str) -> bool {
    [Reason::Superseded, Reason::Rejected].iter().any(|told| told.to_string() == reason)
}
