//! Runtime health of what serves, from the targets of the load balancer and the counts of ECS.

use sluice_api::Health;

use crate::world::{Observed, TargetGroup, TargetState};

/// Health of what the routes send traffic to.
///
/// Unknown while nothing is deployed; unreachable when nothing that serves is healthy; degraded when a part of
/// it is not.
#[must_use]
pub fn of(observed: &Observed) -> Health {
    let Some(service) = &observed.service else {
        return Health::Unknown;
    };
    if !service.task_sets.iter().any(crate::world::TaskSet::is_live) {
        return Health::Unknown;
    }
    let serving: Vec<&TargetGroup> = observed.target_groups.iter().filter(|group| receives(observed, group)).collect();
    if serving.is_empty() {
        return Health::Unknown;
    }
    let healthy: i32 = serving.iter().map(|group| group.healthy()).sum();
    let any_down = serving
        .iter()
        .any(|group| group.healthy() == 0 || group.targets.iter().any(|target| target.state == TargetState::Unhealthy));
    match (healthy, any_down) {
        (0, _) if service.desired_count == 0 => Health::Unknown,
        (0, _) => Health::Unreachable,
        (_, true) => Health::Degraded,
        (_, false) => Health::Healthy,
    }
}

fn receives(observed: &Observed, group: &TargetGroup) -> bool {
    observed.routes.iter().any(|route| route.weight_of(&group.arn).unwrap_or(0) > 0)
}
