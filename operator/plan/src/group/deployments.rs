//! The Deployments of a group: as the queue sees them, and their numbers.

use jiff::Timestamp;
use sluice_api::{
    ConditionType, Deployment, DeploymentStatus, GROUP_LABEL, RollbackTrigger, SEQUENCE_LABEL, State, Supersedes,
    status_of,
};

use crate::admission::begin_gates::waits_at;
use crate::admission::queue::Entry;
use crate::multi::returns_by_itself;
use crate::progress::position::{Position, position};
use crate::progress::times::past_point_of_no_return;

/// The last number that a Deployment can have: ten digits at most, so that `group-number` stays a name.
pub const LAST_SEQUENCE: i64 = 9_999_999_999;

/// Number of a Deployment that the operator made.
///
/// Labels are anyone's to write, so a number counts only where it is the one that the operator would have given: in the
/// Deployment's name too, behind its group's, and no greater than [`LAST_SEQUENCE`].
#[must_use]
pub fn sequence(deployment: &Deployment) -> Option<i64> {
    // What goes back is made by hand.
    deployment.spec.revision.as_ref()?;
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
    let status = deployment.status.as_ref();
    let started = status.is_some_and(|status| status.started_at.is_some());
    let is_stalled = status.and_then(|status| status_of(&status.conditions, ConditionType::Stalled)) == Some(true);
    let metadata = &deployment.metadata;
    Entry {
        uid: metadata.uid.clone().unwrap_or_default(),
        namespace: metadata.namespace.clone().unwrap_or_default(),
        group: deployment.spec.group_ref.clone(),
        name: metadata.name.clone().unwrap_or_default(),
        revision: deployment.revision_name().to_owned(),
        created_at: created_at(deployment),
        sequence: sequence(deployment),
        started,
        ended: status.is_some_and(|status| status.completed_at.is_some()),
        held: !started && (deployment.spec.paused || is_stalled || waits_at(deployment).is_some()),
        ready: status
            .and_then(|status| status.ready_to_begin.as_ref())
            .map(|ready| [ready.group_generation, ready.binding_generation]),
        fixed: deployment.spec.paused || status.is_some_and(goes_on_to_its_end),
        baking: started && status.is_some_and(|status| position(status) == Position::Bake),
        superseded_in_a_row: status
            .and_then(|status| status.supersedes.as_ref())
            .map_or(0, |supersedes| supersedes.in_a_row),
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

/// Whether it has no way back to take, or takes it already.
fn goes_on_to_its_end(status: &DeploymentStatus) -> bool {
    status.rollback.is_some()
        || status.original.is_none()
        || past_point_of_no_return(status)
        || !returns_by_itself(status.multi.as_ref())
}

/// The release that the next one of the group supersedes: the one that began last, if it was turned round for a newer one.
#[must_use]
pub fn superseded_last<'a>(deployments: impl IntoIterator<Item = &'a Deployment>) -> Option<Supersedes> {
    let begun = deployments.into_iter().filter_map(|one| Some((one.status.as_ref()?.started_at?, one)));
    let (_, last) = begun.max_by_key(|(began_at, _)| *began_at)?;
    let status = last.status.as_ref()?;
    let turned = status.rollback.as_ref().is_some_and(|rollback| rollback.trigger == RollbackTrigger::Superseded);
    let before = status.supersedes.as_ref().map_or(0, |supersedes| supersedes.in_a_row);
    let deployment = last.metadata.name.clone().unwrap_or_default();
    turned.then_some(Supersedes { deployment, in_a_row: before.saturating_add(1) })
}

/// The Deployments that ended well and whose place a later one took, and which one did: those that do not say so yet.
#[must_use]
pub fn replaced(deployments: &[Deployment]) -> Vec<(&Deployment, String)> {
    // One that found what it wanted has released nothing.
    let ended_well = |one: &&Deployment| {
        one.status.as_ref().is_some_and(|status| status.state == State::Succeeded && status.started_at.is_some())
    };
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
        .map(|one| (one, format!("{by} ({})", newest.revision_name())))
        .collect()
}

pub(super) fn name_of(group: &str, sequence: i64) -> String {
    format!("{group}-{sequence}")
}

fn created_at(deployment: &Deployment) -> Timestamp {
    deployment.metadata.creation_timestamp.as_ref().map_or(Timestamp::UNIX_EPOCH, |time| time.0)
}
