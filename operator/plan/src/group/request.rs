//! Whether a change of revision asks for a Deployment.

use sluice_api::{Deployment, LastRequest, Reason, Revision, SEQUENCE_LABEL};

use super::deployments::{LAST_SEQUENCE, name_of, sequence};
use crate::names::short;
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
}

/// What the revision in force asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevisionDecision {
    /// Nothing: it was asked for before, or there is none.
    Unchanged,
    /// The service runs it already, and Sluice never released here: it is adopted as it stands.
    Adopt(LastRequest),
    /// A Deployment.
    Deploy(NewDeployment),
    /// A Deployment, for which there is no number left.
    Refuse(Refusal),
}

/// What the revision in force asks for.
///
/// `primary` is the task definition of the primary task set, where it was observed. Each change of revision is
/// asked for once: a revision that failed is held until the revision changes, whatever GitOps applies again.
#[must_use]
pub fn decide(
    group: &str,
    revision: Option<&Revision>,
    requested: Option<&LastRequest>,
    deployments: &[Deployment],
    primary: Option<&str>,
) -> RevisionDecision {
    let Some(revision) = revision else {
        return RevisionDecision::Unchanged;
    };
    // A Deployment that was made and not yet recorded counts too: a crash between the two makes no second one.
    let newest = deployments.iter().filter_map(|one| Some((sequence(one)?, one))).max_by_key(|(number, _)| *number);
    let last = match (requested, newest) {
        (Some(requested), Some((number, _))) if number <= requested.sequence => Some(requested.clone()),
        (_, Some((number, made))) => {
            Some(LastRequest { task_definition: made.spec.revision.task_definition.clone(), sequence: number })
        }
        (requested, None) => requested.cloned(),
    };
    // By its short name: an ARN in place of family:revision, or the other way round, is no change.
    if last.as_ref().is_some_and(|last| short(&last.task_definition) == short(&revision.task_definition)) {
        return RevisionDecision::Unchanged;
    }
    if last.is_none() && primary.is_some_and(|primary| same_definition(primary, revision)) {
        return RevisionDecision::Adopt(LastRequest { task_definition: revision.task_definition.clone(), sequence: 0 });
    }
    let last = last.map_or(0, |last| last.sequence);
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
    RevisionDecision::Deploy(NewDeployment { name: name_of(group, sequence), sequence, revision: revision.clone() })
}

/// Why an object that stands where the new Deployment should does not pass for it; none when it is the one that was asked
/// for, made by a reconcile that died before it recorded so.
#[must_use]
pub fn occupied(existing: &Deployment, wanted: &NewDeployment) -> Option<Refusal> {
    let is_it = sequence(existing) == Some(wanted.sequence)
        && short(&existing.spec.revision.task_definition) == short(&wanted.revision.task_definition);
    (!is_it).then(|| {
        Refusal::new(
            Reason::Conflict,
            format!(
                "metadata.name of Deployment {}: someone else made it, and the next release of this group has that name: delete it, or give it another name",
                wanted.name
            ),
        )
    })
}

/// Whether a task definition's ARN is what the revision names.
fn same_definition(arn: &str, revision: &Revision) -> bool {
    arn == revision.task_definition || short(arn) == revision.task_definition
}
