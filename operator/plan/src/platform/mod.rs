//! The platforms on which something is released: services of ECS with the EXTERNAL deployment controller, behind an
//! Application Load Balancer or a Network Load Balancer, or without one.

mod compute;
mod routing;
pub(crate) mod seam;
pub(crate) mod side;

use sluice_api::DeploymentGroupSpec;

use seam::Platform;

/// What is released with ECS's task sets and the weights of listener rules and listeners.
const ECS_WITH_LISTENERS: Platform =
    Platform { compute: &compute::task_sets::TaskSets, routing: &routing::listeners::Listeners };

/// What is released with ECS's task sets alone: a task is its part of the traffic.
const ECS_BY_SIZE: Platform = Platform { compute: &compute::task_sets::TaskSets, routing: &routing::sizes::Sizes };

/// Whether settings ask for a platform.
type Asks = fn(&DeploymentGroupSpec) -> bool;

/// Every platform, and which settings ask for it.
const PLATFORMS: &[(Asks, Platform)] =
    &[(DeploymentGroupSpec::is_by_size, ECS_BY_SIZE), (is_ecs_with_listeners, ECS_WITH_LISTENERS)];

/// The platform that the settings ask for.
pub(crate) fn of(settings: &DeploymentGroupSpec) -> &'static Platform {
    let asked = PLATFORMS.iter().find(|(asks, _)| asks(settings));
    asked.map_or(&ECS_WITH_LISTENERS, |(_, platform)| platform)
}

/// The schema knows no third kind of settings.
const fn is_ecs_with_listeners(_: &DeploymentGroupSpec) -> bool {
    true
}
