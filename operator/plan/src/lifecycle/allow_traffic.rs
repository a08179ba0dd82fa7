//! AllowTraffic, increment by increment: scale, get ready, shift, read back, pass the gates.

use sluice_api::{DeploymentStatus, GateKind, HookEvent, LifecycleEventName, Reason, Share, StepState};

use super::capacity;
use super::event::done;
use super::hold::wait;
use crate::asked::label;
use crate::gates::gate::Checkpoint;
use crate::gates::{Passage, pass};
use crate::hook_runs::hold;
use crate::plan::{Note, Plan};
use crate::progress::gates::skip;
use crate::progress::remembered::enter;
use crate::progress::steps::{begin_step, current_step};
use crate::unread_route;
use crate::view::View;
use crate::weights::{next_weight_change, repair_weight, wait_for_traffic};

/// Begins the first increment, or the hooks before it.
pub(super) fn begin(view: &View<'_>, mut progress: DeploymentStatus) -> Plan {
    // Hooks have a time of their own.
    progress.deadline_at = None;
    begin_first(view, progress, 0)
}

/// Begins an increment, once the hooks before it let it. One is not waited for by requests that nobody serves.
fn begin_first(view: &View<'_>, mut progress: DeploymentStatus, index: usize) -> Plan {
    let hooks = hold(view, &progress, (HookEvent::BeforeStep, Some(index)));
    if let Some(plan) = hooks.filter(|_| !view.original_is_lost()) {
        return plan;
    }
    begin_step(&mut progress, index, view.sides.tasks, (view.now(), view.new_deadline()));
    Plan::advance(progress, Vec::new())
}

pub(super) fn next(view: &View<'_>) -> Plan {
    let progress = view.progress().clone();
    let index = current_step(&progress);
    let Some(step) = view.step() else {
        return finish(view, progress);
    };
    if index + 1 < progress.steps.len()
        && let Some(plan) = without_the_original(view, index)
    {
        return plan;
    }
    if step.verified_at.is_some() {
        return gates_of(view, index);
    }
    if step.state == StepState::Pending {
        return wait_at_weight(view, begin_first(view, progress, index));
    }
    if let Some(scale) = capacity::scale_up(view, view.size_of(step)) {
        return Plan::act(scale, progress);
    }
    if let Some(wait) = unread_route::wait(view) {
        return wait;
    }
    if let Err(waiting) = view.replacement_is_ready() {
        return Plan::wait(waiting, progress, &view.input);
    }
    if let Some(shift) = next_weight_change(view) {
        return Plan::act(shift, progress);
    }
    if view.traffic_is_at(step.weight) { verify_step(view, index) } else { wait_for_traffic(view, step.weight) }
}

/// The increment was read back: its gates are passed, one after the other.
fn gates_of(view: &View<'_>, index: usize) -> Plan {
    let Passage { waiting, progress, notes } = pass(view, Checkpoint::AfterStep(index));
    let Some(waiting) = waiting else {
        // Whatever the weights are by now: a process that died after it wrote the next one must not put back the last. While
        // a hook holds it, it has not written the next one.
        let hooks = hooks_of(view, &progress, index);
        let plan = match hooks.or_else(|| capacity::before_next(view, &progress, index)) {
            Some(plan) => wait_at_weight(view, plan),
            None => after_step(view, completed(progress, index, view), index),
        };
        return plan.with_notes(notes);
    };
    // Level-triggered: a weight that someone changed meanwhile is put back.
    if let Some(change) = next_weight_change(view) {
        return repair_weight(view, change);
    }
    wait(view, waiting, &progress).with_notes(notes)
}

/// What hooks have it do between two increments: those after the one, then those before the next.
fn hooks_of(view: &View<'_>, progress: &DeploymentStatus, index: usize) -> Option<Plan> {
    hold(view, progress, (HookEvent::AfterStep, Some(index))).or_else(|| {
        let next = index + 1;
        (next < progress.steps.len()).then(|| hold(view, progress, (HookEvent::BeforeStep, Some(next))))?
    })
}

/// A wait in which a weight that someone changed is put back: level-triggered.
fn wait_at_weight(view: &View<'_>, plan: Plan) -> Plan {
    match next_weight_change(view).filter(|_| plan.waiting.is_some()) {
        Some(change) => repair_weight(view, change),
        None => plan,
    }
}

/// What is done before its time because the original serves nobody: every request that is not for the replacement is lost.
/// None while the original serves, or while the replacement cannot take all of it yet.
fn without_the_original(view: &View<'_>, index: usize) -> Option<Plan> {
    if view.original_is_lost() {
        let message = "The original is gone: all traffic moves to the replacement at once";
        return Some(skip_to_last(view, index, message));
    }
    if !view.gives_up_the_original() || !view.replacement_can_serve() || view.unread_route().is_some() {
        return None;
    }
    if let Some(scale) = capacity::scale_up(view, Share::ALL) {
        let message = "The original has no healthy target: the replacement is scaled to 100% to take all traffic";
        let notes = vec![Note::warning(Reason::OriginalDown, message)];
        return Some(Plan::act(scale, view.progress().clone()).with_notes(notes));
    }
    view.replacement_is_ready_at(Share::ALL).ok()?;
    let message = "The original has no healthy target: all traffic moves to the replacement at once";
    Some(skip_to_last(view, index, message))
}

/// All traffic moves now: the increments up to the last are passed over.
fn skip_to_last(view: &View<'_>, index: usize, message: &str) -> Plan {
    let mut progress = view.progress().clone();
    let last = progress.steps.len().saturating_sub(1);
    pass_over_gates(view, &mut progress, index..last);
    for step in progress.steps.iter_mut().take(last).skip(index) {
        step.state = StepState::Completed;
        step.completed_at = Some(view.now());
    }
    begin_step(&mut progress, last, view.sides.tasks, (view.now(), view.new_deadline()));
    Plan::advance(progress, vec![Note::warning(Reason::Shifting, message)])
}

/// What holds these increments, or would, holds them no more.
fn pass_over_gates(view: &View<'_>, progress: &mut DeploymentStatus, steps: std::ops::Range<usize>) {
    for index in steps {
        let Some(step) = progress.steps.get(index) else { continue };
        let held = step.verified_at.map(|verified| verified + step.hold.as_signed());
        let (is_held, is_asked) = (held.is_some_and(|until| view.now() < until), step.approval.is_some());
        let name = label(&progress.steps, index);
        if is_held {
            skip(progress, GateKind::Hold, name.clone(), view.now());
        }
        if is_asked {
            skip(progress, GateKind::Approval, name, view.now());
        }
    }
}

/// Every route was read back at the step's weight: what it waits for now are its gates.
fn verify_step(view: &View<'_>, index: usize) -> Plan {
    let now = view.now();
    let mut progress = view.progress().clone();
    let count = progress.steps.len();
    progress.traffic.get_or_insert_default().verified_at = Some(now);
    if view.is_proportional() {
        // What may be waited for next begins by itself.
        progress.deadline_at = None;
    }
    // The hold is timed by itself.
    enter(&mut progress, view.sides.tasks);
    let Some(step) = progress.steps.get_mut(index) else {
        return Plan::advance(progress, Vec::new());
    };
    step.state = StepState::Holding;
    step.verified_at = Some(now);
    let name = step.name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
    let seen = if view.is_by_size() { "reached, by its complete tasks" } else { "verified on every route" };
    let message = format!("Advance step {}/{count}{name}: weight {} {seen}", index + 1, step.weight);
    let notes = vec![Note::normal(Reason::Shifting, message)];
    let input = view.input.with_progress(&progress);
    let Some(seen) = View::new(&input) else {
        return Plan::advance(progress.clone(), notes);
    };
    let Passage { waiting, progress, notes: told } = pass(&seen, Checkpoint::AfterStep(index));
    let plan = if let Some(waiting) = waiting {
        Plan::wait(waiting, progress, &view.input)
    } else {
        let hooks = hooks_of(view, &progress, index);
        let held = hooks.or_else(|| capacity::before_next(&seen, &progress, index));
        held.unwrap_or_else(|| after_step(view, completed(progress, index, view), index))
    };
    plan.with_notes(told).with_notes(notes)
}

fn completed(mut progress: DeploymentStatus, index: usize, view: &View<'_>) -> DeploymentStatus {
    if let Some(step) = progress.steps.get_mut(index) {
        step.state = StepState::Completed;
        step.completed_at = Some(view.now());
    }
    progress
}

/// Begins the next step, or the time after the last. The beginning is recorded before anything is written.
fn after_step(view: &View<'_>, mut progress: DeploymentStatus, index: usize) -> Plan {
    if index + 1 < progress.steps.len() {
        begin_step(&mut progress, index + 1, view.sides.tasks, (view.now(), view.new_deadline()));
        return Plan::advance(progress, Vec::new());
    }
    finish(view, progress)
}

fn finish(view: &View<'_>, mut progress: DeploymentStatus) -> Plan {
    progress.deadline_at = None;
    if let Some(original) = &mut progress.original {
        // It is asked for nothing any more.
        original.unhealthy_since = None;
    }
    done(view, progress, LifecycleEventName::AllowTraffic)
}
