//! How a group stands to the revision that is promoted.

use jiff::Timestamp;
use sluice_api::{Deployment, DeploymentGroupStatus, Health, LastRequest, Revision};

use super::promoted::Member;

/// How a group stands to the revision that is promoted.
#[derive(Clone, Debug)]
pub(super) enum MemberState<'a> {
    /// It has run it in good health for as long as it had to.
    Passed,
    /// It is pinned to another revision: it is neither moved nor waited for.
    Pinned,
    /// It runs it in good health, and has to until then.
    Soaks(Timestamp),
    /// It runs it, and its health is this.
    Unwell(Health),
    /// It ran it in good health at the last look, and nobody sees it now.
    Unseen,
    /// This Deployment of it is in progress.
    InProgress(&'a Deployment),
    /// This Deployment of it has not begun.
    Waits(&'a Deployment),
    /// It failed there, was stopped, or someone went back from it.
    Held,
    /// It has not answered the change yet.
    NotAsked,
    /// It does not run it, and nothing is on its way to it.
    NotServed,
}

/// How a group stands to the revision.
pub(super) fn member_state<'a>(member: &'a Member, revision: &Revision) -> MemberState<'a> {
    let spec = &member.group.spec;
    if spec.revision.as_ref().is_some_and(|pinned| !is_same(pinned, revision)) {
        return MemberState::Pinned;
    }
    let deployments = || member.deployments.iter().map(|one| &**one);
    if let Some(current) = deployments().find(|one| is_in_progress(one)) {
        return MemberState::InProgress(current);
    }
    let status = member.group.status.as_ref();
    let requested = status.and_then(|status| status.requested.as_ref());
    let answered = requested.filter(|last| last.asked() == revision.asked());
    // What it was pinned to here, where it names what is newest.
    let name = answered.map_or_else(|| revision.short_name(), LastRequest::revision);
    if status.is_some_and(|status| status.held_revision.as_deref() == Some(name)) {
        return MemberState::Held;
    }
    let soaks = status.and_then(|status| of_soak(status, name));
    if let Some(soaks) = soaks {
        return soaks;
    }
    let waits = deployments().filter(|one| is_to_begin(one) && one.asked() == revision.asked());
    let age = |one: &&Deployment| one.metadata.creation_timestamp.as_ref().map(|at| at.0);
    if let Some(waits) = waits.max_by_key(age) {
        return MemberState::Waits(waits);
    }
    if answered.is_some() { MemberState::NotServed } else { MemberState::NotAsked }
}

/// What the group tells of a revision that it runs; none where it runs another one, or none.
fn of_soak<'a>(status: &DeploymentGroupStatus, name: &str) -> Option<MemberState<'a>> {
    // A Deployment that ended is told by the group a moment later: what it says until then is of before.
    let soak = status.soak.as_ref().filter(|soak| soak.revision == name && status.current.is_none());
    let is_served = status.revision.as_deref() == Some(name);
    match (status.health, soak) {
        (Health::Healthy, Some(soak)) if soak.passed_at.is_some() => Some(MemberState::Passed),
        (Health::Healthy, Some(soak)) => Some(MemberState::Soaks(soak.until)),
        (Health::Unknown, Some(_)) => Some(MemberState::Unseen),
        (health, _) => is_served.then_some(MemberState::Unwell(health)),
    }
}

/// Whether the group can take no more: it is in the midst of a release, or has failed with the revision.
pub(super) const fn is_unavailable(state: &MemberState<'_>) -> bool {
    matches!(state, MemberState::InProgress(_) | MemberState::Held)
}

/// Whether two ask for the same.
pub(super) fn is_same(one: &Revision, other: &Revision) -> bool {
    one.asked() == other.asked()
}

fn is_in_progress(deployment: &Deployment) -> bool {
    deployment.status.as_ref().is_some_and(|status| status.started_at.is_some() && status.completed_at.is_none())
}

/// Whether a Deployment has neither begun nor ended.
pub(super) fn is_to_begin(deployment: &Deployment) -> bool {
    deployment.status.as_ref().is_none_or(|status| status.started_at.is_none() && status.completed_at.is_none())
}
