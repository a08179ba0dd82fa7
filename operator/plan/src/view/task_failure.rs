//! Why a task stopped, by what ECS says of it, and whether that tells against the release.

use sluice_api::FailureCategory;

use crate::observation::StoppedTask;

/// A kind of ending: what it is called in a failure, whether it counts against the release, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub category: FailureCategory,
    /// Whether it counts as a failed task. One that AWS took away says nothing of the revision.
    pub counts: bool,
    pub hint: &'static str,
}

const TAKEN_AWAY: Ending = Ending {
    category: FailureCategory::Infrastructure,
    counts: false,
    hint: "nothing is wrong with the revision: create the Deployment again, with more tasks or capacity that is not taken away",
};
const NO_CAPACITY: Ending = Ending {
    category: FailureCategory::Infrastructure,
    counts: true,
    hint: "there was no capacity: create the Deployment again later, or give the service another capacity provider, zone or size",
};
const UNREACHABLE: Ending = Ending {
    category: FailureCategory::Infrastructure,
    counts: true,
    hint: "the task could not reach what it needs to start: look at its subnets, security groups and endpoints, or try again later",
};
const DENIED: Ending = Ending {
    category: FailureCategory::Auth,
    counts: true,
    hint: "allow the task execution role of the task definition what the message names",
};
const NOT_PULLED: Ending = Ending {
    category: FailureCategory::Startup,
    counts: true,
    hint: "look whether the image exists under that name and tag, and whether the task execution role may pull it",
};
const NOT_PREPARED: Ending = Ending {
    category: FailureCategory::Startup,
    counts: true,
    hint: "look at the secrets, log settings and volumes of the task definition",
};
const NOT_STARTED: Ending = Ending {
    category: FailureCategory::Startup,
    counts: true,
    hint: "look at the command, the entry point and the platform of the image",
};
const OUT_OF_MEMORY: Ending = Ending {
    category: FailureCategory::Startup,
    counts: true,
    hint: "the container used up its memory: give it more in the task definition, or look for a leak",
};
const EXITED: Ending =
    Ending { category: FailureCategory::Startup, counts: true, hint: "look at the logs of the container that exited" };
const FAILED_CONTAINER_CHECK: Ending = Ending {
    category: FailureCategory::HealthCheck,
    counts: true,
    hint: "look at the health check of the container in the task definition and at its logs",
};
const FAILED_CHECK: Ending = Ending {
    category: FailureCategory::HealthCheck,
    counts: true,
    hint: "look at the health check of the target group and the logs of the tasks",
};

/// Words of endings that AWS is the cause of, whatever the stop code: a word each, in lower case.
const WORDS_OF_TAKEN_AWAY: &[&str] =
    &["spot task was interrupted", "spot interruption", "host ec2 (instance", "container instance deregistration"];
const WORDS_OF_NO_CAPACITY: &[&str] = &[
    "capacity is unavailable",
    "resource:",
    "no container instance",
    "capacity provider",
    "insufficient capacity",
    "while preparing network interface",
];
const WORDS_OF_DENIED: &[&str] = &["accessdenied", "not authorized to perform", "api error forbidden"];
const WORDS_OF_UNREACHABLE: &[&str] = &[
    "timeout",
    "timed out",
    "deadline exceeded",
    "request canceled",
    "requestcanceled",
    "no such host",
    "failed to resolve \"",
    "connection issue",
    "connection reset",
    "could not reach",
    "send request failed",
    "requesterror",
    "toomanyrequests",
    "api error (500)",
];
const WORDS_OF_PULL: &[&str] = &["cannotpull", "pull access denied", "pull image manifest", "pull command failed"];
const WORDS_OF_PREPARATION: &[&str] = &["resourceinitializationerror", "fetching secret", "logging driver"];

/// What the end of a task says of the release; none when it says nothing: stopped by a person, or by a scale-in.
///
/// Source: ECS API reference, Task: `stopCode`, `stoppedReason`; ECS developer guide, "Stopped tasks error messages". ECS tells
/// by words alone what its codes do not tell apart.
pub(crate) fn ending(task: &StoppedTask) -> Option<&'static Ending> {
    let reasons = [&task.stopped_reason, &task.container_reason].map(|text| text.as_deref().unwrap_or_default());
    let text = reasons.join(" ").to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let code = task.stop_code.as_deref().unwrap_or_default();
    match code {
        "UserInitiated" => return None,
        "SpotInterruption" | "TerminationNotice" => return Some(&TAKEN_AWAY),
        _ if says(WORDS_OF_TAKEN_AWAY) => return Some(&TAKEN_AWAY),
        "ServiceSchedulerInitiated" if says(&["container health check"]) => return Some(&FAILED_CONTAINER_CHECK),
        "ServiceSchedulerInitiated" if says(&["failed"]) => return Some(&FAILED_CHECK),
        "TaskFailedToStart" | "EssentialContainerExited" => {}
        _ => return None,
    }
    if says(&["outofmemory"]) {
        return Some(&OUT_OF_MEMORY);
    }
    if code == "EssentialContainerExited" {
        return Some(&EXITED);
    }
    if says(WORDS_OF_NO_CAPACITY) {
        return Some(&NO_CAPACITY);
    }
    if says(WORDS_OF_DENIED) {
        return Some(&DENIED);
    }
    if says(WORDS_OF_UNREACHABLE) {
        return Some(&UNREACHABLE);
    }
    if says(WORDS_OF_PULL) {
        return Some(&NOT_PULLED);
    }
    Some(if says(WORDS_OF_PREPARATION) { &NOT_PREPARED } else { &NOT_STARTED })
}

/// What a release is told where ECS finds no place for its tasks.
pub(crate) const fn no_capacity() -> &'static Ending {
    &NO_CAPACITY
}

/// Whether a stopped task counts as failed.
pub(crate) fn is_failed(task: &StoppedTask) -> bool {
    ending(task).is_some_and(|ending| ending.counts)
}

/// The failed task that stopped last, and how.
pub(crate) fn last_failed(tasks: &[StoppedTask]) -> Option<(&StoppedTask, &'static Ending)> {
    last(tasks, true)
}

/// The task that AWS took away last, and how.
pub(crate) fn last_taken_away(tasks: &[StoppedTask]) -> Option<(&StoppedTask, &'static Ending)> {
    last(tasks, false)
}

fn last(tasks: &[StoppedTask], counts: bool) -> Option<(&StoppedTask, &'static Ending)> {
    let endings = tasks.iter().filter_map(|task| Some((task, ending(task)?)));
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
    use super::*;

    fn task(stop_code: &str, reason: &str) -> StoppedTask {
        StoppedTask {
            arn: "arn:aws:ecs:eu-west-1:123456789012:task/prod/0a1b2c".to_owned(),
            stop_code: Some(stop_code.to_owned()),
            stopped_reason: Some(reason.to_owned()),
            container: None,
            container_reason: None,
            exit_code: None,
            stopped_at: None,
        }
    }

    #[test]
    fn each_end_of_a_task_has_its_category_and_only_what_tells_of_the_release_counts() {
        const START: &str = "TaskFailedToStart";
        const EXIT: &str = "EssentialContainerExited";
        const ECS: &str = "ServiceSchedulerInitiated";
        let table = [
            (START, "CannotPullContainerError: pull image manifest: not found", Some(&NOT_PULLED)),
            (START, "CannotPullContainerError: dial tcp: i/o timeout", Some(&UNREACHABLE)),
            (
                START,
                "CannotPullContainerError: pull access denied for shop, repository does not exist",
                Some(&NOT_PULLED),
            ),
            (START, "CannotPullECRContainerError: AccessDeniedException: not allowed ecr:GetImage", Some(&DENIED)),
            (START, "ResourceInitializationError: secret: AccessDeniedException: User: x", Some(&DENIED)),
            (START, "ResourceInitializationError: secret has no json key TOKEN", Some(&NOT_PREPARED)),
            (START, "ResourceInitializationError: registry auth: There is a connection issue", Some(&UNREACHABLE)),
            (START, "CannotStartContainerError: OCI runtime create failed", Some(&NOT_STARTED)),
            (START, "Capacity is unavailable at this time", Some(&NO_CAPACITY)),
            (START, "RESOURCE:MEMORY", Some(&NO_CAPACITY)),
            (START, "No Container Instances were found in your capacity provider", Some(&NO_CAPACITY)),
            (EXIT, "Essential container in task exited", Some(&EXITED)),
            (EXIT, "OutOfMemoryError: container killed", Some(&OUT_OF_MEMORY)),
            // What the program said of its own connections is its own affair.
            (EXIT, "Essential container in task exited: dial tcp: i/o timeout", Some(&EXITED)),
            (ECS, "Task failed ELB health checks in (target-group x)", Some(&FAILED_CHECK)),
            (ECS, "Task failed container health checks", Some(&FAILED_CONTAINER_CHECK)),
            (ECS, "Scaling activity initiated by deployment", None),
            ("UserInitiated", "Task stopped by user", None),
            ("SpotInterruption", "Your Spot Task was interrupted.", Some(&TAKEN_AWAY)),
            ("TerminationNotice", "the host goes", Some(&TAKEN_AWAY)),
            (ECS, "Host EC2 (instance i-06a) terminated.", Some(&TAKEN_AWAY)),
        ];
        for (code, reason, expected) in table {
            assert_eq!(ending(&task(code, reason)), expected, "{code}: {reason}");
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
