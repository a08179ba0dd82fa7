//! The tasks that a scenario begins with, running and healthy.

use crate::tick::launches::{Launch, launch};
use crate::tick::targets::settle;
use crate::time::Moment;
use crate::world::region::Region;
use crate::world::task_sets::Stability;
use crate::world::tasks::Phase;

/// Launches a task and takes it to RUNNING and healthy at once.
pub fn start_running(region: &mut Region, from: &mut Launch, now: Moment) {
    let id = launch(region, from, now);
    let zone = format!("{}a", region.name);
    let interval = region.timing.health_check_interval;
    let Some(task) = region.clusters.get_mut(&from.owner.cluster).and_then(|cluster| cluster.tasks.get_mut(&id)) else {
        return;
    };
    task.phase = Phase::Running;
    task.phase_ends = None;
    task.started_at = Some(now);
    task.pulled = (Some(now), Some(now));
    if let Some((arn, port)) = &task.target
        && let Some(group) = region.balancing.target_groups.get_mut(arn)
    {
        let behind = Some((from.owner.clone(), task.task_definition.clone()));
        group.register(&task.address, *port, &zone, now.plus(interval), behind);
        settle(group, &task.address, *port, now);
    }
}

/// The counts are right from the first describe on, before any time has passed.
pub fn count_running(region: &mut Region, cluster: &str, service: &str) {
    let Some(cluster) = region.clusters.get_mut(cluster) else {
        return;
    };
    let Some(service) = cluster.services.get_mut(service) else {
        return;
    };
    for task_set in &mut service.task_sets {
        let running = cluster.tasks.values().filter(|task| task.task_set == task_set.id).count();
        task_set.running = u32::try_from(running).unwrap_or(u32::MAX);
        if task_set.running == task_set.computed_desired {
            task_set.stability = Stability::SteadyState;
        }
    }
}
