//! The way forward: one file for each lifecycle event that does something.

mod allow_traffic;
mod bake;
mod capacity;
mod event;
mod idle;
mod install;
pub(crate) mod pause;
mod terminate_original;

use sluice_api::LifecycleEventName;

use crate::plan::Plan;
use crate::progress::position::{Position, position};
use crate::progress::times::past_point_of_no_return;
use crate::view::{View, rounded};
use event::EventPlan;

/// The events in their order. Those that CodeDeploy has for hooks alone have no row.
const EVENTS: &[EventPlan] = &[
    EventPlan { name: LifecycleEventName::Install, next: install::next },
    EventPlan { name: LifecycleEventName::AllowTraffic, next: allow_traffic::next },
    EventPlan { name: LifecycleEventName::Bake, next: bake::next },
    EventPlan { name: LifecycleEventName::TerminateOriginal, next: terminate_original::next },
];

/// What a Deployment on its way forward does now.
pub(crate) fn next(view: &View<'_>) -> Plan {
    if view.input.release.controls.paused && !past_point_of_no_return(view.progress()) {
        return pause::pause(&view.input, view.observed_share().map(rounded));
    }
    if let Some(since) = view.progress().paused_at {
        return pause::resume(&view.input, since);
    }
    if let Some(wait) = idle::next(view) {
        return wait;
    }
    let name = match position(view.progress()) {
        Position::Install => LifecycleEventName::Install,
        Position::AllowTraffic(_) => LifecycleEventName::AllowTraffic,
        Position::Bake => LifecycleEventName::Bake,
        Position::TerminateOriginal | Position::Rollback | Position::Ended => LifecycleEventName::TerminateOriginal,
    };
    let event = EVENTS.iter().find(|event| event.name == name);
    // Every name above has a row; without one nothing is done.
    event.map_or_else(|| Plan::advance(view.progress().clone(), Vec::new()), |event| (event.next)(view))
}

/// Names of the events, in their order.
pub(crate) fn names() -> Vec<&'static str> {
    EVENTS.iter().map(|event| event.name.as_str()).collect()
}
