//! The way back: weights first, one call per route, nothing waits before it; then the cleanup.

mod capacity;
pub(crate) mod cause;
mod finish;
mod no_return;
pub(crate) mod start;

use sluice_api::{DeploymentStatus, HookEvent, Reason, Share};

use crate::fraction::Fraction;
use crate::hook_runs::hold;
use crate::plan::{Note, Plan};
use crate::platform::side::{Side, Split};
use crate::test_route;
use crate::unnamed_route;
use crate::unread_route;
use crate::view::View;
use crate::view::settling::{barrier, late_clients, quiet_until};
use crate::waiting::Waiting;
use crate::weights::set_share;
use finish::{end_reason, finish};

/// What a Deployment on its way back does now.
pub(crate) fn next(view: &View<'_>) -> Plan {
    let progress = view.progress().clone();
    let Some(original) = view.original() else {
        return no_return::next(view);
    };
    let stays = view.share_that_stays();
    let shifted = most_shifted(view, stays).filter(|split| view.is_time_to_return(split.share(), stays));
    if let Some(split) = shifted {
        // Traffic that a healthy replacement serves is not moved to an original that has no healthy target.
        if !view.original_is_healthy() && !view.replacement_is_down() {
            return Plan::wait(original_is_down(view), progress, &view.input);
        }
        return Plan::act(set_share(view, split, stays), progress);
    }
    if let Some(change) = capacity::resize(view, original, stays) {
        return Plan::act(change, progress);
    }
    if most_shifted(view, Share::NONE).is_some() {
        let is_down = !view.original_is_healthy();
        let waiting = if is_down { original_is_down(view) } else { capacity::growing(view, original, stays) };
        return Plan::wait(waiting, progress, &view.input);
    }
    // After production: nothing waits for it.
    if let Some(change) = test_route::next_change(view) {
        return Plan::act(change, progress);
    }
    if let Some(wait) = unread_route::wait_or_end(view) {
        let out_of_reach = view.replacement().filter(|side| view.replacement_cannot_be_reached() && !side.primary);
        return match out_of_reach {
            Some(replacement) if quiet_until(view).is_none() => delete(view, replacement),
            _ => wait,
        };
    }
    if let Some(waiting) = capacity::regaining(view, original) {
        // What does nothing may stand in the place of what is to grow.
        let idle = view.replacement().filter(|side| side.running < 1 && !side.primary && quiet_until(view).is_none());
        return idle
            .map_or_else(|| Plan::wait(waiting, progress, &view.input), |replacement| delete(view, replacement));
    }
    let restored = progress.rollback.as_ref().and_then(|rollback| rollback.traffic_restored_at);
    if restored.is_none() {
        return record_traffic_restored(view, progress);
    }
    // They run beside the clean-up, and only the end waits for them.
    let hooks = hold(view, &progress, (HookEvent::OnRollback, None));
    if let Some(plan) = &hooks
        && plan.waiting.is_none()
    {
        return plan.clone();
    }
    // Also when no one is primary any more, because someone deleted the replacement after its promotion.
    if !original.primary && !original.is_adopted && !view.sides.has_foreign_primary {
        let unnamed = unnamed_route::wait_for_replacement(view);
        return unnamed.unwrap_or_else(|| Plan::act(view.platform.compute.promote(original), progress));
    }
    if let Some(until) = quiet_until(view) {
        return Plan::wait(barrier(view, until), progress, &view.input);
    }
    match view.replacement() {
        Some(replacement) => delete(view, replacement),
        None => hooks.unwrap_or_else(|| end(view)),
    }
}

/// The route that sends the greatest share to the replacement, of those that send it more than this: worst first.
fn most_shifted<'v, 'a>(view: &'v View<'a>, share: Share) -> Option<&'v Split<'a>> {
    let is_above = |split: &Split<'_>| match share {
        Share::NONE => !split.is_at(Share::NONE),
        share => split.share() > Fraction::from(share),
    };
    let shifted = view.splits.iter().filter(|split| split.is_writable() && is_above(split));
    shifted.max_by_key(|split| split.share())
}

fn original_is_down(view: &View<'_>) -> Waiting {
    let why =
        if view.sides.tasks < 1 && !view.original_is_adopted() { " (the service has desired count 0)" } else { "" };
    let message = format!(
        "the original has no healthy target{why}, and the replacement has: traffic stays until the original recovers"
    );
    Waiting::for_progress(Reason::RollingBack, message, None)
}

fn record_traffic_restored(view: &View<'_>, mut progress: DeploymentStatus) -> Plan {
    let now = view.now();
    if let Some(rollback) = &mut progress.rollback {
        rollback.traffic_restored_at = Some(now);
    }
    let traffic = progress.traffic.get_or_insert_default();
    let moved = traffic.written_at.is_some();
    traffic.desired = Share::NONE;
    if moved {
        traffic.verified_at = Some(now);
    }
    // Without a load balancer nothing was written, and tasks of the replacement worked all the same.
    let had_some = moved || view.replacement_has_traffic();
    let message = if had_some { "Traffic is back at the original" } else { "No traffic had moved" };
    let notes = vec![Note::normal(Reason::RollingBack, message)];
    // The first hook is recorded with it.
    let hooks = hold(view, &progress, (HookEvent::OnRollback, None));
    hooks.unwrap_or_else(|| Plan::advance(progress, Vec::new())).with_notes(notes)
}

fn delete(view: &View<'_>, replacement: &Side<'_>) -> Plan {
    let progress = view.progress().clone();
    if let Some(waiting) = late_clients(view, view.input.release.replacement_group) {
        return Plan::wait(waiting, progress, &view.input);
    }
    let unnamed = unnamed_route::wait_for_replacement(view);
    unnamed.unwrap_or_else(|| Plan::act(view.platform.compute.delete(replacement), progress))
}

fn end(view: &View<'_>) -> Plan {
    let mut progress = view.progress().clone();
    finish(&mut progress, view);
    let cause = progress.rollback.as_ref().map(|rollback| format!("Rolled back to the original: {}", rollback.reason));
    let note = Note::warning(end_reason(&progress), cause.unwrap_or_default());
    Plan::advance(progress, vec![note])
}
