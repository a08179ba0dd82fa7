//! Why a task stopped, by what ECS says of it, and whether that tells against the release.

use sluice_api::{Duration, FailureCategory, FailureStage};
use sluice_explain::{Explanation, Place, Question, explain};

use crate::observation::StoppedTask;

/// What the end of a task says of the release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    /// What kind of failure it makes, and what to do.
    pub explanation: Explanation,
    /// Whether it counts as a failed task. One that AWS took away says nothing of the revision.
    pub counts: bool,
}

/// A word of ECS for each end that its code alone decides, whatever else is said.
const TAKEN_AWAY: &str = "Spot interruption";
const EXITED: &str = "Essential container in task exited";
const FAILED_CHECK: &str = "Task failed ELB health checks";
const NOT_STARTED: &str = "Task failed to start";

/// What the end of a task says of the release; none when it says nothing: stopped by a person, or by a scale-in.
///
/// Source: ECS API reference, Task: `stopCode`, `stoppedReason`; ECS developer guide, "Stopped tasks error messages". ECS tells
/// by words alone what its codes do not tell apart.
pub(crate) fn ending(task: &StoppedTask) -> Option<Ending> {
    let reasons = [&task.stopped_reason, &task.container_reason].map(|text| text.as_deref().unwrap_or_default());
    let said = means(&reasons.join(" "));
    let ending = |explanation: Explanation| Ending { explanation, counts: !explanation.tells_of_a_lost_host() };
    match task.stop_code.as_deref().unwrap_or_default() {
        "UserInitiated" => None,
        "SpotInterruption" | "TerminationNotice" => Some(ending(means(TAKEN_AWAY))),
        _ if said.tells_of_a_lost_host() => Some(ending(said)),
        "ServiceSchedulerInitiated" if said.category == FailureCategory::HealthCheck => Some(ending(said)),
        "ServiceSchedulerInitiated" => reasons.concat().contains("failed").then(|| ending(means(FAILED_CHECK))),
        // What the process says of its own connections is its own affair.
        "EssentialContainerExited" if !said.tells_of_memory() => Some(ending(means(EXITED))),
        "EssentialContainerExited" | "TaskFailedToStart" if said.failure => Some(ending(said)),
        "TaskFailedToStart" => Some(ending(means(NOT_STARTED))),
        _ => None,
    }
}

fn means(reason: &str) -> Explanation {
    explain(&Question {
        message: reason,
        place: Some(Place::TaskStoppedReason),
        phase: Some(FailureStage::Rollout),
        trigger: None,
    })
}

/// The same for tasks that may fail the checks of the load balancer for so long after they began to run.
fn ending_with(task: &StoppedTask, grace: Duration) -> Option<Ending> {
    let ending = ending(task)?;
    Some(Ending { counts: ending.counts && !is_within(task, grace), ..ending })
}

/// Whether the load balancer called a task ill before its time. When it began has to be known, or nothing is overlooked.
fn is_within(task: &StoppedTask, grace: Duration) -> bool {
    // In the words of ECS: a check of the container has a startPeriod of its own.
    let is_of_the_load_balancer = task.stopped_reason.as_deref().is_some_and(|reason| reason.contains("ELB"));
    let ran = task.started_at.zip(task.stopped_at).map(|(started, stopped)| stopped.duration_since(started));
    is_of_the_load_balancer && ran.is_some_and(|ran| ran < grace.as_signed())
}

/// Whether a stopped task counts as failed.
pub(crate) fn is_failed(task: &StoppedTask, grace: Duration) -> bool {
    ending_with(task, grace).is_some_and(|ending| ending.counts)
}

/// The failed task that stopped last, and how.
pub(crate) fn last_failed(tasks: &[StoppedTask], grace: Duration) -> Option<(&StoppedTask, Ending)> {
    last(tasks, grace, true)
}

/// The task that stopped last of those that tell nothing against the revision, and how: AWS took it away, or ended it before
/// its time.
pub(crate) fn last_not_counted(tasks: &[StoppedTask], grace: Duration) -> Option<(&StoppedTask, Ending)> {
    last(tasks, grace, false)
}

fn last(tasks: &[StoppedTask], grace: Duration, counts: bool) -> Option<(&StoppedTask, Ending)> {
    let endings = tasks.iter().filter_map(|task| Some((task, ending_with(task, grace)?)));
    // One that is still stopping has no time yet.
    let when = |task: &StoppedTask| (task.stopped_at.is_none(), task.stopped_at);
    endings.filter(|(_, ending)| ending.counts == counts).max_by_key(|(task, _)| when(task))
}

/// One line about a stopped task: which one, which container of it, its exit code, and why.
pub(crate) fn describe(task: &StoppedTask) -> String {
    let id = task.arn.rsplit('/').next().unwrap_or_default();
    let code = task.stop_code.as_deref().unwrap_or_default();
    // What a container says that ECS stopped says nothing of why.
    let by_itself = matches!(code, "EssentialContainerExited" | "TaskFailedToStart");
    let container = task.container.as_deref().filter(|name| by_itself && !name.is_empty());
    let container = container.map(|name| format!(", container {name}")).unwrap_or_default();
    let exit = task.exit_code.filter(|_| code == "EssentialContainerExited");
    let exit = exit.map(|code| format!(", exit code {code}")).unwrap_or_default();
    let spot = if code == "SpotInterruption" { " (Spot interruption)" } else { "" };
    let reason = task.stopped_reason.as_deref().unwrap_or("stopped without a reason");
    let detail = task.container_reason.as_deref().filter(|detail| !reason.contains(detail) && !detail.is_empty());
    let detail = detail.map(|detail| format!(": {detail}")).unwrap_or_default();
    format!("task {id}{container}{exit}{spot}: {reason}{detail}")
}

#[cfg(test)]
mod tests {
    use FailureCategory as Category;

    use super::*;

    fn task(stop_code: &str, reason: &str) -> StoppedTask {
        StoppedTask {
            arn: "arn:aws:ecs:eu-west-1:123456789012:task/prod/0a1b2c".to_owned(),
            stop_code: Some(stop_code.to_owned()),
            stopped_reason: Some(reason.to_owned()),
            container: None,
            container_reason: None,
            exit_code: None,
            started_at: None,
            stopped_at: None,
        }
    }

    #[test]
    fn a_task_that_the_load_balancer_calls_ill_within_its_grace_does_not_count() {
        const CHECK: &str = "Task failed ELB health checks in (target-group x)";
        let start = jiff::Timestamp::UNIX_EPOCH;
        let after = |seconds| Some(start + jiff::SignedDuration::from_secs(seconds));
        let table = [
            (CHECK, Some(start), after(299), 300, false),
            (CHECK, Some(start), after(300), 300, true),
            (CHECK, Some(start), after(1), 0, true),
            (CHECK, None, after(1), 300, true),
            (CHECK, Some(start), None, 300, true),
            ("Task failed container health checks", Some(start), after(1), 300, true),
        ];
        for (reason, started_at, stopped_at, grace, counts) in table {
            let task = StoppedTask { started_at, stopped_at, ..task("ServiceSchedulerInitiated", reason) };
            let grace = Duration::from_secs(grace);
            assert_eq!(is_failed(&task, grace), counts, "{task:?}");
            assert_eq!(last_failed(std::slice::from_ref(&task), grace).is_some(), counts, "{task:?}");
            assert_eq!(last_not_counted(std::slice::from_ref(&task), grace).is_some(), !counts, "{task:?}");
        }
        let exited = StoppedTask {
            started_at: Some(start),
            stopped_at: after(1),
            ..task("EssentialContainerExited", "Essential container in task exited")
        };
        assert!(is_failed(&exited, Duration::from_mins(5)));
    }

    #[test]
    fn each_end_of_a_task_has_its_category_and_only_what_tells_of_the_release_counts() {
        const START: &str = "TaskFailedToStart";
        const EXIT: &str = "EssentialContainerExited";
        const ECS: &str = "ServiceSchedulerInitiated";
        let table = [
            (
                START,
                "CannotPullContainerError: pull image manifest: not found",
                Some((Category::Startup, true, "the image exists")),
            ),
            (
                START,
                "CannotPullContainerError: dial tcp: i/o timeout",
                Some((Category::Infrastructure, true, "could not reach")),
            ),
            (
                START,
                "CannotPullContainerError: pull access denied for shop, repository does not exist",
                Some((Category::Startup, true, "the image exists")),
            ),
            (
                START,
                "CannotPullECRContainerError: AccessDeniedException: not allowed ecr:GetImage",
                Some((Category::Auth, true, "task execution role")),
            ),
            (
                START,
                "ResourceInitializationError: secret: AccessDeniedException: User: x",
                Some((Category::Auth, true, "task execution role")),
            ),
            (
                START,
                "ResourceInitializationError: secret has no json key TOKEN",
                Some((Category::Startup, true, "secrets, log settings")),
            ),
            (
                START,
                "ResourceInitializationError: registry auth: There is a connection issue",
                Some((Category::Infrastructure, true, "could not reach")),
            ),
            (
                START,
                "CannotStartContainerError: OCI runtime create failed",
                Some((Category::Startup, true, "the entry point")),
            ),
            (START, "Capacity is unavailable at this time", Some((Category::Infrastructure, true, "no capacity"))),
            (START, "RESOURCE:MEMORY", Some((Category::Infrastructure, true, "no capacity"))),
            (
                START,
                "No Container Instances were found in your capacity provider",
                Some((Category::Infrastructure, true, "no capacity")),
            ),
            (
                EXIT,
                "Essential container in task exited",
                Some((Category::Startup, true, "logs of the container that exited")),
            ),
            (EXIT, "OutOfMemoryError: container killed", Some((Category::Startup, true, "memory"))),
            // What the program said of its own connections is its own affair.
            (
                EXIT,
                "Essential container in task exited: dial tcp: i/o timeout",
                Some((Category::Startup, true, "logs of the container that exited")),
            ),
            (
                ECS,
                "Task failed ELB health checks in (target-group x)",
                Some((Category::HealthCheck, true, "health check of the target group")),
            ),
            (
                ECS,
                "Task failed container health checks",
                Some((Category::HealthCheck, true, "health check of the container")),
            ),
            (ECS, "Scaling activity initiated by deployment", None),
            ("UserInitiated", "Task stopped by user", None),
            (
                "SpotInterruption",
                "Your Spot Task was interrupted.",
                Some((Category::Infrastructure, false, "nothing is wrong with the revision")),
            ),
            (
                "TerminationNotice",
                "the host goes",
                Some((Category::Infrastructure, false, "nothing is wrong with the revision")),
            ),
            (
                ECS,
                "Host EC2 (instance i-06a) terminated.",
                Some((Category::Infrastructure, false, "nothing is wrong with the revision")),
            ),
        ];
        for (code, reason, expected) in table {
            let found = ending(&task(code, reason));
            let told = found.map(|found| (found.explanation.category, found.counts));
            assert_eq!(told, expected.map(|(category, counts, _)| (category, counts)), "{code}: {reason}");
            let hint = found.map_or("", |found| found.explanation.hint);
            assert!(hint.contains(expected.map_or("", |(.., hint)| hint)), "{code}: {reason}: {hint}");
        }
    }

    #[test]
    fn a_stopped_task_is_told_with_its_id_its_container_its_exit_code_and_why() {
        let exited = StoppedTask {
            container: Some("web".to_owned()),
            container_reason: Some("OutOfMemoryError: killed".to_owned()),
            exit_code: Some(137),
            ..task("EssentialContainerExited", "Essential container in task exited")
        };
        let told =
            "task 0a1b2c, container web, exit code 137: Essential container in task exited: OutOfMemoryError: killed";
        assert_eq!(describe(&exited), told);
        let interrupted =
            StoppedTask { exit_code: Some(143), ..task("SpotInterruption", "Your Spot Task was interrupted.") };
        assert_eq!(describe(&interrupted), "task 0a1b2c (Spot interruption): Your Spot Task was interrupted.");
    }
}
