//! Which hook comes next at an event, and what the release does meanwhile.

use sluice_api::{DeploymentStatus, Hook, HookEvent, HookState, HookStatus, OnHookFailure, Reason};

use super::named::named;
use super::{call, words};
use crate::action::Action;
use crate::hooks::{Execution, execution_id};
use crate::plan::Plan;
use crate::progress::hooks::{find, remember};
use crate::view::View;

/// What the hooks of an event have the release do; none once all of them let it go on, and at no cost where there are none.
/// `progress` is what is remembered by now, which may be more than the view has.
pub(crate) fn hold(
    view: &View<'_>,
    progress: &DeploymentStatus,
    (event, step): (HookEvent, Option<usize>),
) -> Option<Plan> {
    let index = step.and_then(|step| i32::try_from(step).ok());
    let hooks: Vec<&Hook> = named(view.input.release.settings, progress, (event, step)).collect();
    if hooks.is_empty() {
        return None;
    }
    let mut progress = progress.clone();
    for hook in &hooks {
        if find(&progress, &hook.name, event, index).is_none() {
            remember(&mut progress, pending(hook, index));
        }
    }
    for hook in hooks {
        let known = find(&progress, &hook.name, event, index).cloned().unwrap_or_else(|| pending(hook, index));
        match known.state {
            HookState::Succeeded | HookState::Skipped => {}
            HookState::Failed | HookState::TimedOut => {
                if let Some(plan) = after_failure(view, &progress, hook, &known) {
                    return Some(plan);
                }
            }
            HookState::Pending => {
                remember(&mut progress, begun(view, hook, &known));
                // Started once this is recorded.
                return Some(Plan::advance(progress, Vec::new()));
            }
            HookState::Running => return Some(run(view, progress, hook, &known)),
        }
    }
    None
}

/// A hook whose turn has not come.
fn pending(hook: &Hook, step: Option<i32>) -> HookStatus {
    HookStatus {
        name: hook.name.clone(),
        on: hook.on,
        step,
        execution_id: String::new(),
        state: HookState::Pending,
        attempt: 0,
        started_at: None,
        ended_at: None,
        message: None,
    }
}

/// The next attempt of a hook, as it is recorded before it is started.
pub(super) fn begun(view: &View<'_>, hook: &Hook, known: &HookStatus) -> HookStatus {
    let attempt = known.attempt + 1;
    HookStatus {
        execution_id: execution_id(view.input.release.identity.uid, &hook.name, hook.on, known.step, attempt),
        state: HookState::Running,
        attempt,
        started_at: Some(view.now()),
        ended_at: None,
        ..known.clone()
    }
}

/// A hook that is recorded as running: started where this process knows nothing of it, else waited for.
fn run(view: &View<'_>, progress: DeploymentStatus, hook: &Hook, known: &HookStatus) -> Plan {
    match view.observed().executions.get(&known.execution_id) {
        // What was not looked at was not recorded before this look.
        None => Plan::advance(progress, Vec::new()),
        Some(Execution::Unknown) => match call::of(view, &progress, hook, known) {
            Some(call) => Plan::act(Action::StartHook(Box::new(call)), progress),
            None => Plan::wait(words::unknown(hook), progress, &view.input),
        },
        Some(Execution::Running { .. } | Execution::Ended(_)) => {
            Plan::wait(words::running(view, hook, known), progress, &view.input)
        }
    }
}

/// What a failed hook has the release do; none where it goes on. That it turns round is for `failures/`.
fn after_failure(view: &View<'_>, progress: &DeploymentStatus, hook: &Hook, known: &HookStatus) -> Option<Plan> {
    let is_let_pass =
        hook.on_failure == OnHookFailure::Pause && view.input.release.asked.lets_pass(hook, &view.progress().steps);
    if hook.on == HookEvent::OnRollback || hook.on_failure == OnHookFailure::Continue || is_let_pass {
        return None;
    }
    Some(Plan::wait(words::failed(view, hook, known, Reason::HookFailed), progress.clone(), &view.input))
}
