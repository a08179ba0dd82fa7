//! Events in which hooks run and nothing else is done.

use sluice_api::{DeploymentStatus, HookEvent, LifecycleEventName};

use super::event::done;
use crate::hook_runs::hold;
use crate::plan::Plan;
use crate::progress::position::{Position, position};
use crate::unread_route;
use crate::view::View;

/// Begins the event with its first hook.
pub(super) fn begin(view: &View<'_>, progress: DeploymentStatus) -> Plan {
    let Position::Event(name) = position(&progress) else { return Plan::advance(progress, Vec::new()) };
    match event(name).and_then(|event| hold(view, &progress, (event, None))) {
        Some(plan) => plan,
        None => done(view, progress, name),
    }
}

pub(super) fn next(view: &View<'_>) -> Plan {
    let plan = begin(view, view.progress().clone());
    let until = plan.waiting.as_ref().map(|waiting| waiting.until);
    // What is not read is told before a hook that is waited for.
    until.and_then(|until| unread_route::wait_until(view, until)).unwrap_or(plan)
}

/// The hooks that run at a lifecycle event of theirs.
fn event(name: LifecycleEventName) -> Option<HookEvent> {
    HookEvent::ALL.iter().copied().find(|event| event.as_str() == name.as_str())
}
