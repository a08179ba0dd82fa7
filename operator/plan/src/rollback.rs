//! The way back: weights first, one call per route, nothing waits before it; then the cleanup.

use sluice_api::{DeploymentStatus, FailureCategory, FailureCode, Reason, RollbackTrigger, State, TaskSetStatus};

use crate::breaker;
use crate::planner::{Note, Plan, end};
use crate::safety::{barrier_until, unstuck_at};
use crate::step::{Step, WeightChange};
use crate::unread_route::{self, first_unread};
use crate::view::View;
use crate::waiting::Waiting;
use crate::world::{Route, TaskSet, TaskSetState};

/// What a Deployment on its way back does now.
pub(crate) fn plan(view: &View<'_>) -> Plan {
    let memory = view.memory().clone();
    if memory.original.is_none() || view.original.is_none() {
        return nothing_to_return_to(view);
    }
    if let Some(route) = most_shifted(view) {
        // Traffic that a healthy replacement serves is not moved to an original that has no healthy target.
        if !view.original_is_healthy() && !view.replacement_is_down() {
            return Plan::wait(Waiting::OriginalHealthy, memory, view.input);
        }
        return Plan::act(weight_change(view, route, 0), memory);
    }
    if let Some(unread) = first_unread(view) {
        return unread_route::wait_or_end(view, unread);
    }
    let mut memory = memory;
    let restored = memory.rollback.as_ref().is_some_and(|rollback| rollback.traffic_restored_at.is_some());
    if !restored {
        return note_restored(view, memory);
    }
    // Also when no one is primary any more, because someone deleted the replacement after its promotion.
    let foreign_primary =
        view.service.primary().is_some_and(|set| Some(&set.id) != view.replacement.map(|own| &own.id));
    if let Some(original) = view.original.filter(|set| set.status != TaskSetState::Primary && !foreign_primary) {
        return Plan::act(Step::PromoteTaskSet { task_set: original.id.clone() }, memory);
    }
    if let Some(until) = rests_until(view) {
        return Plan::wait(Waiting::Barrier { until }, memory, view.input);
    }
    if let Some(replacement) = view.replacement {
        if let Some(until) = unstuck_at(view, view.replacement_group).filter(|until| *until > view.now()) {
            return Plan::wait(Waiting::StickyClients { until }, memory, view.input);
        }
        return Plan::act(Step::DeleteTaskSet { task_set: replacement.id.clone() }, memory);
    }
    finish(&mut memory, view);
    let message = memory
        .rollback
        .as_ref()
        .map_or_else(String::new, |rollback| format!("Rolled back to the original: {}", rollback.reason));
    let note = Note::warning(end_reason(&memory), message);
    Plan::advance(memory, vec![note])
}

/// The weights of the pair on one route, for this share of the replacement.
pub(crate) fn weight_change(view: &View<'_>, route: &Route, share: i32) -> Step {
    Step::SetWeights(WeightChange {
        route: route.arn.clone(),
        kind: route.kind,
        weights: vec![(view.original_group.to_owned(), 100 - share), (view.replacement_group.to_owned(), share)],
    })
}

/// The route that sends the greatest share to the replacement: worst first.
fn most_shifted<'a>(view: &View<'a>) -> Option<&'a Route> {
    view.writable_routes()
        .filter(|route| !view.route_is_at(route, 0))
        .max_by(|a, b| a.share_of(view.replacement_group).total_cmp(&b.share_of(view.replacement_group)))
}

fn note_restored(view: &View<'_>, mut memory: DeploymentStatus) -> Plan {
    let now = view.now();
    if let Some(rollback) = &mut memory.rollback {
        rollback.traffic_restored_at = Some(now);
    }
    let traffic = memory.traffic.get_or_insert_default();
    let moved = traffic.written_at.is_some();
    traffic.desired = 0;
    if moved {
        traffic.verified_at = Some(now);
    }
    let message = if moved { "Traffic is back at the original" } else { "No traffic had moved" };
    Plan::advance(memory, vec![Note::normal(Reason::RollingBack, message)])
}

/// Until when nothing is deleted, and no end is declared: a write may still land, or a task set is missing from
/// one answer of ECS and may be there in the next.
fn rests_until(view: &View<'_>) -> Option<jiff::Timestamp> {
    let memory = view.memory();
    let lost = |set: Option<&TaskSet>, shown: Option<&TaskSetStatus>| {
        set.is_none() && shown.is_some_and(|shown| !view.is_gone(shown))
    };
    let unsure = lost(view.original, memory.original.as_ref()) || lost(view.replacement, memory.replacement.as_ref());
    let again = unsure.then(|| view.now() + view.input.begun.limits.poll);
    barrier_until(view).max(again).filter(|until| *until > view.now())
}

fn end_reason(memory: &DeploymentStatus) -> Reason {
    if memory.state == State::Stopped { Reason::Stopped } else { Reason::Failed }
}

fn finish(memory: &mut DeploymentStatus, view: &View<'_>) {
    let now = view.now();
    let mut state = State::Failed;
    if let Some(rollback) = &mut memory.rollback {
        rollback.ended_at = Some(now);
        if rollback.trigger != RollbackTrigger::DeploymentFailure {
            state = State::Stopped;
        }
    }
    end(memory, state, now);
}

/// A first deployment, or one whose original someone deleted. What carries traffic stays; a replacement that
/// carries none goes.
fn nothing_to_return_to(view: &View<'_>) -> Plan {
    let mut memory = view.memory().clone();
    if let Some(until) = rests_until(view) {
        return Plan::wait(Waiting::Barrier { until }, memory, view.input);
    }
    if let Some(unread) = first_unread(view).filter(|_| view.replacement.is_some()) {
        return unread_route::wait_or_end(view, unread);
    }
    let carries = view.replacement_has_traffic() && view.healthy_replacement() > 0;
    let primary = view.replacement.is_some_and(|set| set.status == TaskSetState::Primary);
    if let Some(replacement) = view.replacement.filter(|_| !view.replacement_has_traffic() && !primary) {
        return Plan::act(Step::DeleteTaskSet { task_set: replacement.id.clone() }, memory);
    }
    let lost_original = memory.original.is_some();
    let asked = memory.rollback.as_ref().is_some_and(|rollback| rollback.trigger != RollbackTrigger::DeploymentFailure);
    let clean_stop = asked && !lost_original && view.replacement.is_none();
    if !clean_stop {
        memory.failure = Some(no_return(&memory, lost_original, carries, asked));
    }
    finish(&mut memory, view);
    if !clean_stop {
        memory.state = State::Failed;
    }
    let message = memory
        .failure
        .as_ref()
        .map_or_else(|| "Stopped before any traffic moved".to_owned(), |failure| failure.message.clone());
    let note = Note::warning(end_reason(&memory), message);
    Plan::advance(memory, vec![note])
}

fn no_return(memory: &DeploymentStatus, lost_original: bool, carries: bool, asked: bool) -> sluice_api::Failure {
    let cause = memory.rollback.as_ref().map_or("", |rollback| rollback.reason.as_str());
    let what = if lost_original { "the original is gone" } else { "there is no earlier release to return to" };
    let now = if carries { "; the replacement keeps the traffic" } else { "" };
    let code = match (lost_original, asked) {
        (false, _) => FailureCode::AutomaticRollbackNoCandidate,
        (true, true) => FailureCode::ManualRollbackFailed,
        (true, false) => FailureCode::AutomaticRollbackFailed,
    };
    sluice_api::Failure {
        code,
        retryable: code.is_retryable(),
        ..breaker::failure(FailureCategory::Rollback, &format!("{what}{now}; {cause}"))
    }
}
