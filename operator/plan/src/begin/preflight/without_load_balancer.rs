//! A group without a load balancer asks for nothing of one, and its service has none either.

use sluice_api::{DriftPolicy, Reason};

use super::input::PreflightInput;
use crate::names::{short, target_group_name};
use crate::refusal::Refusal;

/// As the schema has it: what is stored may be older, and an AppSpec names a container.
pub(super) fn nothing_of_one_is_asked_for(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    let settings = preflight.settings;
    let message = match () {
        () if !settings.is_by_size() => return None,
        () if !settings.container.is_none() => format!(
            "spec.container.name: {} receives traffic from a load balancer, and spec.loadBalancer is left out: leave both out, or write both",
            settings.container.name
        ),
        () if !settings.health_grace.is_zero() => format!(
            "spec.healthGrace: {} is for health checks of a load balancer, and spec.loadBalancer is left out: leave it out, and write startPeriod in the health check of the container",
            settings.health_grace
        ),
        () if settings.drift == DriftPolicy::Repair => {
            "spec.drift: Repair puts weights back, and without spec.loadBalancer there are none: leave it out"
                .to_owned()
        }
        () => return None,
    };
    Some(Refusal::new(Reason::InvalidValue, message))
}

/// A task set that stands on a target group has requests, and nobody would move them.
pub(super) fn no_task_set_has_one(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    let service = preflight.service().filter(|_| preflight.settings.is_by_size())?;
    let mut live = service.task_sets.iter().filter(|set| set.is_live());
    let (set, group) = live.find_map(|set| Some((set, set.target_group.as_deref()?)))?;
    let message = format!(
        "spec.loadBalancer: it is left out, and task set {} ({}) of service {} stands on target group {}: name that as one of loadBalancer.targetGroups, with its routes",
        short(&set.id),
        short(&set.task_definition),
        preflight.service_name(),
        target_group_name(group)
    );
    Some(Refusal::new(Reason::OriginalOutsidePair, message))
}
