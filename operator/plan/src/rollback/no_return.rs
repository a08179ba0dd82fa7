//! There is nothing to return to.

use sluice_api::{DeploymentStatus, Failure, FailureCategory, FailureCode, State};

use super::capacity::whole;
use super::finish::{end_reason, finish};
use crate::failure::{failure, with_code};
use crate::plan::{Note, Plan};
use crate::test_route;
use crate::unnamed_route;
use crate::unread_route;
use crate::view::View;
use crate::view::settling::{barrier, late_clients, quiet_until};

/// A first deployment, or one whose original someone deleted. What carries traffic stays; a replacement that
/// carries none goes.
pub(super) fn next(view: &View<'_>) -> Plan {
    let mut progress = view.progress().clone();
    if let Some(until) = quiet_until(view) {
        return Plan::wait(barrier(view, until), progress, &view.input);
    }
    if let Some(wait) = view.replacement().and_then(|_| unread_route::wait_or_end(view)) {
        return wait;
    }
    let carries = view.replacement_has_traffic() && view.healthy_replacement() > 0;
    if let Some(growth) = view.replacement().filter(|_| carries).and_then(|side| whole(view, side)) {
        return Plan::act(growth, progress);
    }
    if let Some(replacement) = view.replacement().filter(|side| !view.replacement_has_traffic() && !side.primary) {
        // What is tried has no one to return to either, and holds nothing up.
        if let Some(change) = test_route::next_change(view) {
            return Plan::act(change, progress);
        }
        if let Some(waiting) = late_clients(view, view.input.release.replacement_group) {
            return Plan::wait(waiting, progress, &view.input);
        }
        let unnamed = unnamed_route::wait_for_replacement(view);
        return unnamed.unwrap_or_else(|| Plan::act(view.platform.compute.delete(replacement), progress));
    }
    let lost_original = progress.original.is_some();
    let asked = progress.rollback.as_ref().is_some_and(|rollback| !rollback.trigger.is_automatic());
    let clean_stop = asked && !lost_original && view.replacement().is_none();
    if !clean_stop {
        progress.failure = Some(nowhere_to_return(&progress, lost_original, carries, asked));
    }
    finish(&mut progress, view);
    if !clean_stop {
        progress.state = State::Failed;
    }
    let message = progress
        .failure
        .as_ref()
        .map_or_else(|| "Stopped before any traffic moved".to_owned(), |failure| failure.message.clone());
    let note = Note::warning(end_reason(&progress), message);
    Plan::advance(progress, vec![note])
}

fn nowhere_to_return(progress: &DeploymentStatus, lost_original: bool, carries: bool, asked: bool) -> Failure {
    let cause = progress.rollback.as_ref().map_or("", |rollback| rollback.reason.as_str());
    let what = if lost_original { "the original is gone" } else { "there is no earlier release to return to" };
    let now = if carries { "; the replacement keeps the traffic" } else { "" };
    let code = match (lost_original, asked) {
        (false, _) => FailureCode::AutomaticRollbackNoCandidate,
        (true, true) => FailureCode::ManualRollbackFailed,
        (true, false) => FailureCode::AutomaticRollbackFailed,
    };
    with_code(code, failure(FailureCategory::Rollback, &format!("{what}{now}; {cause}")))
}
