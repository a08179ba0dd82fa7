//! Whose a service, a route or a target group is: each belongs to one DeploymentGroup, the one that came first.

use jiff::Timestamp;
use sluice_api::{DeploymentGroupSpec, Reason};

use crate::names::{short, target_group_name};
use crate::refusal::Refusal;

/// A group's claim on its service and routes.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// UID of the group.
    pub uid: &'a str,
    /// Namespace and name of the group, for messages.
    pub name: String,
    /// When the group was created: the first claim wins.
    pub created_at: Timestamp,
    /// Its settings.
    pub settings: &'a DeploymentGroupSpec,
}

/// Whether another group came first to the same service, route or target group.
pub fn claimed_by_another<'a>(own: &Claim<'_>, others: impl IntoIterator<Item = Claim<'a>>) -> Result<(), Refusal> {
    let first = others
        .into_iter()
        .filter(|other| other.uid != own.uid)
        .filter(|other| (other.created_at, other.name.as_str()) < (own.created_at, own.name.as_str()))
        .find_map(|other| overlap(own.settings, other.settings).map(|what| (other.name, what)));
    match first {
        None => Ok(()),
        Some((name, what)) => Err(Refusal::new(
            Reason::Conflict,
            format!("{what} is claimed by DeploymentGroup {name}, which came first: delete one of the two"),
        )),
    }
}

/// Whether two groups are about the same ECS service.
#[must_use]
pub fn same_service(a: &DeploymentGroupSpec, b: &DeploymentGroupSpec) -> bool {
    a.aws.region == b.aws.region && a.ecs == b.ecs
}

fn overlap(own: &DeploymentGroupSpec, other: &DeploymentGroupSpec) -> Option<String> {
    if same_service(own, other) {
        return Some(format!("service {}/{}", own.ecs.cluster, own.ecs.service));
    }
    let route = own
        .load_balancer
        .production_routes
        .iter()
        .find(|route| other.load_balancer.production_routes.iter().any(|theirs| theirs.arn() == route.arn()));
    if let Some(route) = route {
        return Some(format!("route {}", short(route.arn())));
    }
    let group = own.load_balancer.target_groups.iter().find(|group| other.load_balancer.target_groups.contains(group));
    group.map(|group| format!("target group {}", target_group_name(group)))
}
