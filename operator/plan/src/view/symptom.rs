//! What a stopped task or an unhealthy target says, in one line.

use sluice_api::FailureCategory;

use super::deployment::View;
use crate::names::target_group_name;
use crate::observation::StoppedTask;

impl View<'_> {
    /// What a stopped task or an unhealthy target says against the replacement.
    pub(crate) fn symptom(&self) -> Option<String> {
        let arn = self.input.release.replacement_group;
        let group = self.observed().target_group(arn);
        if group.is_some_and(|group| !group.exists) {
            return Some(format!("target group {} does not exist", target_group_name(arn)));
        }
        last_failed_task(self.observed().stopped_tasks()).map(describe).or_else(|| {
            let target = group?.unhealthy_target()?;
            let why = target.description.as_deref().or(target.reason.as_deref()).unwrap_or("no reason given");
            Some(format!("target {} is unhealthy: {why}", target.id))
        })
    }
}

/// Why a stopped task counts as failed; none when it was stopped for a reason that says nothing of the release.
pub(crate) fn category(task: &StoppedTask) -> Option<FailureCategory> {
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
