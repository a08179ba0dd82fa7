//! Which Deployments of a group are too many to keep.

use sluice_api::{Deployment, State};

use super::deployments::{is_ended, sequence};

/// The ended Deployments that the operator made for the group with this UID, and that are older than the newest `limit` of
/// them, the oldest first: one is deleted at a time.
///
/// Kept whatever the limit is what is archived, what released the revision that serves, what tells why a revision is held, and
/// what another one that has not ended names as the one that it goes back from, or tries again. What goes already is not
/// deleted twice.
#[must_use]
pub fn expired<'a>(deployments: &'a [Deployment], owner: &str, held: Option<&str>, limit: i32) -> Vec<&'a Deployment> {
    let mut ended: Vec<(i64, &Deployment)> = deployments
        .iter()
        .filter(|one| is_ended(one) && !one.spec.archived && is_owned(one, owner))
        .filter_map(|one| Some((sequence(one)?, one)))
        .collect();
    ended.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    let serves = newest(deployments, |one| one.status.as_ref().is_some_and(|status| status.state == State::Succeeded));
    let is_of_held = |one: &Deployment| is_ended(one) && held.is_some_and(|held| one.revision_name() == held);
    let tells_of_held = newest(deployments, is_of_held);
    let is_kept = |one: &Deployment| {
        let is = |kept: Option<&Deployment>| kept.is_some_and(|kept| std::ptr::eq(kept, one));
        is(serves) || is(tells_of_held) || is_named(deployments, one) || one.metadata.deletion_timestamp.is_some()
    };
    let too_many = ended.into_iter().skip(usize::try_from(limit).unwrap_or(usize::MAX));
    let mut expired: Vec<&Deployment> = too_many.map(|(_, one)| one).filter(|one| !is_kept(one)).collect();
    expired.reverse();
    expired
}

/// Whether it was made by the group with this UID. Labels and a name are anyone's to write.
fn is_owned(deployment: &Deployment, owner: &str) -> bool {
    deployment.metadata.owner_references.iter().flatten().any(|reference| reference.uid == owner)
}

/// The one of these that ended last.
fn newest(deployments: &[Deployment], is_one: impl Fn(&Deployment) -> bool) -> Option<&Deployment> {
    let ended_at = |one: &&Deployment| (one.status.as_ref().and_then(|status| status.completed_at), sequence(one));
    deployments.iter().filter(|one| is_one(one)).max_by_key(ended_at)
}

/// Whether another Deployment that has not ended names this one.
fn is_named(deployments: &[Deployment], one: &Deployment) -> bool {
    let name = one.metadata.name.as_ref();
    let names_it = |other: &Deployment| {
        [&other.spec.rollback_of, &other.spec.retry_of].iter().any(|named| named.is_some() && named.as_ref() == name)
    };
    deployments.iter().any(|other| !is_ended(other) && names_it(other))
}
