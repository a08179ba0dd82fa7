//! The Deployments of a group: as the queue sees them, their numbers, and which are too old to keep.

use jiff::Timestamp;
use sluice_api::{ConditionType, Deployment, GROUP_LABEL, SEQUENCE_LABEL, State, status_of};

use crate::admission::begin_gates::waits_at;
use crate::admission::queue::Entry;

/// The last number that a Deployment can have: ten digits at most, so that `group-number` stays a name.
pub const LAST_SEQUENCE: i64 = 9_999_999_999;

/// Number of a Deployment that the operator made.
///
/// Labels are anyone's to write, so a number counts only where it is the one that the operator would have given: in the
/// Deployment's name too, behind its group's, and no greater than [`LAST_SEQUENCE`].
#[must_use]
pub fn sequence(deployment: &Deployment) -> Option<i64> {
    let metadata = &deployment.metadata;
    let labels = metadata.labels.as_ref()?;
    let group = labels.get(GROUP_LABEL).filter(|group| **group == deployment.spec.group_ref)?;
    let number = labels.get(SEQUENCE_LABEL)?.parse().ok().filter(|number| (1..=LAST_SEQUENCE).contains(number))?;
    (metadata.name.as_deref() == Some(name_of(group, number).as_str())).then_some(number)
}

/// The number in the name of a Deployment of this group.
pub(super) fn sequence_in(group: &str, name: &str) -> Option<i64> {
    let number: i64 = name.strip_prefix(group)?.strip_prefix('-')?.parse().ok()?;
    (name_of(group, number) == name && (1..=LAST_SEQUENCE).contains(&number)).then_some(number)
}

/// Whether a Deployment has ended.
pub(super) fn is_ended(deployment: &Deployment) -> bool {
    deployment.status.as_ref().is_some_and(|status| status.completed_at.is_some())
}

/// A Deployment as the queue sees it.
#[must_use]
pub fn entry(deployment: &Deployment) -> Entry {
    let status = deployment.status.clone().unwrap_or_default();
    let metadata = &deployment.metadata;
    Entry {
        uid: metadata.uid.clone().unwrap_or_default(),
        namespace: metadata.namespace.clone().unwrap_or_default(),
        group: deployment.spec.group_ref.clone(),
        name: metadata.name.clone().unwrap_or_default(),
        created_at: created_at(deployment),
        sequence: sequence(deployment),
        started: status.started_at.is_some(),
        ended: status.completed_at.is_some(),
        held: status.started_at.is_none()
            && (deployment.spec.paused
                || status_of(&status.conditions, ConditionType::Stalled) == Some(true)
                || waits_at(deployment).is_some()),
    }
}

/// A Deployment as another one of the group sees it in the queue. Those that wait for the same to pass keep their order; one
/// that waits for nothing passes them.
#[must_use]
pub fn entry_before(deployment: &Deployment, own: &Deployment) -> Entry {
    let entry = entry(deployment);
    let wait_alike = waits_at(own).is_some() && waits_at(deployment).is_some();
    Entry { held: entry.held && !wait_alike, ..entry }
}

/// The Deployments that ended well and whose place a later one took, and which one did: those that do not say so yet.
#[must_use]
pub fn replaced(deployments: &[Deployment]) -> Vec<(&Deployment, String)> {
    let ended_well = |one: &&Deployment| one.status.as_ref().is_some_and(|status| status.state == State::Succeeded);
    let ended_at = |one: &Deployment| one.status.as_ref().and_then(|status| status.completed_at);
    let Some(newest) = deployments.iter().filter(ended_well).max_by_key(|one| (ended_at(one), sequence(one))) else {
        return Vec::new();
    };
    let by = newest.metadata.name.clone().unwrap_or_default();
    deployments
        .iter()
        .filter(ended_well)
        .filter(|one| !std::ptr::eq(*one, newest))
        .filter(|one| one.status.as_ref().is_some_and(|status| status.replaced_by.is_none()))
        .map(|one| (one, format!("{by} ({})", newest.spec.revision.short_name())))
        .collect()
}

/// Names of ended Deployments that the operator made and that are older than the newest `limit` of them.
#[must_use]
pub fn expired(deployments: &[Deployment], limit: i32) -> Vec<String> {
    let mut ended: Vec<(i64, String)> = deployments
        .iter()
        .filter(|one| one.status.as_ref().is_some_and(|status| status.completed_at.is_some()))
        .filter_map(|one| Some((sequence(one)?, one.metadata.name.clone()?)))
        .collect();
    ended.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    ended.into_iter().skip(usize::try_from(limit).unwrap_or(usize::MAX)).map(|(_, name)| name).collect()
}

pub(super) fn name_of(group: &str, sequence: i64) -> String {
    format!("{group}-{sequence}")
}

fn created_at(deployment: &Deployment) -> Timestamp {
    deployment.metadata.creation_timestamp.as_ref().map_or(Timestamp::UNIX_EPOCH, |time| time.0)
}
