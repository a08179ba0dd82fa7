//! What is remembered of hooks: at the lifecycle event at which they run, and of those on the way back at the rollback.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, HookEvent, HookState, HookStatus, LifecycleEventName};

/// How many hooks of increments are remembered: those of the last ones. A hook of an increment that is behind is never
/// asked for again.
const MOST_OF_STEPS: usize = 40;

/// The lifecycle event at which hooks of this event are remembered; none for those of the way back.
const fn place(event: HookEvent) -> Option<LifecycleEventName> {
    Some(match event {
        HookEvent::BeforeInstall => LifecycleEventName::BeforeInstall,
        HookEvent::AfterInstall => LifecycleEventName::AfterInstall,
        HookEvent::AfterAllowTestTraffic => LifecycleEventName::AfterAllowTestTraffic,
        HookEvent::BeforeAllowTraffic => LifecycleEventName::BeforeAllowTraffic,
        HookEvent::BeforeStep | HookEvent::AfterStep => LifecycleEventName::AllowTraffic,
        HookEvent::AfterAllowTraffic => LifecycleEventName::AfterAllowTraffic,
        HookEvent::OnRollback => return None,
    })
}

fn list_mut(progress: &mut DeploymentStatus, event: HookEvent) -> Option<&mut Vec<HookStatus>> {
    match place(event) {
        Some(name) => {
            let found = progress.lifecycle_events.iter_mut().find(|one| one.name == name);
            found.map(|found| &mut found.hooks)
        }
        None => progress.rollback.as_mut().map(|rollback| &mut rollback.hooks),
    }
}

/// Every hook that is remembered, in the order of the events.
pub(crate) fn all(progress: &DeploymentStatus) -> impl Iterator<Item = &HookStatus> {
    let forward = progress.lifecycle_events.iter().flat_map(|event| &event.hooks);
    forward.chain(progress.rollback.iter().flat_map(|rollback| &rollback.hooks))
}

fn all_mut(progress: &mut DeploymentStatus) -> impl Iterator<Item = &mut HookStatus> {
    let forward = progress.lifecycle_events.iter_mut().flat_map(|event| &mut event.hooks);
    forward.chain(progress.rollback.iter_mut().flat_map(|rollback| &mut rollback.hooks))
}

/// Those that are recorded as running.
pub(crate) fn running(progress: &DeploymentStatus) -> impl Iterator<Item = &HookStatus> {
    all(progress).filter(|hook| hook.state == HookState::Running)
}

/// The execution ids of those that are recorded as running: nothing else of a Deployment may be asked any more.
#[must_use]
pub fn in_progress(progress: &DeploymentStatus) -> BTreeSet<&str> {
    running(progress).map(|hook| hook.execution_id.as_str()).collect()
}

/// A hook at an event, and the increment where the event comes once for each.
pub(crate) fn find<'a>(
    progress: &'a DeploymentStatus,
    name: &str,
    event: HookEvent,
    step: Option<i32>,
) -> Option<&'a HookStatus> {
    all(progress).find(|hook| hook.name == name && hook.on == event && hook.step == step)
}

/// Remembers a hook, in place of what was remembered of it.
pub(crate) fn remember(progress: &mut DeploymentStatus, hook: HookStatus) {
    let Some(list) = list_mut(progress, hook.on) else { return };
    match list.iter_mut().find(|one| one.name == hook.name && one.on == hook.on && one.step == hook.step) {
        Some(known) => *known = hook,
        None => list.push(hook),
    }
    while list.len() > MOST_OF_STEPS {
        let Some(oldest) = list.iter().position(|one| one.state.is_ended()) else { break };
        list.remove(oldest);
    }
}

/// Nobody waits any more for hooks that have no verdict, but for those of which this holds.
pub(crate) fn abandon(
    progress: &mut DeploymentStatus,
    why: &str,
    now: Timestamp,
    is_waited_for: impl Fn(&HookStatus) -> bool,
) {
    for hook in all_mut(progress).filter(|hook| !hook.state.is_ended() && !is_waited_for(hook)) {
        if hook.state == HookState::Running {
            hook.ended_at = Some(now);
            hook.message = Some(why.to_owned());
        }
        hook.state = HookState::Skipped;
    }
}
