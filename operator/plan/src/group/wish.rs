//! A revision that is asked for and needs no Deployment: it serves already, or what is in progress comes to it.
//!
//! What is asked for stands in the group's status, with the number of the last Deployment that was made, and is read at each
//! look. So it can be taken back as long as nothing followed from it, and a copy that is some versions old says nothing of
//! a Deployment that was made after it.

use sluice_api::{Deployment, LastRequest, Reason, Revision, RollbackTrigger, State};

use super::deployments::{entry, is_ended, sequence};
use crate::multi::returns_by_itself;
use crate::names::short;
use crate::plan::Note;
use crate::progress::times::past_point_of_no_return;

/// Whether the group asks again for what the original of this Deployment runs. It is turned round then. One that a user
/// made is not the group's, and its end is asked for at the Deployment itself.
#[must_use]
pub fn is_reverted(deployment: &Deployment, requested: Option<&LastRequest>) -> bool {
    let original = deployment.status.as_ref().and_then(|status| status.original.as_ref());
    withdrawn_for(deployment, requested)
        .zip(original)
        .is_some_and(|(wanted, original)| short(&original.task_definition) == wanted)
}

/// Whether a Deployment releases what is asked for by this name: it is asked for the same, or turned out to release it.
pub(super) fn releases(deployment: &Deployment, asked: &str) -> bool {
    deployment.asked() == asked || deployment.revision_name() == asked
}

/// The revision that a request for what is newest was pinned to: by its own Deployment, whatever became of that, or by the last
/// one of the same request that did not fail. None where it names a revision itself, or no release of it has begun.
pub(super) fn pinned<'a>(last: &LastRequest, deployments: &'a [Deployment]) -> Option<&'a str> {
    let is_its_own = |one: &Deployment| !last.adopted && sequence(one) == Some(last.sequence);
    let goes_well = |one: &Deployment| {
        let is_turned = one.status.as_ref().is_some_and(|status| status.rollback.is_some());
        if is_ended(one) { state(one) == State::Succeeded } else { !is_turned }
    };
    let started_at = |one: &&Deployment| one.status.as_ref().and_then(|status| status.started_at);
    let open = |one: &Deployment| one.spec.revision.as_ref().is_some_and(Revision::is_open);
    deployments
        .iter()
        .filter(|one| open(one) && has_begun(one) && one.asked() == last.asked())
        .filter(|one| is_its_own(one) || goes_well(one))
        .max_by_key(started_at)
        .map(Deployment::revision_name)
}

/// The revision for which this Deployment, which has not begun, never will: the group made it, and asks now for what needs
/// no Deployment. None where it stays in line.
#[must_use]
pub fn withdrawn_for<'a>(deployment: &Deployment, requested: Option<&'a LastRequest>) -> Option<&'a str> {
    let requested = requested.filter(|requested| requested.adopted)?;
    let is_covered = sequence(deployment).is_some_and(|number| number <= requested.sequence);
    let comes_to_it = releases(deployment, requested.asked()) || releases(deployment, requested.revision());
    (is_covered && !comes_to_it).then(|| requested.revision())
}

/// What the group tells of the Deployment of this name while it is turned round for what its original runs, or for a newer
/// one; none while it is not.
pub(super) fn turned_round(deployments: &[Deployment], current: &str) -> Option<String> {
    let deployment = deployments.iter().find(|one| name(one) == current)?;
    let status = deployment.status.as_ref()?;
    let rollback = status.rollback.as_ref()?;
    let releases = deployment.revision_name();
    match rollback.trigger {
        RollbackTrigger::Reverted => {
            let wanted = short(&status.original.as_ref()?.task_definition);
            Some(format!("{wanted} was asked for again: rolling back {current} ({releases})"))
        }
        RollbackTrigger::Superseded => Some(format!("rolling back {current} ({releases}): {}", rollback.reason)),
        _ => None,
    }
}

/// Whether a task definition's ARN is what the revision names.
pub(super) fn same_definition(arn: &str, revision: &Revision) -> bool {
    let is_it = |named: &String| arn == named || short(arn) == named;
    revision.task_definition.as_ref().is_some_and(is_it)
}

/// Whether the revision served when the Deployment that is in progress began: a user releases another one by hand, and the group,
/// which was never asked for anything else, does not undo that.
pub(super) fn found_by_hand(revision: &Revision, deployments: &[Deployment]) -> bool {
    let originals = deployments.iter().filter(|one| is_in_progress(one));
    let mut originals = originals.filter_map(|one| one.status.as_ref()?.original.as_ref());
    originals.any(|original| same_definition(&original.task_definition, revision))
}

/// Why a change to this revision needs no Deployment; none where it needs one.
pub(super) fn answered_without(
    last: &LastRequest,
    revision: &Revision,
    deployments: &[Deployment],
    serves_it: bool,
) -> Option<Note> {
    let (wanted, asked) = (revision.short_name(), revision.asked());
    let again = |then: String| format!("{wanted} was asked for again: {then}");
    let own = || deployments.iter().filter(|one| sequence(one).is_some());
    let releases_it = |one: &&Deployment| releases(one, &asked) && !did_not_fail(one, deployments);
    let newest = own().find(|one| sequence(one) == Some(last.sequence)).filter(releases_it);
    if let Some(waits) = newest.filter(|one| !has_begun(one) && !is_ended(one)) {
        return Some(Note::normal(Reason::Queued, again(format!("{} is to release it", name(waits)))));
    }
    let back = deployments.iter().find(|one| one.spec.rollback_of.is_some() && is_in_progress(one) && releases_it(one));
    if let Some(current) = own().find(|one| is_in_progress(one)).or(back) {
        let releases = current.revision_name();
        if releases_it(&current) {
            return Some(Note::normal(Reason::Shifting, again(format!("{} releases it", name(current)))));
        }
        let back = again(format!("rolling back {} ({releases})", name(current)));
        return comes_back_to(current, revision, deployments).then(|| Note::normal(Reason::RollingBack, back));
    }
    if serves_it {
        return Some(Note::normal(Reason::Running, again("it serves, and nothing is released".to_owned())));
    }
    // What was adopted in between was no release: the one that failed before it is still the last, and still held.
    let failed = newest.filter(|one| last.adopted && is_ended(one) && state(one) != State::Succeeded)?;
    let held = format!("{} failed or was stopped, so it is held; create a Deployment of it to try again", name(failed));
    Some(Note::warning(Reason::Failed, again(held)))
}

/// Whether what was asked for last did not come about after all, though nothing says that it failed.
pub(super) fn is_unanswered(last: &LastRequest, deployments: &[Deployment], serves_another: bool) -> bool {
    let own = |one: &&Deployment| sequence(one).is_some_and(|number| number <= last.sequence);
    let own = || deployments.iter().filter(own);
    if !last.adopted {
        // Turned round, or taken out of the line, for a revision that was asked for meanwhile.
        return own().any(|one| sequence(one) == Some(last.sequence) && is_withdrawn(one, deployments));
    }
    if !serves_another || deployments.iter().any(is_in_progress) {
        return false;
    }
    let by_number = |one: &&Deployment| sequence(one);
    let Some(newest) = own().filter(|one| has_begun(one)).max_by_key(by_number) else { return false };
    let tried = own().filter(|one| releases(one, last.asked())).max_by_key(by_number);
    // Someone went back from it since, and that holds.
    let ended_at = |one: &Deployment| one.status.as_ref().and_then(|status| status.completed_at);
    let went_back = |one: &Deployment| one.spec.rollback_of.is_some() && ended_at(one) > ended_at(newest);
    if deployments.iter().any(|one| went_back(one) && state(one) == State::Succeeded) {
        return false;
    }
    let is_held = tried.is_some_and(|one| state(one) != State::Succeeded && !is_withdrawn(one, deployments));
    !is_held && left_behind(newest) != Some(last.revision())
}

/// Whether this Deployment in progress ends on what the revision names: it is on its way back to it, or can be turned round.
fn comes_back_to(deployment: &Deployment, revision: &Revision, deployments: &[Deployment]) -> bool {
    let Some(status) = &deployment.status else { return false };
    let original = status.original.as_ref().map(|original| original.task_definition.as_str());
    let task_definition = revision.as_written().into_owned();
    let last = LastRequest { task_definition, pinned: None, sequence: 0, adopted: true };
    let before = pinned(&last, deployments);
    original.is_some_and(|original| same_definition(original, revision) || before == Some(short(original)))
        && (status.rollback.is_some() || (!past_point_of_no_return(status) && returns_by_itself(status.multi.as_ref())))
}

/// The revision that serves since the end of this Deployment, as far as it tells.
fn left_behind(deployment: &Deployment) -> Option<&str> {
    let status = deployment.status.as_ref().filter(|status| status.completed_at.is_some())?;
    let returned = status.rollback.as_ref().is_some_and(|rollback| rollback.traffic_restored_at.is_some());
    match status.state {
        State::Succeeded => Some(deployment.revision_name()),
        _ if returned => status.original.as_ref().map(|original| short(&original.task_definition)),
        _ => None,
    }
}

/// Whether this Deployment was turned round, or never begun, because another revision was asked for: it did not fail.
fn is_withdrawn(deployment: &Deployment, deployments: &[Deployment]) -> bool {
    let Some(status) = &deployment.status else { return false };
    let turned = status.rollback.as_ref().is_some_and(|rollback| rollback.trigger == RollbackTrigger::Reverted);
    let superseded = !has_begun(deployment) && is_ended(deployment) && status.reason == Reason::Superseded.to_string();
    turned || (superseded && !is_overtaken(deployment, deployments))
}

/// Whether this Deployment ended, or is about to, for another reason than what it releases or a user's stop: it can be
/// asked for again.
fn did_not_fail(deployment: &Deployment, deployments: &[Deployment]) -> bool {
    let Some(status) = &deployment.status else { return false };
    let turned = status.rollback.as_ref().is_some_and(|rollback| rollback.trigger == RollbackTrigger::Superseded);
    let is = |reason: Reason| is_ended(deployment) && status.reason == reason.to_string();
    turned || is(Reason::Superseded) || is(Reason::Rejected) || is_withdrawn(deployment, deployments)
}

/// Whether a newer Deployment has begun, so that this one was superseded in the line.
fn is_overtaken(deployment: &Deployment, deployments: &[Deployment]) -> bool {
    let own = entry(deployment);
    deployments.iter().map(entry).any(|other| other.started && other.is_newer_than(&own))
}

fn has_begun(deployment: &Deployment) -> bool {
    deployment.status.as_ref().is_some_and(|status| status.started_at.is_some())
}

/// Whether a Deployment has begun, and not ended.
pub(super) fn is_in_progress(deployment: &Deployment) -> bool {
    has_begun(deployment) && !is_ended(deployment)
}

fn state(deployment: &Deployment) -> State {
    deployment.status.as_ref().map(|status| status.state).unwrap_or_default()
}

fn name(deployment: &Deployment) -> &str {
    deployment.metadata.name.as_deref().unwrap_or_default()
}
