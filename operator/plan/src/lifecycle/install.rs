//! Install: the replacement is made and gets healthy.

use sluice_api::{LifecycleEventName, LifecycleEventStatus, Reason};

use crate::names::short;
use crate::plan::{Note, Plan};
use crate::platform::side::Presence;
use crate::progress::events::{end_event, start_event};
use crate::progress::steps::begin_step;
use crate::unread_route;
use crate::view::View;
use crate::weights::next_weight_change;

pub(super) fn next(view: &View<'_>) -> Plan {
    let mut progress = view.progress().clone();
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
    let now = view.now();
    end_event(&mut progress, LifecycleEventName::Install, LifecycleEventStatus::Succeeded, now);
    start_event(&mut progress, LifecycleEventName::AllowTraffic, now);
    begin_step(&mut progress, 0, view.sides.tasks, (now, view.new_deadline()));
    let message = format!(
        "Replacement {} is ready: {} healthy targets",
        view.replacement().map_or("", |side| short(side.id)),
        view.healthy_replacement()
    );
    Plan::advance(progress, vec![Note::normal(Reason::Installing, message)])
}
