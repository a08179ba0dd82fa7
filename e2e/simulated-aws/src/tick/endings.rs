//! How tasks come to their end.

use super::traffic;
use crate::time::Moment;
use crate::world::balancing::Balancing;
use crate::world::region::Region;
use crate::world::services::{Cluster, ServiceKey};
use crate::world::target_groups::Health;
use crate::world::tasks::{Phase, StopCause, Task};
use crate::world::timing::Timing;

/// How a task ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is drained and then told to stop.
    Orderly,
    /// Its containers are gone already.
    Abrupt,
}

/// Begins the end of a task. One that is ending already keeps its first cause.
pub fn end(task: &mut Task, cause: StopCause, ending: Ending, at: Moment, balancing: &mut Balancing, timing: &Timing) {
    if task.stop.is_some() {
        return;
    }
    let was_running = task.phase == Phase::Running;
    if let Some((group, _)) = &task.target {
        // Requests up to here still met this task.
        traffic::settle_group(balancing, group, at);
    }
    task.stop = Some(cause);
    task.stopping_at = Some(at);
    let drained = task
        .target
        .as_ref()
        .filter(|_| was_running)
        .and_then(|(arn, port)| balancing.target_groups.get_mut(arn)?.deregister(&task.address, *port, at));
    (task.phase, task.phase_ends) = match (ending, drained) {
        (Ending::Orderly, Some(until)) => (Phase::Deactivating, Some(until)),
        (Ending::Orderly, None) if was_running => (Phase::Stopping, Some(at.plus(timing.stopping))),
        _ => (Phase::Deprovisioning, Some(at.plus(timing.deprovisioning))),
    };
}

/// Stops tasks that the load balancer has found unhealthy, once their service's grace period is over. Gives the
/// moment at which the grace of one that is unhealthy ends.
pub fn stop_failing(region: &mut Region, key: &ServiceKey, now: Moment) -> Moment {
    let Region { clusters, balancing, timing, identifiers, .. } = region;
    let mut due = Moment::NEVER;
    let Some(Cluster { tasks, services, .. }) = clusters.get_mut(&key.0) else { return due };
    let Some(service) = services.get_mut(&key.1) else { return due };
    for id in service.alive.clone() {
        let Some(task) = tasks.get_mut(&id).filter(|task| task.phase == Phase::Running) else { continue };
        let Some((arn, port)) = task.target.clone() else { continue };
        let target =
            balancing.target_groups.get(&arn).and_then(|group| group.targets.get(&(task.address.clone(), port)));
        if target.is_none_or(|target| target.health != Health::Unhealthy) {
            continue;
        }
        let grace_ends = task.started_at.map_or(now, |started| started.plus(service.health_check_grace));
        if now < grace_ends {
            due = due.min(grace_ends);
            continue;
        }
        let cause = StopCause {
            code: "ServiceSchedulerInitiated",
            reason: format!("Task failed ELB health checks in (target-group {arn})"),
            container_reason: None,
            exit_code: None,
        };
        end(task, cause, Ending::Orderly, now, balancing, timing);
        if let Some(task_set) = service.task_sets.iter_mut().find(|task_set| task_set.id == task.task_set) {
            task_set.failed_tasks += 1;
        }
        let message = format!(
            "(service {}) (port {port}) is unhealthy in (target-group {arn}) due to (reason Health checks failed with these codes: [503])",
            service.name
        );
        service.record(identifiers.uuid(), now, message);
    }
    due
}
