//! TerminateOriginal: promote, write down that there is no way back, delete, and see it gone: each in a reconcile of its
//! own. A service that something else deploys is not deleted, and there is a way back to it until the end.

use sluice_api::{DeploymentStatus, Intent, IntentOperation, Reason, State};

use crate::adoption::kept;
use crate::names::target_group_name;
use crate::plan::{Note, Plan};
use crate::platform::side::Side;
use crate::progress::events::end;
use crate::progress::position::desired_share;
use crate::progress::times::past_point_of_no_return;
use crate::test_route;
use crate::unnamed_route;
use crate::unread_route;
use crate::view::View;
use crate::view::settling::{barrier, barrier_ends_at, late_clients};
use crate::weights::{next_weight_change, repair_weight, wait_for_traffic};

pub(super) const fn begin(_: &View<'_>, progress: DeploymentStatus) -> Plan {
    Plan::advance(progress, Vec::new())
}

pub(super) fn next(view: &View<'_>) -> Plan {
    if let Some(change) = next_weight_change(view) {
        return repair_weight(view, change);
    }
    if let Some(wait) = unread_route::wait_or_end(view) {
        return wait;
    }
    let progress = view.progress().clone();
    // Nothing is taken from the original while the replacement cannot stand alone, in its full size. Once there is no
    // way back, it is enough that it serves at all.
    let may_be_less = past_point_of_no_return(&progress) && !view.is_by_size();
    let must_be_complete = view.original().is_some() && !may_be_less;
    if (must_be_complete || !view.replacement_can_serve())
        && let Err(waiting) = view.replacement_is_ready()
    {
        return Plan::wait(waiting, progress, &view.input);
    }
    if !view.traffic_is_at(desired_share(&progress)) {
        return wait_for_traffic(view, desired_share(&progress));
    }
    // Whoever tries something goes on to meet someone.
    if let Some(change) = test_route::next_change(view) {
        return repair_weight(view, change);
    }
    if let Some(replacement) = view.replacement().filter(|side| !side.primary) {
        let unnamed = unnamed_route::wait_for_original(view);
        return unnamed.unwrap_or_else(|| Plan::act(view.platform.compute.promote(replacement), progress));
    }
    match view.original() {
        Some(original) if original.is_adopted => leave(view),
        Some(original) => delete(view, original),
        None if view.has_no_original() => succeed(view),
        // Missing from one answer is not gone: it is looked for once more.
        None => Plan::wait(barrier(view, view.now() + view.input.release.limits.poll), progress, &view.input),
    }
}

fn delete(view: &View<'_>, original: &Side<'_>) -> Plan {
    let mut progress = view.progress().clone();
    if let Some(until) = barrier_ends_at(view).filter(|until| *until > view.now()) {
        return Plan::wait(barrier(view, until), progress, &view.input);
    }
    if let Some(waiting) = late_clients(view, view.input.release.original_group) {
        return Plan::wait(waiting, progress, &view.input);
    }
    if past_point_of_no_return(&progress) {
        // The last look before it: whoever made another route meanwhile keeps what it sends requests to.
        let unnamed = unnamed_route::wait_for_original(view);
        return unnamed.unwrap_or_else(|| Plan::act(view.platform.compute.delete(original), progress));
    }
    progress.intent = Some(Intent {
        operation: IntentOperation::DeleteTaskSet,
        token: original.id.to_owned(),
        issued_at: view.now(),
    });
    Plan::advance(progress, open_connections(view).into_iter().collect())
}

/// What becomes of connections that are still open: ECS deregisters the targets, and stops the tasks after the delay.
fn open_connections(view: &View<'_>) -> Option<Note> {
    view.input.release.weights_work_within().map(|_| {
        let group = target_group_name(view.input.release.original_group);
        let message = format!(
            "The original is deleted: connections that are open may stay at it until the deregistration delay of {group} is over"
        );
        Note::normal(Reason::Terminating, message)
    })
}

/// A service that something else deploys stays as it is. It is told that it serves nobody once no request can be for it any
/// more, as late as a task set would be deleted.
fn leave(view: &View<'_>) -> Plan {
    let progress = view.progress().clone();
    if let Some(until) = barrier_ends_at(view).filter(|until| *until > view.now()) {
        return Plan::wait(barrier(view, until), progress, &view.input);
    }
    if let Some(waiting) = late_clients(view, view.input.release.original_group) {
        return Plan::wait(waiting, progress, &view.input);
    }
    unnamed_route::wait_for_original(view).unwrap_or_else(|| succeed(view))
}

fn succeed(view: &View<'_>) -> Plan {
    let mut progress = view.progress().clone();
    end(&mut progress, State::Succeeded, view.now());
    let message = format!("Release of {} succeeded", view.input.release.revision);
    let kept = view.original().and_then(|original| kept(&progress, original.running, "Adopted"));
    let told = kept.map(|kept| Note::normal(Reason::Succeeded, kept));
    Plan::advance(progress, std::iter::once(Note::normal(Reason::Succeeded, message)).chain(told).collect())
}
