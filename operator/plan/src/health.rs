//! Runtime health of what serves, from the targets of the load balancer and the counts of ECS.
//!
//! Targets that were not looked at are shown as ECS answers for them: STEADY_STATE says that every task of a task set
//! runs and is healthy for the load balancer too (ECS API reference, `TaskSet.stabilityStatus`). This is for users' eyes
//! only. No weight is raised on it.

use sluice_api::Health;

use crate::observation::{Observation, TargetGroup, TaskSet};

/// Health of what the routes send traffic to.
///
/// Unknown while nothing is deployed; unreachable when nothing that serves is healthy; degraded when a part of
/// it is not.
#[must_use]
pub fn runtime_health(observed: &Observation) -> Health {
    let Some(service) = &observed.service else {
        return Health::Unknown;
    };
    if !service.task_sets.iter().any(TaskSet::is_live) {
        return Health::Unknown;
    }
    let serving: Vec<&TargetGroup> =
        observed.target_groups.iter().filter(|group| observed.serves(&group.arn)).collect();
    if serving.is_empty() {
        return Health::Unknown;
    }
    let healthy: i32 = serving.iter().map(|group| displayed_healthy(observed, &group.arn)).sum();
    let any_down =
        serving.iter().any(|group| displayed_healthy(observed, &group.arn) == 0 || group.unhealthy_target().is_some());
    match (healthy, any_down) {
        (0, _) if service.desired_count == 0 => Health::Unknown,
        (0, _) => Health::Unreachable,
        (_, true) => Health::Degraded,
        (_, false) => Health::Healthy,
    }
}

/// Healthy targets of a target group, for display: those that were seen, or else the tasks that ECS calls steady.
pub(crate) fn displayed_healthy(observed: &Observation, group: &str) -> i32 {
    observed
        .healthy(group)
        .unwrap_or_else(|| live_sets(observed, group).filter(|set| set.steady).map(|set| set.running).sum())
}

/// Whether the health of a group can only be told from its targets: it serves, and ECS does not answer for it.
pub(crate) fn needs_targets(observed: &Observation, group: &str) -> bool {
    let deployed = observed.service.as_ref().is_some_and(|service| service.task_sets.iter().any(TaskSet::is_live));
    let mut sets = live_sets(observed, group).peekable();
    let answered_for = sets.peek().is_some() && sets.all(|set| set.steady);
    deployed && observed.serves(group) && !answered_for
}

fn live_sets<'a>(observed: &'a Observation, group: &'a str) -> impl Iterator<Item = &'a TaskSet> {
    let sets = observed.service.iter().flat_map(|service| &service.task_sets);
    sets.filter(move |set| set.is_live() && set.target_group.as_deref() == Some(group))
}
