//! The position in progress took longer than the progress deadline.

use sluice_api::{Failure, FailureCategory, LifecycleEventName, Reason, RollbackTrigger};

use super::detector::Detector;
use crate::failure::failure;
use crate::progress::position::{Position, position};
use crate::view::View;

pub(super) const DETECTOR: Detector =
    Detector { name: "progress deadline", trigger: RollbackTrigger::DeploymentFailure, detect };

fn detect(view: &View<'_>) -> Option<Failure> {
    let progress = view.progress();
    // A user's hold stops the clock, and so do an alarm's and a service that wants no tasks.
    let is_held_by_an_alarm = progress.position.as_ref().is_some_and(|position| position.alarm_since.is_some());
    let due = view.deadline().is_some_and(|deadline| deadline <= view.now());
    if view.input.release.controls.paused
        || progress.paused_at.is_some()
        || view.is_idle()
        || is_held_by_an_alarm
        || !due
    {
        return None;
    }
    let late = match position(progress) {
        Position::Install if view.blocked_route().is_some() => {
            Some("before every route was read, with the pair alone in it")
        }
        Position::Install if view.outsider().is_some() => Some("while someone else had a share"),
        Position::Install => view.replacement_is_ready().is_err().then_some("before the replacement was ready"),
        Position::AllowTraffic(index) => {
            let verified = progress.steps.get(index).is_some_and(|step| step.verified_at.is_some());
            if verified {
                is_incomplete(view).then_some("before the replacement was complete again")
            } else {
                Some("before the increment was made and read back")
            }
        }
        Position::Event(LifecycleEventName::AllowTestTraffic) => Some("before the test route was switched"),
        // What is waited for at an event has a time of its own; once all traffic has moved, only a replacement that is down
        // would turn it round.
        Position::Event(_) | Position::Bake | Position::TerminateOriginal | Position::Rollback | Position::Ended => {
            None
        }
    };
    late.map(|what| passed(view, what))
}

/// Whether the replacement is not what its share needs, for which an original that is to shrink waits.
fn is_incomplete(view: &View<'_>) -> bool {
    view.is_proportional() && view.replacement_is_ready().is_err()
}

/// A call that AWS did not carry out, as the reason of a Deployment tells it: what kind of failure it makes, what to do, and
/// whether it passes by itself.
const CALLS: &[(Reason, FailureCategory, &str, bool)] = &[
    (
        Reason::AccessDenied,
        FailureCategory::Auth,
        "allow the operator's role the action that the message names, then create the Deployment again",
        false,
    ),
    (
        Reason::AuthenticationFailed,
        FailureCategory::Auth,
        "give the operator credentials that work, then create the Deployment again",
        false,
    ),
    (
        Reason::RequestRefused,
        FailureCategory::Unknown,
        "the message tells what AWS refused: mend the group or the revision",
        false,
    ),
    (
        Reason::Throttled,
        FailureCategory::Infrastructure,
        "AWS limited the rate of calls: create the Deployment again when there are fewer",
        true,
    ),
    (
        Reason::AwsUnavailable,
        FailureCategory::Infrastructure,
        "AWS did not answer as it should: create the Deployment again later",
        true,
    ),
];

/// What was waited for until now is what the failure says: a route that is not read, a call that AWS did not carry out, and
/// else what stands in the way of the replacement. What passes by itself is the cause only where no other is known.
fn passed(view: &View<'_>, what: &str) -> Failure {
    let deadline = view.input.release.settings.progress_deadline;
    let passed = format!("progress deadline of {deadline} passed {what}");
    if let Some(unread) = view.blocked_route() {
        // Whatever the targets say: without the route they say nothing of the release.
        let message = format!("{passed}; {}: {}", unread.what, unread.remedy);
        return Failure {
            hint: "mend the route, then create the Deployment again".to_owned(),
            ..failure(FailureCategory::Unknown, &message)
        };
    }
    let progress = view.progress();
    let call = CALLS.iter().find(|(reason, ..)| progress.reason == reason.to_string());
    if let Some((_, category, hint, passes)) = call
        && (!passes || view.cause().is_none())
    {
        return Failure { hint: (*hint).to_owned(), ..failure(*category, &format!("{passed}; {}", progress.message)) };
    }
    view.failure_of_replacement(&format!("{passed}{}", view.raised_count()))
}
