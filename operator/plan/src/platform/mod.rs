//! The platforms on which something is released: today services of ECS with the EXTERNAL deployment controller, behind an
//! Application Load Balancer.

mod compute;
mod routing;
pub(crate) mod seam;
pub(crate) mod side;

use sluice_api::DeploymentGroupSpec;

use seam::Platform;

/// What is released with ECS's task sets and the weights of listener rules and listeners.
const ECS_WITH_LISTENERS: Platform =
    Platform { compute: &compute::task_sets::TaskSets, routing: &routing::listeners::Listeners };

/// Whether settings ask for a platform.
type Asks = fn(&DeploymentGroupSpec) -> bool;

/// Every platform, and which settings ask for it.
const PLATFORMS: &[(Asks, Platform)] = &[(is_ecs_with_listeners, ECS_WITH_LISTENERS)];

/// The platform that the settings ask for.
pub(crate) fn of(settings: &DeploymentGroupSpec) -> &'static Platform {
    let asked = PLATFORMS.iter().find(|(asks, _)| asks(settings));
    asked.map_or(&ECS_WITH_LISTENERS, |(_, platform)| platform)
}

/// The schema knows no other settings.
const fn is_ecs_with_listeners(_: &DeploymentGroupSpec) -> bool {
    true
}
