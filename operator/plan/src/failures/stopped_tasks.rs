//! Too many tasks of the replacement failed: ECS knows no failure of a task set, a crash loop stays STABILIZING for ever,
//! so failed tasks are counted here.

use sluice_api::{Failure, RollbackTrigger};

use super::detector::Detector;
use crate::view::View;
use crate::view::cause::Cause;
use crate::view::task_failure::{describe, is_failed, last_failed};

pub(super) const DETECTOR: Detector =
    Detector { name: "stopped tasks", trigger: RollbackTrigger::DeploymentFailure, detect };

/// Least and most failed tasks that trip the breaker. The clamp is that of ECS's own deployment circuit
/// breaker (ECS developer guide, "How the deployment circuit breaker detects failures").
const THRESHOLD: (i32, i32) = (3, 200);

fn detect(view: &View<'_>) -> Option<Failure> {
    let (tasks, grace) = (view.observed().stopped_tasks(), view.input.release.settings.health_grace);
    let failed = tasks.iter().filter(|task| is_failed(task, grace)).count();
    let count = i32::try_from(failed).unwrap_or(i32::MAX);
    let threshold = threshold(view.sides.tasks);
    if count < threshold {
        return None;
    }
    let (last, ending) = last_failed(tasks, grace)?;
    let cause = Cause::of_task((format!("the last: {}", describe(last)), ending));
    Some(cause.failure(&format!("{count} tasks of the replacement failed, {threshold} are too many")))
}

/// How many failed tasks are too many for a service that wants this many tasks: half of them, within 3 and 200.
fn threshold(desired_count: i32) -> i32 {
    (desired_count.max(0) / 2 + desired_count.max(0) % 2).clamp(THRESHOLD.0, THRESHOLD.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_breaker_trips_at_half_of_the_desired_count_within_3_and_200() {
        for (desired, expected) in
            [(0, 3), (1, 3), (6, 3), (7, 4), (10, 5), (400, 200), (1000, 200), (i32::MAX, 200), (-1, 3)]
        {
            assert_eq!(threshold(desired), expected, "desired {desired}");
        }
    }
}
