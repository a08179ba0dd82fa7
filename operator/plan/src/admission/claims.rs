//! Whose a service, a route or a target group is: each belongs to one DeploymentGroup, from when that group claimed it.
//!
//! What counts is the claim and not the age of the object: a group can be edited onto anything, and an old one would take
//! what a younger one serves with. So a claim is written down, in the group's status, and stands until the group lets it
//! go: it names the thing no more, no binding admits it any more, or it is deleted. What a release in progress uses is its
//! group's in any case.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sluice_api::{DeploymentGroupSpec, DeploymentStatus, Reason, ResourceClaim};

use crate::names::{short, target_group_name};
use crate::refusal::Refusal;

/// A group that claims, or could.
#[derive(Clone, Debug)]
pub struct Claimant<'a> {
    /// UID of the group.
    pub uid: &'a str,
    /// Namespace and name of the group, for messages.
    pub name: String,
    /// When the group was created. It orders only those who have claimed nothing yet.
    pub created_at: Timestamp,
    /// What its spec names.
    pub wanted: BTreeSet<String>,
    /// What it claimed before, from when.
    pub held: &'a [ResourceClaim],
    /// Whether a Deployment of its is in progress. Then what it holds stays its own, whatever its spec says by now.
    pub in_progress: bool,
}

/// What becomes of a group's claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// What is the group's from now on, in the order of the resources.
    pub claims: Vec<ResourceClaim>,
    /// What it names and another has. Then it claims nothing new, and nothing begins.
    pub conflict: Option<Refusal>,
}

/// How good a claim is: the least is the best. In use, then claimed before, then only wanted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    InUse(Timestamp),
    Held(Timestamp),
    New,
}

/// What is the group's among these others. All are to be admitted by their bindings, but for those whose Deployment is in
/// progress.
#[must_use]
pub fn claimed<'a>(own: &Claimant<'_>, others: impl IntoIterator<Item = Claimant<'a>>, now: Timestamp) -> Claimed {
    let mut others: Vec<Claimant<'_>> = others.into_iter().filter(|other| other.uid != own.uid).collect();
    others.sort_by(|a, b| (a.created_at, &a.name).cmp(&(b.created_at, &b.name)));
    let names = own.wanted.iter().cloned().chain(own.held.iter().map(|claim| claim.resource.clone()));
    let mut conflict = None;
    let mut claims = Vec::new();
    for resource in names.collect::<BTreeSet<String>>() {
        let Some(rank) = rank(own, &resource) else { continue };
        let better = others.iter().find(|other| goes_before(other, own, rank, &resource));
        if let Some(other) = better {
            let first = || own.wanted.contains(&resource).then(|| taken(&resource, &other.name));
            conflict = conflict.or_else(first);
        } else {
            let since = held_since(own, &resource).unwrap_or(now);
            claims.push(ResourceClaim { resource, since });
        }
    }
    if conflict.is_some() {
        claims.retain(|claim| held_since(own, &claim.resource).is_some());
    }
    Claimed { claims, conflict }
}

/// What a group names: its service, its routes and its target groups.
#[must_use]
pub fn resources(settings: &DeploymentGroupSpec) -> BTreeSet<String> {
    let named = settings.load_balancer.named_routes();
    let routes = named.iter().map(|route| route.arn().to_owned());
    let groups = settings.load_balancer.target_groups.iter().cloned();
    std::iter::once(service_of(settings)).chain(routes).chain(groups).collect()
}

/// The service as it stands in a claim. Without an account: all groups share the operator's.
#[must_use]
pub fn service_of(settings: &DeploymentGroupSpec) -> String {
    format!("{}:service/{}/{}", settings.aws.region, settings.ecs.cluster, settings.ecs.service)
}

/// Whether two groups are about the same ECS service.
#[must_use]
pub fn same_service(a: &DeploymentGroupSpec, b: &DeploymentGroupSpec) -> bool {
    a.aws.region == b.aws.region && a.ecs == b.ecs
}

/// What a group has beside what it claimed: what its releases in progress use, from when they began. With it, whether there
/// is such a release.
#[must_use]
pub fn with_releases<'a>(
    mut held: Vec<ResourceClaim>,
    releases: impl IntoIterator<Item = &'a DeploymentStatus>,
) -> (Vec<ResourceClaim>, bool) {
    let mut in_progress = false;
    for status in releases.into_iter().filter(|status| status.completed_at.is_none()) {
        let (Some(settings), Some(since)) = (&status.settings, status.started_at) else { continue };
        in_progress = true;
        for resource in resources(settings) {
            if held.iter().all(|claim| claim.resource != resource) {
                held.push(ResourceClaim { resource, since });
            }
        }
    }
    (held, in_progress)
}

/// What is left of another's claims once these are someone's: who had let go of a thing does not get it back by the old
/// claim. None where nothing of it is taken, or all of it is in use.
#[must_use]
pub fn left_to(other: &Claimant<'_>, taken: &[ResourceClaim]) -> Option<Vec<ResourceClaim>> {
    let is_taken = |one: &&ResourceClaim| taken.iter().any(|own| own.resource == one.resource);
    (!other.in_progress && other.held.iter().any(|one| is_taken(&one)))
        .then(|| other.held.iter().filter(|one| !is_taken(one)).cloned().collect())
}

/// None for what the group does not claim at all.
fn rank(claimant: &Claimant<'_>, resource: &str) -> Option<Rank> {
    let wanted = claimant.wanted.contains(resource);
    match held_since(claimant, resource) {
        Some(since) if claimant.in_progress => Some(Rank::InUse(since)),
        Some(since) if wanted => Some(Rank::Held(since)),
        None if wanted => Some(Rank::New),
        Some(_) | None => None,
    }
}

fn goes_before(other: &Claimant<'_>, own: &Claimant<'_>, own_rank: Rank, resource: &str) -> bool {
    let age = |claimant: &Claimant<'_>| (claimant.created_at, claimant.name.clone());
    rank(other, resource).is_some_and(|rank| (rank, age(other)) < (own_rank, age(own)))
}

fn held_since(claimant: &Claimant<'_>, resource: &str) -> Option<Timestamp> {
    claimant.held.iter().find(|claim| claim.resource == resource).map(|claim| claim.since)
}

fn taken(resource: &str, by: &str) -> Refusal {
    let (field, what) = match resource {
        _ if resource.contains(":targetgroup/") => {
            ("spec.loadBalancer.targetGroups", format!("target group {}", target_group_name(resource)))
        }
        _ if resource.contains(":listener") => {
            ("spec.loadBalancer.productionRoutes", format!("route {}", short(resource)))
        }
        _ => ("spec.ecs", format!("service {}", resource.rsplit(":service/").next().unwrap_or(resource))),
    };
    Refusal::new(
        Reason::Conflict,
        format!(
            "{field}: {what} is claimed by DeploymentGroup {by}: name another here, or delete or edit that group, which then lets it go"
        ),
    )
}
