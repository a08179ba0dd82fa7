//! Which hooks a group has at an event.

use sluice_api::{DeploymentGroupSpec, DeploymentStatus, Hook, HookEvent};

/// The hooks of the group at an event, and at this increment where the event comes once for each.
pub(super) fn named<'a>(
    settings: &'a DeploymentGroupSpec,
    progress: &'a DeploymentStatus,
    (event, step): (HookEvent, Option<usize>),
) -> impl Iterator<Item = &'a Hook> {
    let step = step.and_then(|index| progress.steps.get(index)).map(|step| (step.index, step.name.as_deref()));
    settings.hooks.iter().filter(move |hook| hook.runs_at(event, step))
}

/// Whether the group has a hook at this event.
pub(crate) fn are_at(settings: &DeploymentGroupSpec, event: HookEvent) -> bool {
    settings.hooks.iter().any(|hook| hook.on == event)
}
