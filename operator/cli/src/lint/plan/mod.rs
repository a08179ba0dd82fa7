//! What a release would do: the operator's own planner, run against a service that does at once what it is told.
//!
//! Nothing of it is repeated here: the steps, their times and their writes are those that the planner comes to.

mod route;
mod simulation;
mod text;
mod world;

use sluice_api::{DeploymentGroupSpec, Revision, TrafficShift};

pub use simulation::{Row, Simulated, Unplannable};
pub use text::text;

/// What a release of this revision would do in a group with these settings. `named` is the configuration that the group names,
/// where it is none of CodeDeploy's.
pub fn plan(
    settings: &DeploymentGroupSpec,
    revision: &Revision,
    named: Option<&TrafficShift>,
) -> Result<Simulated, Unplannable> {
    simulation::run(settings, revision, named)
}
