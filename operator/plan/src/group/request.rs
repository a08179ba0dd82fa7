//! Whether a change of revision asks for a Deployment.

use sluice_api::{Deployment, LastRequest, Reason, Revision, SEQUENCE_LABEL};

use super::deployments::{LAST_SEQUENCE, name_of, sequence};
use super::retry::Retry;
use super::wish::{answered_without, found_by_hand, is_in_progress, is_unanswered, pinned, same_definition};
use crate::names::short;
use crate::plan::Note;
use crate::refusal::Refusal;

/// A Deployment that a change of revision asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDeployment {
    /// Its name: the group's, and its number.
    pub name: String,
    /// Its number among the group's, from 1.
    pub sequence: i64,
    /// What it releases.
    pub revision: Revision,
    /// The Deployment of which it is a further try, if it is one.
    pub retry_of: Option<String>,
}

/// What the revision in force asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevisionDecision {
    /// Nothing: it was asked for before, or there is none.
    Unchanged,
    /// No Deployment: what serves runs it already, or what is in progress comes to it.
    Adopt {
        /// What is remembered as asked for.
        requested: LastRequest,
        /// What to tell of it; none where nothing was ever asked for before.
        note: Option<Note>,
    },
    /// A Deployment.
    Deploy(NewDeployment),
    /// A Deployment, for which there is no number left.
    Refuse(Refusal),
}

/// Whether enough is known to decide. The very first time it must be known what the service runs already: as this look has it,
/// or as the Deployment in progress found it, since the group itself does not look meanwhile.
#[must_use]
pub fn is_decidable(requested: Option<&LastRequest>, deployments: &[Deployment], is_observed: bool) -> bool {
    is_observed || last_request(requested, deployments).is_some() || deployments.iter().any(is_in_progress)
}

/// What the revision in force asks for.
///
/// `serves` is the task definition of the task set that serves or, where nobody does, of the one that should; none where that
/// is not known. Each change of revision is
/// asked for once: a revision that failed is held until the revision changes, whatever GitOps applies again.
#[must_use]
pub fn decide(
    group: &str,
    revision: Option<&Revision>,
    requested: Option<&LastRequest>,
    deployments: &[Deployment],
    serves: Option<&str>,
) -> RevisionDecision {
    let Some(revision) = revision else {
        return RevisionDecision::Unchanged;
    };
    let adopted = |sequence| {
        let task_definition = revision.as_written().into_owned();
        with_pinned(LastRequest { task_definition, pinned: None, sequence, adopted: true }, deployments)
    };
    let adopt = |sequence, note| RevisionDecision::Adopt { requested: adopted(sequence), note };
    let last = last_request(requested, deployments);
    // What is asked for again was pinned when it was released.
    let same = last.as_ref().filter(|last| last.asked() == revision.asked()).cloned();
    let known = same.unwrap_or_else(|| adopted(0));
    let serves_it = serves
        .is_some_and(|serves| same_definition(serves, revision) || known.pinned.as_deref() == Some(short(serves)));
    let Some(last) = last else {
        let is_left_alone = serves_it || found_by_hand(revision, deployments);
        return if is_left_alone { adopt(0, None) } else { deploy(group, 0, revision) };
    };
    // By its short name: an ARN in place of family:revision, or the other way round, is no change.
    if last.asked() == revision.asked() {
        let is_known_otherwise = serves.is_some() && !serves_it;
        let again = !serves_it && is_unanswered(&last, deployments, is_known_otherwise);
        return if again { deploy(group, last.sequence, revision) } else { RevisionDecision::Unchanged };
    }
    match answered_without(&last, revision, deployments, serves_it) {
        Some(note) => adopt(last.sequence, Some(note)),
        None => deploy(group, last.sequence, revision),
    }
}

/// What was asked for last. A Deployment that was made and not yet recorded counts too: a crash between the two makes no
/// second one.
#[must_use]
pub fn last_request(requested: Option<&LastRequest>, deployments: &[Deployment]) -> Option<LastRequest> {
    let newest = deployments.iter().filter_map(|one| Some((sequence(one)?, one))).max_by_key(|(number, _)| *number);
    let last = match (requested, newest) {
        (Some(requested), Some((number, _))) if number <= requested.sequence => Some(requested.clone()),
        (_, Some((sequence, made))) => {
            let named = made.spec.revision.as_ref().map(|revision| revision.as_written().into_owned());
            let task_definition = named.unwrap_or_default();
            Some(LastRequest { task_definition, pinned: None, sequence, adopted: false })
        }
        (requested, None) => requested.cloned(),
    };
    last.map(|last| with_pinned(last, deployments))
}

/// The request with the revision that it was pinned to, as far as the Deployments tell; else as it is remembered.
fn with_pinned(last: LastRequest, deployments: &[Deployment]) -> LastRequest {
    let found = pinned(&last, deployments).map(str::to_owned);
    LastRequest { pinned: found.or_else(|| last.pinned.clone()), ..last }
}

/// What is asked for, as users read it: the revision that it was pinned to, once that is known.
#[must_use]
pub fn shown(revision: &Revision, last: Option<&LastRequest>) -> String {
    let known = last.filter(|last| last.asked() == revision.asked());
    known.and_then(|last| last.pinned.as_deref()).unwrap_or_else(|| revision.short_name()).to_owned()
}

fn deploy(group: &str, last: i64, revision: &Revision) -> RevisionDecision {
    if last >= LAST_SEQUENCE {
        return RevisionDecision::Refuse(Refusal::new(
            Reason::RequestRefused,
            format!(
                "metadata.labels of Deployment {}: {SEQUENCE_LABEL}={last} is the last number that there is: delete that Deployment if someone made it by hand, else make a new group",
                name_of(group, last)
            ),
        ));
    }
    let sequence = last.max(0) + 1;
    RevisionDecision::Deploy(NewDeployment {
        name: name_of(group, sequence),
        sequence,
        revision: revision.clone(),
        retry_of: None,
    })
}

/// The Deployment by which a release is tried again, once that is due.
#[must_use]
pub fn retry(group: &str, last: &LastRequest, retry: &Retry) -> RevisionDecision {
    match deploy(group, last.sequence, &retry.revision) {
        RevisionDecision::Deploy(made) => {
            RevisionDecision::Deploy(NewDeployment { retry_of: Some(retry.of.clone()), ..made })
        }
        other => other,
    }
}

/// Why an object that stands where the new Deployment should does not pass for it; none when it is the one that was asked
/// for, made by a reconcile that died before it recorded so.
#[must_use]
pub fn occupied(existing: &Deployment, wanted: &NewDeployment) -> Option<Refusal> {
    let is_it = sequence(existing) == Some(wanted.sequence) && existing.asked() == wanted.revision.asked();
    (!is_it).then(|| {
        Refusal::new(
            Reason::Conflict,
            format!(
                "metadata.name of Deployment {}: someone else made it, and the next release of this group has that name: delete it once it has ended",
                wanted.name
            ),
        )
    })
}
