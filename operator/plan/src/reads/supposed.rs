//! Worlds as they might be, of which the planner is asked what it would do: what makes no difference there is not read.

use sluice_api::DeploymentGroupSpec;

use crate::observation::{Answer, ListedRoute, Observation, Read, RouteKind, Target, TargetState, Weight};

/// The same world with these routes on the load balancer, beside the named ones.
pub(super) fn with_listed_routes(observed: &Observation, routes: Vec<ListedRoute>) -> Observation {
    Observation { listed_routes: Some(routes), ..observed.clone() }
}

/// The same world, without other routes where they were not looked at.
pub(super) fn with_supposed_routes(observed: &Observation) -> Observation {
    let is_looked_at = observed.listed_routes.is_some() || observed.unlisted.is_some();
    if is_looked_at { observed.clone() } else { with_listed_routes(observed, Vec::new()) }
}

/// One that sends requests to both of the pair, and that no group names.
pub(super) fn unnamed_route(settings: &DeploymentGroupSpec) -> ListedRoute {
    let weight = |group: &String| Weight { target_group: group.clone(), weight: 1 };
    ListedRoute {
        arn: "supposed".to_owned(),
        kind: RouteKind::Rule,
        port: None,
        protocol: None,
        host: None,
        priority: None,
        conditions: String::new(),
        weights: settings.load_balancer.target_groups.iter().map(weight).collect(),
    }
}

/// The same world with these targets in the group; without the group where there are none to have.
pub(super) fn with_targets(observed: &Observation, group: &str, targets: Option<Vec<Target>>) -> Observation {
    let mut observed = observed.clone();
    observed.learn(Read::Targets(group.to_owned()), Answer::Targets(targets));
    observed
}

pub(super) fn healthy_target() -> Target {
    Target { id: "supposed".to_owned(), state: TargetState::Healthy, reason: None, description: None }
}
