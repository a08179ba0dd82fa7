//! What users read of hooks.

use sluice_api::{Failure, FailureCategory, FailureStage, Hook, HookEvent, HookState, HookStatus, Reason};

use crate::asked::names_a_hook;
use crate::commands::{approve, stop};
use crate::failure::failure;
use crate::view::View;
use crate::waiting::{WaitKind, Waiting, clock};

/// What a function says that was written for CodeDeploy: it looks for an id that only CodeDeploy gives, reports to who does not
/// listen here, or has caught that error and answers nothing.
const OF_CODEDEPLOY: [&str; 4] =
    ["putlifecycleeventhookexecutionstatus", "lifecycleeventhookexecutionid", "deploymentid", "no hookstatus"];

/// Where a hook runs, for people.
fn place(hook: &Hook, known: &HookStatus) -> String {
    match known.step {
        Some(step) => format!("{} {step}", hook.on),
        None => hook.on.to_string(),
    }
}

/// The number of an attempt, where there may be more than one.
fn attempt(hook: &Hook, known: &HookStatus) -> String {
    if hook.retries == 0 { String::new() } else { format!(" (attempt {} of {})", known.attempt, hook.retries + 1) }
}

/// A hook that runs: since when, until when, and what ends the wait.
pub(super) fn running(view: &View<'_>, hook: &Hook, known: &HookStatus) -> Waiting {
    let since = known.started_at.unwrap_or_else(|| view.now());
    let until = since + hook.timeout.as_signed();
    let ends = if hook.on == HookEvent::OnRollback {
        String::new()
    } else {
        format!("; to end it: {}", stop(&view.input.release))
    };
    let message = format!(
        "hook {} runs at {}{} since {}, until {} at most{ends}",
        hook.name,
        place(hook, known),
        attempt(hook, known),
        clock(since, view.now()),
        clock(until, view.now())
    );
    Waiting::for_progress(Reason::RunningHook, message, Some(until))
}

/// A failed hook that holds the release until a person decides.
pub(super) fn failed(view: &View<'_>, hook: &Hook, known: &HookStatus, reason: Reason) -> Waiting {
    let ends = stop(&view.input.release);
    // The command before the hook's own words, which may be long.
    let said = known.message.as_deref().map(|message| format!("; it said: {message}")).unwrap_or_default();
    let head = verdict(hook, &HookStatus { message: None, ..known.clone() });
    let release = &view.input.release;
    let can_pass = names_a_hook(&hook.name, std::slice::from_ref(hook), &release.progress.steps);
    let goes_on = can_pass.then(|| format!("to go on all the same: {}; ", approve(release, &hook.name)));
    let message =
        format!("{}; {}to end it: {ends}{said}", head.replacen("Hook", "hook", 1), goes_on.unwrap_or_default());
    Waiting { reason, message, until: None, deadline: None, kind: WaitKind::Person }
}

/// A hook that a newer version made.
pub(super) fn unknown(hook: &Hook) -> Waiting {
    let message = format!("hook {} says nothing that this version can run: stop the Deployment", hook.name);
    Waiting { reason: Reason::HookFailed, message, until: None, deadline: None, kind: WaitKind::Person }
}

/// What an attempt came to, in a sentence.
pub(super) fn verdict(hook: &Hook, known: &HookStatus) -> String {
    let what = match known.state {
        HookState::Succeeded => "succeeded",
        HookState::TimedOut => "took too long",
        HookState::Failed | HookState::Pending | HookState::Running | HookState::Skipped => "failed",
    };
    let said = known.message.as_deref().map(|message| format!(": {message}")).unwrap_or_default();
    format!("Hook {} {what} at {}{}{said}", hook.name, place(hook, known), attempt(hook, known))
}

/// The failure of a release that a hook turns round.
pub(crate) fn failure_of(hook: &Hook, known: &HookStatus) -> Failure {
    let said = known.message.as_deref().unwrap_or_default().to_ascii_lowercase();
    let hint = if OF_CODEDEPLOY.iter().any(|word| said.contains(word)) {
        "it may have been written for CodeDeploy: it must return {\"hookStatus\": \"SUCCEEDED\"} or FAILED in place of calling PutLifecycleEventHookExecutionStatus, see docs/hooks.md".to_owned()
    } else if known.state == HookState::TimedOut {
        format!("make hook {} answer within its timeout, or raise the timeout", hook.name)
    } else {
        format!("look at what hook {} checks, and at its logs", hook.name)
    };
    let message = verdict(hook, known);
    let message = message.replacen("Hook", "hook", 1);
    Failure { stage: FailureStage::Verify, hint, ..failure(FailureCategory::HealthCheck, &message) }
}
