//! Reasons that pass by themselves.

use super::reason::{ReasonRow, row};

/// One row for each reason, in the order of the documentation.
pub(super) const PASSING: &[ReasonRow] = &[
    row("Throttled", "", "AWS limits the rate; tried again, more slowly", ""),
    row(
        "AwsUnavailable",
        "",
        "AWS answers with errors, too late or not at all; or the Lease was lost. Tried again",
        "",
    ),
    row(
        "RequestRefused",
        "",
        "AWS refused the request. A refused CreateTaskSet fails the Deployment; anything else is tried again until the deadline",
        "",
    ),
    row(
        "AlarmUnreadable",
        "",
        "An alarm could not be read: nothing is raised until it is, for a minute. Before the beginning, Stalled, and tried again",
        "",
    ),
    row(
        "AlarmActive",
        "on a Deployment in progress",
        "Held by an alarm in ALARM, as spec.alarms.onAlarm: Pause says; it goes on once that is OK, or by the command in status.gates",
        "",
    ),
    row(
        "Queued",
        "",
        "Another Deployment of the service comes first: one in progress, or a newer one of the group. One that is paused before it began, or Stalled, lets others pass",
        "",
    ),
    row("Suspended", "", "Its group or its Application is suspended: nothing begins", ""),
    row(
        "WaitingForGroup",
        "",
        "A group that comes before it in spec.promotion of its Application has not run the revision for long enough: promotion. The message says which, and the command that leads on. On a Deployment in progress: it is ready to end, and waits for those that are released as one with it",
        "",
    ),
    row("WindowClosed", "", "No window of its group is open. The message says when the next one opens", ""),
    row(
        "Retrying",
        "",
        "A release failed for a cause that may pass, and is tried again at the time in the message",
        "",
    ),
    row("Installing", "", "The part of the release that is in progress", ""),
    row("Shifting", "", "The part of the release that is in progress", ""),
    row("Holding", "", "The part of the release that is in progress", ""),
    row("TestTraffic", "", "The part of the release that is in progress", ""),
    row("RunningHook", "", "The part of the release that is in progress", ""),
    row("Baking", "", "The part of the release that is in progress", ""),
    row("Terminating", "", "The part of the release that is in progress", ""),
    row("RollingBack", "", "The part of the release that is in progress", ""),
    row("WaitingForApproval", "", "A person has to let it go on: waits", ""),
    row("Paused", "", "Held; set spec.paused to false", ""),
    row(
        "ServiceNotFound",
        "on a Deployment in progress",
        "ECS does not answer with the service; waited for until the time in the message",
        "",
    ),
];
