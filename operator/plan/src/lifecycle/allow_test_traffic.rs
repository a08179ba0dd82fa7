//! AllowTestTraffic: the test route is switched to the replacement, before any production traffic moves.

use jiff::Timestamp;
use sluice_api::{DeploymentGroupSpec, DeploymentStatus, LifecycleEventName, Reason};

use super::event::done;
use crate::names::short;
use crate::plan::{Note, Plan};
use crate::progress::events::event_started_at;
use crate::test_route;
use crate::unread_route;
use crate::view::View;
use crate::view::settling::weights_work_at;
use crate::waiting::{Waiting, by, clock};

pub(super) const fn applies(settings: &DeploymentGroupSpec) -> bool {
    settings.load_balancer.test_route.is_some()
}

pub(super) fn begin(view: &View<'_>, mut progress: DeploymentStatus) -> Plan {
    progress.deadline_at = Some(view.new_deadline());
    Plan::advance(progress, Vec::new())
}

pub(super) fn next(view: &View<'_>) -> Plan {
    let progress = view.progress().clone();
    if let Some(wait) = unread_route::wait(view) {
        return wait;
    }
    if let Err(waiting) = view.replacement_is_ready() {
        return Plan::wait(waiting, progress, &view.input);
    }
    if let Some(change) = test_route::next_change(view) {
        return Plan::act(change, progress);
    }
    let route = view.test_split.as_ref().map_or("", |split| short(split.id));
    if !test_route::is_in_place(view) {
        let deadline = view.deadline();
        let message = format!(
            "waiting for test route {route} to answer with all of it at the replacement{}",
            by(deadline, view.now())
        );
        return Plan::wait(Waiting::for_progress(Reason::TestTraffic, message, deadline), progress, &view.input);
    }
    if let Some(until) = works_at(view).filter(|until| *until > view.now()) {
        let mut progress = progress;
        // What it may take to get ready begins anew after it: nothing can be seen of it meanwhile.
        progress.deadline_at = Some(until + view.input.release.settings.progress_deadline.as_signed());
        let message = format!(
            "waiting until {}, when the Network Load Balancer works by the weights of test route {route}",
            clock(until, view.now())
        );
        return Plan::wait(Waiting::until(Reason::TestTraffic, message, until), progress, &view.input);
    }
    let message = format!("Test route {route} is at the replacement");
    let switched = vec![Note::normal(Reason::TestTraffic, message)];
    done(view, progress, LifecycleEventName::AllowTestTraffic).with_notes(switched)
}

/// When whoever tries something meets the replacement, where the load balancer works late; none where it does not. Whether the
/// route was switched by us, or a moment before by someone else, is not known.
fn works_at(view: &View<'_>) -> Option<Timestamp> {
    let within = view.input.release.weights_work_within()?;
    let begun = event_started_at(view.progress(), LifecycleEventName::AllowTestTraffic).map(|at| at + within);
    begun.max(weights_work_at(view))
}
