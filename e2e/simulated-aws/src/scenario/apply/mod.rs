//! A scenario as things in a region.

mod actions;
mod alarms;
mod balancing;
mod ids;
mod listeners;
mod services;
mod task_definitions;
mod task_sets;
mod tasks;

use crate::scenario::document::Scenario;
use crate::scenario::existing::Summary;
use crate::scenario::problem::Problem;
use crate::tick::touch::touch_all;
use crate::time::Moment;
use crate::world::region::Region;
use services::add_cluster;
use task_definitions::add_task_definition;

/// Adds a scenario to a region. What exists already stays as it is and is reported as kept.
pub fn apply(scenario: &Scenario, region: &mut Region, now: Moment) -> Result<Summary, Problem> {
    let mut summary = Summary::default();
    scenario.timing.apply(&mut region.timing);
    for definition in &scenario.task_definitions {
        add_task_definition(definition, region, &mut summary, now)?;
    }
    balancing::apply(scenario, region, &mut summary, now)?;
    for cluster in &scenario.clusters {
        add_cluster(cluster, region, &mut summary, now)?;
    }
    alarms::apply(scenario, region, &mut summary, now)?;
    if let Some(word) = &scenario.fail_open {
        region.balancing.fail_open_serves = word == "served";
    }
    // What was added is looked at from the next moment on.
    touch_all(region, now);
    Ok(summary)
}
