//! The breaker: ECS knows no failure of a task set, a crash loop stays STABILIZING for ever, so failed
//! tasks are counted here.

use sluice_api::{Failure, FailureCategory, FailureCode, FailureStage};

use crate::memory::{Position, position};
use crate::unread_route::first_unread;
use crate::view::View;
use crate::world::StoppedTask;

/// Least and most failed tasks that trip the breaker. The clamp is that of ECS's own deployment circuit
/// breaker (ECS developer guide, "How the deployment circuit breaker detects failures").
const THRESHOLD: (i32, i32) = (3, 200);

/// How many failed tasks are too many for a service that wants this many tasks: half of them, within 3 and 200.
pub(crate) fn threshold(desired_count: i32) -> i32 {
    ((desired_count.max(0) + 1) / 2).clamp(THRESHOLD.0, THRESHOLD.1)
}

/// Why a stopped task counts as failed; none when it was stopped for a reason that says nothing of the release.
fn category(task: &StoppedTask) -> Option<FailureCategory> {
    let reason = task.stopped_reason.as_deref().unwrap_or_default();
    match task.stop_code.as_deref() {
        Some("TaskFailedToStart") if reason.contains("Capacity is unavailable") => {
            Some(FailureCategory::Infrastructure)
        }
        Some("TaskFailedToStart" | "EssentialContainerExited") => Some(FailureCategory::Startup),
        Some("ServiceSchedulerInitiated") if reason.contains("failed") => Some(FailureCategory::HealthCheck),
        // Stopped by a person, a Spot interruption, a scale-in: not the release's fault.
        _ => None,
    }
}

/// The failed task that stopped last.
pub(crate) fn last_failed_task(tasks: &[StoppedTask]) -> Option<&StoppedTask> {
    tasks.iter().filter(|task| category(task).is_some()).max_by(|a, b| a.stopped_at.cmp(&b.stopped_at))
}

/// One line about a stopped task: the most telling of what ECS says.
pub(crate) fn describe(task: &StoppedTask) -> String {
    let reason = task.stopped_reason.as_deref().unwrap_or("stopped without a reason");
    // The exit code of a container that ECS stopped says nothing of why.
    let by_itself = task.stop_code.as_deref() == Some("EssentialContainerExited");
    let exit = task.exit_code.filter(|_| by_itself).map(|code| format!(" (exit code {code})")).unwrap_or_default();
    let container = task
        .container_reason
        .as_deref()
        .filter(|container| !reason.contains(container) && !container.is_empty())
        .map(|container| format!(": {container}"))
        .unwrap_or_default();
    format!("{reason}{exit}{container}")
}

/// The failure, when too many tasks of the replacement have failed.
pub(crate) fn tripped(view: &View<'_>) -> Option<Failure> {
    let tasks = view.observed().stopped_tasks();
    let failed: Vec<&StoppedTask> = tasks.iter().filter(|task| category(task).is_some()).collect();
    let count = i32::try_from(failed.len()).unwrap_or(i32::MAX);
    let threshold = threshold(view.service.desired_count);
    if count < threshold {
        return None;
    }
    let last = last_failed_task(tasks)?;
    Some(failure(
        category(last)?,
        &format!("{count} tasks of the replacement failed, {threshold} are too many; the last: {}", describe(last)),
    ))
}

/// The failure when a deadline passed: classified by the last failed task, else by the health checks.
pub(crate) fn deadline_passed(view: &View<'_>, what: &str) -> Failure {
    if let Some(unread) = first_unread(view) {
        // Whatever the targets say: without the route they say nothing of the release.
        let deadline = view.input.begun.settings.progress_deadline;
        let failure = failure(
            FailureCategory::Infrastructure,
            &format!("progress deadline of {deadline} passed {what}; {}: {}", unread.what, unread.remedy),
        );
        return Failure { hint: "mend the route, then create the Deployment again".to_owned(), ..failure };
    }
    let last = last_failed_task(view.observed().stopped_tasks());
    let category = last.and_then(category).unwrap_or(FailureCategory::HealthCheck);
    let trouble = view.trouble().map(|trouble| format!("; {trouble}")).unwrap_or_default();
    let deadline = view.input.begun.settings.progress_deadline;
    failure(category, &format!("progress deadline of {deadline} passed {what}{trouble}"))
}

/// The failure when traffic reaches a replacement that has no healthy target any more. Before the first increment it
/// reaches it only by someone else's hand, and is put back.
pub(crate) fn replacement_is_down(view: &View<'_>) -> Option<Failure> {
    if position(view.memory()) == Position::Install {
        return None;
    }
    let down = view.replacement_has_traffic() && view.replacement_is_down() && view.original_is_healthy();
    down.then(|| {
        let trouble = view.trouble().map(|trouble| format!("; {trouble}")).unwrap_or_default();
        failure(
            FailureCategory::HealthCheck,
            &format!("no target of the replacement is healthy, and it receives traffic{trouble}"),
        )
    })
}

/// A failure of this category, with its stage, its code and a hint.
pub(crate) fn failure(category: FailureCategory, message: &str) -> Failure {
    let (stage, code, hint) = match category {
        FailureCategory::Startup => (
            FailureStage::Rollout,
            FailureCode::DeploymentVerificationFailed,
            "look at the image, the command and the logs of the stopped tasks",
        ),
        FailureCategory::HealthCheck => (
            FailureStage::Verify,
            FailureCode::DeploymentVerificationFailed,
            "look at the health check of the target group and the logs of the tasks",
        ),
        FailureCategory::Infrastructure => (
            FailureStage::Rollout,
            FailureCode::InfrastructureNetworkFailure,
            "the same release may pass later: create the Deployment again",
        ),
        FailureCategory::Rollback => (
            FailureStage::Rollback,
            FailureCode::AutomaticRollbackFailed,
            "look at what serves the traffic now; a person must decide",
        ),
        FailureCategory::Auth => (
            FailureStage::Auth,
            FailureCode::AuthenticationFailed,
            "look at the credentials and the permissions of the operator",
        ),
        FailureCategory::Build | FailureCategory::Unknown => (
            FailureStage::Deploy,
            FailureCode::DeploymentFailedGeneric,
            "the message tells what AWS refused; mend the group or the revision",
        ),
    };
    Failure {
        stage,
        category,
        code,
        retryable: code.is_retryable(),
        message: sluice_api::bounded_message(message),
        hint: hint.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(stop_code: &str, reason: &str) -> StoppedTask {
        StoppedTask {
            arn: "arn".to_owned(),
            stop_code: Some(stop_code.to_owned()),
            stopped_reason: Some(reason.to_owned()),
            container_reason: None,
            exit_code: None,
            stopped_at: None,
        }
    }

    #[test]
    fn the_breaker_trips_at_half_of_the_desired_count_within_3_and_200() {
        for (desired, expected) in [(0, 3), (1, 3), (6, 3), (7, 4), (10, 5), (400, 200), (1000, 200)] {
            assert_eq!(threshold(desired), expected, "desired {desired}");
        }
    }

    #[test]
    fn only_tasks_that_say_something_of_the_release_count_as_failed() {
        let table = [
            ("TaskFailedToStart", "CannotPullContainerError: pull image manifest", Some(FailureCategory::Startup)),
            ("TaskFailedToStart", "Capacity is unavailable at this time", Some(FailureCategory::Infrastructure)),
            ("EssentialContainerExited", "Essential container in task exited", Some(FailureCategory::Startup)),
            (
                "ServiceSchedulerInitiated",
                "Task failed ELB health checks in (target-group x)",
                Some(FailureCategory::HealthCheck),
            ),
            ("ServiceSchedulerInitiated", "Scaling activity initiated by deployment", None),
            ("UserInitiated", "stopped by a person", None),
            ("SpotInterruption", "Spot interruption", None),
        ];
        for (code, reason, expected) in table {
            assert_eq!(category(&task(code, reason)), expected, "{code}: {reason}");
        }
    }
}
