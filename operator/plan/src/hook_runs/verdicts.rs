//! What became of hooks that ran: taken in at every observation, whatever else is done, so that a failure turns a release
//! round that a user holds too.

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, Hook, HookEvent, HookState, HookStatus, Reason, bounded_message};

use super::{turn, words};
use crate::hooks::{Execution, Verdict};
use crate::plan::Note;
use crate::progress::hooks::{abandon, remember, running};
use crate::progress::position::{Position, position};
use crate::progress::steps::current_step;
use crate::view::View;

/// The progress with the verdicts that are in, and what is to be told of them; none where there is nothing new.
pub(crate) fn take_in(view: &View<'_>) -> Option<(DeploymentStatus, Vec<Note>)> {
    let before = view.progress();
    running(before).next()?;
    let mut progress = before.clone();
    let mut notes = Vec::new();
    abandon(&mut progress, "the release went on without it", view.now(), |hook| is_waited_for(before, hook));
    let known: Vec<HookStatus> = running(&progress).cloned().collect();
    for known in known {
        let Some(hook) = view.input.release.settings.hooks.iter().find(|hook| hook.name == known.name) else {
            continue;
        };
        if let Some((state, message)) = verdict(view, hook, &known) {
            let (next, note) = settle(view, hook, HookStatus { state, message, ..known });
            notes.extend(note);
            remember(&mut progress, next);
        }
    }
    (progress != *before).then_some((progress, notes))
}

/// What the attempt came to: its answer, or that it took too long.
fn verdict(view: &View<'_>, hook: &Hook, known: &HookStatus) -> Option<(HookState, Option<String>)> {
    let started: Timestamp = known.started_at.unwrap_or_else(|| view.now());
    let is_late = view.now() >= started + hook.timeout.as_signed();
    match view.observed().executions.get(&known.execution_id) {
        Some(Execution::Ended(Verdict { succeeded: true, message })) => Some((HookState::Succeeded, message.clone())),
        Some(Execution::Ended(Verdict { succeeded: false, message })) => Some((HookState::Failed, message.clone())),
        seen if is_late => {
            let last = match seen {
                Some(Execution::Running { message: Some(message) }) => format!("; the last answer: {message}"),
                _ => String::new(),
            };
            let message = format!("no verdict within its timeout of {}{last}", hook.timeout);
            Some((HookState::TimedOut, Some(bounded_message(&message))))
        }
        _ => None,
    }
}

/// Records the verdict of an attempt, and the beginning of the next where one is left.
fn settle(view: &View<'_>, hook: &Hook, ended: HookStatus) -> (HookStatus, Option<Note>) {
    let ended = HookStatus { ended_at: Some(view.now()), ..ended };
    if ended.state == HookState::Succeeded {
        let note = Note::normal(Reason::RunningHook, words::verdict(hook, &ended));
        return (ended, Some(note));
    }
    let note = Note::warning(Reason::HookFailed, words::verdict(hook, &ended));
    let next = if ended.attempt <= hook.retries { turn::begun(view, hook, &ended) } else { ended };
    (next, Some(note))
}

/// Whether the release still waits for a hook where it stands now.
fn is_waited_for(progress: &DeploymentStatus, hook: &HookStatus) -> bool {
    let index = |index: usize| i32::try_from(index).ok();
    match (position(progress), hook.on) {
        (Position::Rollback, event) => event == HookEvent::OnRollback,
        (Position::Event(name), event) => name.as_str() == event.as_str(),
        (Position::AllowTraffic(current), HookEvent::AfterStep) => hook.step == index(current),
        // Those of the next increment run while this one is still held.
        (Position::AllowTraffic(current), HookEvent::BeforeStep) => {
            hook.step == index(current) || hook.step == index(current_step(progress) + 1)
        }
        _ => false,
    }
}
