//! What a promotion releases where its revision names what is newest: the first group that begins pins it for all of them.
//!
//! A family has its own numbers in each region, so that the groups of one region have a revision in common, and no others.

use sluice_api::{Deployment, Revision};

use super::deployments::sequence;
use super::request::last_request;
use super::wish::pinned;
use crate::promotion::{Member, Promoted, others};

/// The revision that another group of the promotion was pinned to by the same request, as family:revision; none where this
/// Deployment is the first to begin, where it names one itself, and where nothing is promoted. A group that has tried again by
/// hand, with what was newest then, counts with that: it is what the later groups wait for.
#[must_use]
pub fn of_promotion(promoted: &Promoted, deployment: &Deployment) -> Option<String> {
    let revision = deployment.spec.revision.as_ref().filter(|revision| revision.is_open())?;
    let own = promoted.groups.iter().find(|member| member.name() == deployment.spec.group_ref)?;
    let region = |member: &Member| member.group.spec.aws.region.clone();
    let others = others(promoted, deployment);
    others.into_iter().filter(|member| region(member) == region(own)).find_map(|member| pinned_in(member, revision))
}

/// What the group was pinned to by the request that it has answered last, if that is this one.
fn pinned_in(member: &Member, revision: &Revision) -> Option<String> {
    let mut deployments: Vec<Deployment> = member.deployments.iter().map(|one| (**one).clone()).collect();
    let requested = member.group.status.as_ref().and_then(|status| status.requested.as_ref());
    let last = last_request(requested, &deployments).filter(|last| last.asked() == revision.asked())?;
    let own = deployments.iter().find(|one| sequence(one) == Some(last.sequence)).filter(|_| !last.adopted);
    let Some(own) = own else { return last.pinned };
    // What an earlier request of the same words came to is another matter.
    let made_at = own.metadata.creation_timestamp.as_ref().map(|at| at.0);
    let began_at = |one: &Deployment| one.status.as_ref().and_then(|status| status.started_at);
    deployments.retain(|one| began_at(one) >= made_at);
    pinned(&last, &deployments).map(str::to_owned)
}
