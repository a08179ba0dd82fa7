//! Install: the replacement is made and gets healthy.

use sluice_api::{DeploymentStatus, LifecycleEventName, Reason};

use super::event::done;
use crate::names::short;
use crate::plan::{Note, Plan};
use crate::platform::side::Presence;
use crate::unread_route;
use crate::view::View;
use crate::weights::next_weight_change;

/// Begins Install after another event: its deadline counts from now.
pub(super) fn begin(view: &View<'_>, mut progress: DeploymentStatus) -> Plan {
    progress.deadline_at = Some(view.new_deadline());
    Plan::advance(progress, Vec::new())
}

pub(super) fn next(view: &View<'_>) -> Plan {
    let progress = view.progress().clone();
    if let Some(change) = next_weight_change(view) {
        return Plan::act(change, progress);
    }
    if matches!(view.sides.replacement, Presence::None) {
        return Plan::act(view.platform.compute.create(&view.input.release), progress);
    }
    // Before the replacement is waited for: its targets never get healthy outside of the route.
    if let Some(wait) = unread_route::wait(view) {
        return wait;
    }
    if let Err(waiting) = view.replacement_is_ready() {
        return Plan::wait(waiting, progress, &view.input);
    }
    let message = format!(
        "Replacement {} is ready: {} {}",
        view.replacement().map_or("", |side| short(side.id)),
        view.healthy_replacement(),
        if view.is_by_size() { "tasks run, and ECS calls it steady" } else { "healthy targets" }
    );
    let ready = vec![Note::normal(Reason::Installing, message)];
    done(view, progress, LifecycleEventName::Install).with_notes(ready)
}
