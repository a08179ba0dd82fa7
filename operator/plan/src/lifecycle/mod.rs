//! The way forward: one file for each lifecycle event that does something.
//!
//! Their order is that of [`LifecycleEventName`]; only this file knows it.

mod alarms;
mod allow_test_traffic;
mod allow_traffic;
mod bake;
mod capacity;
mod event;
mod hold;
mod hooks;
mod idle;
mod install;
mod multi;
pub(crate) mod pause;
mod ready;
mod terminate_original;

use sluice_api::{DeploymentGroupSpec, DeploymentStatus, HookEvent, LifecycleEventName, LifecycleEventStatus};

use crate::hook_runs::are_at;
use crate::plan::Plan;
use crate::progress::events::start_event;
use crate::progress::position::{Position, position};
use crate::progress::remembered::enter;
use crate::progress::times::past_point_of_no_return;
use crate::test_route;
use crate::view::View;
use crate::weights::{next_weight_change, repair_weight};
use event::{EventPlan, pass_over};

/// What is done at each event. One that has no row here is passed over.
const EVENTS: &[EventPlan] = &[
    at_hooks(LifecycleEventName::BeforeInstall, |settings| are_at(settings, HookEvent::BeforeInstall)),
    EventPlan { name: LifecycleEventName::Install, applies: always, begin: install::begin, next: install::next },
    at_hooks(LifecycleEventName::AfterInstall, |settings| are_at(settings, HookEvent::AfterInstall)),
    EventPlan {
        name: LifecycleEventName::AllowTestTraffic,
        applies: allow_test_traffic::applies,
        begin: allow_test_traffic::begin,
        next: allow_test_traffic::next,
    },
    at_hooks(LifecycleEventName::AfterAllowTestTraffic, |settings| are_at(settings, HookEvent::AfterAllowTestTraffic)),
    EventPlan { name: LifecycleEventName::Ready, applies: ready::applies, begin: ready::begin, next: ready::next },
    at_hooks(LifecycleEventName::BeforeAllowTraffic, |settings| are_at(settings, HookEvent::BeforeAllowTraffic)),
    EventPlan {
        name: LifecycleEventName::AllowTraffic,
        applies: always,
        begin: allow_traffic::begin,
        next: allow_traffic::next,
    },
    at_hooks(LifecycleEventName::AfterAllowTraffic, |settings| are_at(settings, HookEvent::AfterAllowTraffic)),
    EventPlan { name: LifecycleEventName::Bake, applies: always, begin: bake::begin, next: bake::next },
    EventPlan {
        name: LifecycleEventName::TerminateOriginal,
        applies: always,
        begin: terminate_original::begin,
        next: terminate_original::next,
    },
];

/// An event in which hooks run and nothing else is done.
const fn at_hooks(name: LifecycleEventName, applies: fn(&DeploymentGroupSpec) -> bool) -> EventPlan {
    EventPlan { name, applies, begin: hooks::begin, next: hooks::next }
}

/// What a Deployment on its way forward does now.
pub(crate) fn next(view: &View<'_>) -> Plan {
    if view.input.release.controls.paused && !past_point_of_no_return(view.progress()) {
        return pause::pause(&view.input, view.observed_share());
    }
    if let Some(since) = view.progress().paused_at {
        return pause::resume(&view.input, since);
    }
    if let Some(wait) = idle::next(view) {
        return wait;
    }
    if let Some(repair) = capacity::repair(view) {
        return repair;
    }
    alarms::held(view, sized)
}

/// What is done at the event in progress or, while that waits, with the size of the original.
fn sized(view: &View<'_>) -> Plan {
    capacity::while_it_waits(view, forward(view))
}

/// What is done at the event in progress.
fn forward(view: &View<'_>) -> Plan {
    let name = match position(view.progress()) {
        Position::Install => LifecycleEventName::Install,
        Position::Event(name) => {
            // Level-triggered: a weight that someone changed meanwhile is put back, whatever is waited for.
            if let Some(change) = next_weight_change(view) {
                return repair_weight(view, change);
            }
            // Hooks may use it (S18).
            if name != LifecycleEventName::AllowTestTraffic
                && let Some(change) = test_route::next_change(view)
            {
                return repair_weight(view, change);
            }
            name
        }
        Position::AllowTraffic(_) => LifecycleEventName::AllowTraffic,
        Position::Bake => LifecycleEventName::Bake,
        Position::TerminateOriginal | Position::Rollback | Position::Ended => LifecycleEventName::TerminateOriginal,
    };
    let plan = match row(name) {
        Some(event) => (event.next)(view),
        // What is in progress and not known here, by the hand of a newer version, is passed over.
        None => pass_over(view.progress().clone(), name),
    };
    let plan = carry_on(view, plan);
    // What carries production goes first: the test route is put back where nothing else is to be done.
    match test_route::next_change(view) {
        Some(change) if plan.waiting.is_some() && position(&plan.progress) == position(view.progress()) => {
            repair_weight(view, change)
        }
        _ => plan,
    }
}

/// Begins the next event that applies once the one before it has ended, all in one plan.
fn carry_on(view: &View<'_>, mut plan: Plan) -> Plan {
    while let Some(name) = next_event(&plan.progress) {
        let mut progress = plan.progress;
        let next = match row(name).filter(|event| (event.applies)(view.input.release.settings)) {
            None => pass_over(progress, name),
            Some(event) => {
                start_event(&mut progress, name, view.now());
                enter(&mut progress, view.sides.tasks);
                (event.begin)(view, progress)
            }
        };
        plan = next.with_notes(plan.notes);
    }
    plan
}

/// The event that comes next; none while another one is in progress, and at the end.
fn next_event(progress: &DeploymentStatus) -> Option<LifecycleEventName> {
    let is = |name: LifecycleEventName, status| {
        progress.lifecycle_events.iter().any(|event| event.name == name && event.status == status)
    };
    let all = LifecycleEventName::ALL.iter().copied();
    let is_between = progress.completed_at.is_none() && progress.rollback.is_none();
    let in_progress = all.clone().any(|name| is(name, LifecycleEventStatus::InProgress));
    all.filter(|_| is_between && !in_progress).find(|name| is(*name, LifecycleEventStatus::Pending))
}

fn row(name: LifecycleEventName) -> Option<&'static EventPlan> {
    EVENTS.iter().find(|event| event.name == name)
}

const fn always(_: &DeploymentGroupSpec) -> bool {
    true
}

/// Names of the events, in their order.
pub(crate) fn names() -> Vec<&'static str> {
    EVENTS.iter().map(|event| event.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_one_row_and_they_stand_in_their_order() {
        let rows: Vec<LifecycleEventName> = EVENTS.iter().map(|event| event.name).collect();
        assert_eq!(rows, LifecycleEventName::ALL);
    }
}
