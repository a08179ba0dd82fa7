//! The way forward: install, shift increment by increment, bake, promote, terminate the original.

use jiff::Timestamp;
use sluice_api::{
    ConditionType, DeploymentStatus, Failure, FailureCategory, Intent, IntentOperation, LifecycleEventName,
    LifecycleEventStatus, Reason, State, StepState, Traffic, status_of,
};

use crate::breaker;
use crate::identity::{client_token, external_id, tags};
use crate::memory::{
    Position, current_step, desired_share, end_event, event_started_at, past_return, position, start_event, start_step,
};
use crate::planner::{Input, Note, Plan, end};
use crate::rollback::weight_change;
use crate::safety::{barrier_until, unstuck_at};
use crate::step::{NewTaskSet, Step, short};
use crate::unread_route::{self, first_unread};
use crate::view::View;
use crate::waiting::{Waiting, clock};
use crate::world::{Route, TaskSetState};

/// What a Deployment on its way forward does now.
pub(crate) fn plan(view: &View<'_>) -> Plan {
    if view.input.begun.controls.paused && !past_return(view.memory()) {
        return pause(view.input, rounded(view.observed_share()));
    }
    if let Some(since) = view.memory().paused_at {
        return resume(view.input, since);
    }
    match position(view.memory()) {
        Position::Install => install(view),
        Position::AllowTraffic(index) => allow_traffic(view, index),
        Position::Bake => bake(view),
        Position::TerminateOriginal | Position::Rollback | Position::Ended => terminate_original(view),
    }
}

/// The failure when the position in progress took too long.
pub(crate) fn deadline_passed(view: &View<'_>) -> Option<Failure> {
    let memory = view.memory();
    // A user's hold stops the clock.
    let due = view.deadline().is_some_and(|deadline| deadline <= view.now());
    if view.input.begun.controls.paused || memory.paused_at.is_some() || !due {
        return None;
    }
    let late = match position(memory) {
        Position::Install if first_unread(view).is_some() => Some("before every route was read"),
        Position::Install => view.replacement_is_ready().is_err().then_some("before the replacement was ready"),
        Position::AllowTraffic(index) => {
            let verified = memory.steps.get(index).is_some_and(|step| step.verified_at.is_some());
            (!verified).then_some("before the increment was made and read back")
        }
        // All traffic has moved: only a replacement that is down would turn it round.
        Position::Bake | Position::TerminateOriginal | Position::Rollback | Position::Ended => None,
    };
    late.map(|what| breaker::deadline_passed(view, what))
}

/// A replacement that was seen and is gone was deleted by someone else.
pub(crate) fn replacement_is_gone(view: &View<'_>) -> Option<Failure> {
    let seen = view.memory().replacement.as_ref().filter(|replacement| !replacement.task_set.is_empty())?;
    let created = view.memory().intent.as_ref().map_or_else(|| view.now(), |intent| intent.issued_at);
    // Within the barrier ECS may not show yet what it just made.
    let settled = view.now() >= created + view.input.begun.limits.barrier;
    (view.replacement.is_none() && settled && view.is_gone(seen)).then(|| {
        breaker::failure(
            FailureCategory::Unknown,
            &format!("the replacement {} is gone: someone deleted it", short(&seen.task_set)),
        )
    })
}

/// Holds everything where it is.
pub(crate) fn pause(input: &Input<'_>, weight: i32) -> Plan {
    let mut memory = input.begun.memory.clone();
    let since = *memory.paused_at.get_or_insert_with(|| input.now());
    let notes = match input.begun.memory.paused_at {
        Some(_) => Vec::new(),
        None => vec![Note::normal(Reason::Paused, "Paused: traffic stays where it is")],
    };
    Plan::wait(Waiting::Paused { since, weight }, memory, input).with_notes(notes)
}

/// The time of the hold does not count against the deadline.
pub(crate) fn resume(input: &Input<'_>, since: Timestamp) -> Plan {
    let mut memory = input.begun.memory.clone();
    memory.paused_at = None;
    memory.deadline_at = memory.deadline_at.map(|deadline| deadline + input.now().duration_since(since));
    Plan::advance(memory, vec![Note::normal(Reason::Shifting, "Resumed")])
}

fn install(view: &View<'_>) -> Plan {
    let memory = view.memory().clone();
    if let Some(step) = assert_weights(view) {
        return Plan::act(step, memory);
    }
    let seen = memory.replacement.as_ref().is_some_and(|replacement| !replacement.task_set.is_empty());
    if view.replacement.is_none() && !seen {
        return Plan::act(create(view), memory);
    }
    // Before the replacement is waited for: its targets never get healthy outside of the route.
    if let Some(unread) = first_unread(view) {
        return unread_route::wait(view, unread, None);
    }
    if let Err(waiting) = view.replacement_is_ready() {
        return Plan::wait(waiting, memory, view.input);
    }
    let mut memory = memory;
    let now = view.now();
    end_event(&mut memory, LifecycleEventName::Install, LifecycleEventStatus::Succeeded, now);
    start_event(&mut memory, LifecycleEventName::AllowTraffic, now);
    begin_step(&mut memory, 0, view);
    let message = format!(
        "Replacement {} is ready: {} healthy targets",
        view.replacement.map_or("", |set| short(&set.id)),
        view.healthy_replacement()
    );
    Plan::advance(memory, vec![Note::normal(Reason::Installing, message)])
}

fn create(view: &View<'_>) -> Step {
    let input = view.input;
    let replacement = view.memory().replacement.clone().unwrap_or_default();
    Step::CreateTaskSet(Box::new(NewTaskSet {
        client_token: client_token(input.begun.uid),
        external_id: external_id(input.begun.uid),
        task_definition: replacement.task_definition,
        target_group: replacement.target_group,
        container: input.begun.settings.container.clone(),
        template: input.begun.settings.task_set.clone(),
        scale: view.memory().steps.first().map_or(100, |step| step.scale),
        tags: tags(input.begun.namespace, input.begun.name, input.begun.group),
    }))
}

fn allow_traffic(view: &View<'_>, index: usize) -> Plan {
    let memory = view.memory().clone();
    let Some(step) = view.memory().steps.get(index) else {
        return finish_traffic(view, memory);
    };
    if original_is_lost(view) && index + 1 < view.memory().steps.len() {
        return skip_to_last(view, index);
    }
    let now = view.now();
    if let Some(verified_at) = step.verified_at {
        // Level-triggered: a weight that someone changed during the hold is put back.
        if let Some(step) = assert_weights(view) {
            return put_back(view, step);
        }
        let until = verified_at + step.hold.as_signed();
        if now < until {
            if let Some(unread) = first_unread(view) {
                return unread_route::wait(view, unread, Some(until));
            }
            let next = view.memory().steps.get(index + 1).map(|next| next.weight);
            return Plan::wait(Waiting::Hold { weight: step.weight, until, next }, memory, view.input);
        }
        return complete_step(view, index);
    }
    if let Some(scale) = scale_up(view, step.scale) {
        return Plan::act(scale, memory);
    }
    if let Some(unread) = first_unread(view) {
        return unread_route::wait(view, unread, None);
    }
    if let Err(waiting) = view.replacement_is_ready() {
        return Plan::wait(waiting, memory, view.input);
    }
    if let Some(shift) = assert_weights(view) {
        return Plan::act(shift, memory);
    }
    if view.traffic_is_at(step.weight) { verify_step(view, index) } else { traffic_follows(view, step.weight) }
}

/// Whether someone deleted the original while it still serves: then the replacement is all there is.
fn original_is_lost(view: &View<'_>) -> bool {
    let gone = view.memory().original.as_ref().is_some_and(|original| view.is_gone(original));
    view.original.is_none() && gone && view.replacement.is_some()
}

/// With the original lost, every request that is not for the replacement is lost too: all traffic moves now.
fn skip_to_last(view: &View<'_>, index: usize) -> Plan {
    let mut memory = view.memory().clone();
    let last = memory.steps.len().saturating_sub(1);
    for step in memory.steps.iter_mut().take(last).skip(index) {
        step.state = StepState::Completed;
        step.completed_at = Some(view.now());
    }
    begin_step(&mut memory, last, view);
    let message = "The original is gone: all traffic moves to the replacement at once";
    Plan::advance(memory, vec![Note::warning(Reason::Shifting, message)])
}

/// Up: scale first, get healthy, then shift. Growth only: what shrinks is deleted in the end.
fn scale_up(view: &View<'_>, percent: i32) -> Option<Step> {
    let replacement = view.replacement?;
    (replacement.scale < f64::from(percent)).then(|| Step::ScaleTaskSet { task_set: replacement.id.clone(), percent })
}

fn traffic_follows(view: &View<'_>, desired: i32) -> Plan {
    let waiting = Waiting::TrafficFollows { desired, deadline: view.deadline() };
    Plan::wait(waiting, view.memory().clone(), view.input)
}

/// Every route was read back at the step's weight: the hold begins.
fn verify_step(view: &View<'_>, index: usize) -> Plan {
    let now = view.now();
    let mut memory = view.memory().clone();
    let count = memory.steps.len();
    memory.traffic.get_or_insert_default().verified_at = Some(now);
    let next = memory.steps.get(index + 1).map(|next| next.weight);
    let Some(step) = memory.steps.get_mut(index) else {
        return Plan::advance(memory, Vec::new());
    };
    step.state = StepState::Holding;
    step.verified_at = Some(now);
    let name = step.name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
    let message = format!("Advance step {}/{count}{name}: weight {} verified on every route", index + 1, step.weight);
    let notes = vec![Note::normal(Reason::Shifting, message)];
    if step.hold.is_zero() {
        step.state = StepState::Completed;
        step.completed_at = Some(now);
        return after_step(view, memory, index).with_notes(notes);
    }
    let waiting = Waiting::Hold { weight: step.weight, until: now + step.hold.as_signed(), next };
    Plan::wait(waiting, memory, view.input).with_notes(notes)
}

fn complete_step(view: &View<'_>, index: usize) -> Plan {
    let mut memory = view.memory().clone();
    if let Some(step) = memory.steps.get_mut(index) {
        step.state = StepState::Completed;
        step.completed_at = Some(view.now());
    }
    after_step(view, memory, index)
}

/// Begins the next step, or the time after the last. The beginning is recorded before anything is written.
fn after_step(view: &View<'_>, mut memory: DeploymentStatus, index: usize) -> Plan {
    if index + 1 < memory.steps.len() {
        begin_step(&mut memory, index + 1, view);
        return Plan::advance(memory, Vec::new());
    }
    finish_traffic(view, memory)
}

/// A step's deadline is set once, at its beginning; a later flap does not push it back.
fn begin_step(memory: &mut DeploymentStatus, index: usize, view: &View<'_>) {
    let now = view.now();
    if let Some(step) = memory.steps.get_mut(index) {
        start_step(step, now);
        memory.traffic.get_or_insert_with(Traffic::default).desired = step.weight;
    }
    memory.deadline_at = Some(now + view.input.begun.settings.progress_deadline.as_signed());
}

fn finish_traffic(view: &View<'_>, mut memory: DeploymentStatus) -> Plan {
    let now = view.now();
    let succeeded = LifecycleEventStatus::Succeeded;
    end_event(&mut memory, LifecycleEventName::AllowTraffic, succeeded, now);
    end_event(&mut memory, LifecycleEventName::AfterAllowTraffic, succeeded, now);
    memory.deadline_at = None;
    let nothing_is_kept = memory.original.is_none() || original_is_lost(view);
    if nothing_is_kept || view.input.begun.settings.bake.is_zero() {
        let skipped = LifecycleEventStatus::Skipped;
        end_event(&mut memory, LifecycleEventName::Bake, skipped, now);
        start_event(&mut memory, LifecycleEventName::TerminateOriginal, now);
        return Plan::advance(memory, vec![Note::normal(Reason::Shifting, "All traffic moved to the replacement")]);
    }
    start_event(&mut memory, LifecycleEventName::Bake, now);
    let until = now + view.input.begun.settings.bake.as_signed();
    if let Some(original) = &mut memory.original {
        original.terminate_at = Some(until);
    }
    let message = format!("All traffic moved to the replacement; the original is kept until {}", clock(until));
    let notes = vec![Note::normal(Reason::Baking, message)];
    Plan::wait(Waiting::Bake { until }, memory, view.input).with_notes(notes)
}

fn bake(view: &View<'_>) -> Plan {
    let memory = view.memory().clone();
    if let Some(step) = assert_weights(view) {
        return put_back(view, step);
    }
    let now = view.now();
    let started = event_started_at(&memory, LifecycleEventName::Bake).unwrap_or(now);
    let until = started + view.input.begun.settings.bake.as_signed();
    if now < until && !original_is_lost(view) {
        if let Some(unread) = first_unread(view) {
            return unread_route::wait(view, unread, Some(until));
        }
        return Plan::wait(Waiting::Bake { until }, memory, view.input);
    }
    let mut memory = memory;
    end_event(&mut memory, LifecycleEventName::Bake, LifecycleEventStatus::Succeeded, now);
    start_event(&mut memory, LifecycleEventName::TerminateOriginal, now);
    Plan::advance(memory, Vec::new())
}

/// Promote, write down that there is no way back, delete, and see it gone: each in a reconcile of its own.
fn terminate_original(view: &View<'_>) -> Plan {
    let memory = view.memory().clone();
    if let Some(step) = assert_weights(view) {
        return put_back(view, step);
    }
    if let Some(unread) = first_unread(view) {
        return unread_route::wait_or_end(view, unread);
    }
    // Nothing is taken from the original while the replacement cannot stand alone, in its full size. Once there is no
    // way back, it is enough that it serves at all.
    let must_be_complete = view.original.is_some() && !past_return(&memory);
    if (must_be_complete || !view.replacement_can_serve())
        && let Err(waiting) = view.replacement_is_ready()
    {
        return Plan::wait(waiting, memory, view.input);
    }
    if !view.traffic_is_at(desired_share(&memory)) {
        return traffic_follows(view, desired_share(&memory));
    }
    if let Some(replacement) = view.replacement.filter(|set| set.status != TaskSetState::Primary) {
        return Plan::act(Step::PromoteTaskSet { task_set: replacement.id.clone() }, memory);
    }
    let Some(original) = view.original else {
        let gone = memory.original.as_ref().is_none_or(|original| view.is_gone(original));
        // Missing from one answer is not gone: it is looked for once more.
        let again = Waiting::Barrier { until: view.now() + view.input.begun.limits.poll };
        return if gone { succeed(view, memory) } else { Plan::wait(again, memory, view.input) };
    };
    if let Some(until) = barrier_until(view).filter(|until| *until > view.now()) {
        return Plan::wait(Waiting::Barrier { until }, memory, view.input);
    }
    if let Some(until) = unstuck_at(view, view.original_group).filter(|until| *until > view.now()) {
        return Plan::wait(Waiting::StickyClients { until }, memory, view.input);
    }
    if past_return(&memory) {
        return Plan::act(Step::DeleteTaskSet { task_set: original.id.clone() }, memory);
    }
    let mut memory = memory;
    memory.intent =
        Some(Intent { operation: IntentOperation::DeleteTaskSet, token: original.id.clone(), issued_at: view.now() });
    Plan::advance(memory, Vec::new())
}

fn succeed(view: &View<'_>, mut memory: DeploymentStatus) -> Plan {
    end(&mut memory, State::Succeeded, view.now());
    let revision = memory.summary.as_ref().map_or("", |summary| summary.revision.as_str()).to_owned();
    Plan::advance(memory, vec![Note::normal(Reason::Succeeded, format!("Release of {revision} succeeded"))])
}

/// Puts the first route that is not at the position's share to it. None when all are, or when the side that would
/// receive more has no healthy target (S2), or the replacement would receive more while a named route is not read (S8):
/// then the caller's wait goes on.
fn assert_weights(view: &View<'_>) -> Option<Step> {
    let desired = desired_share(view.memory());
    if desired == 0 && view.original.is_none() {
        // A first deployment finds no one to give the traffic to, and no traffic to take away.
        return None;
    }
    let all_are_read = first_unread(view).is_none();
    let receiver_can_serve = |route: &Route| {
        let raises_replacement = route.share_of(view.replacement_group) < f64::from(desired);
        let raises_original = route.share_of(view.original_group) < f64::from(100 - desired);
        (!raises_replacement || (all_are_read && view.replacement_can_serve()))
            && (!raises_original || view.original_can_serve())
    };
    let route = view.writable_routes().find(|route| !view.route_is_at(route, desired) && receiver_can_serve(route))?;
    Some(weight_change(view, route, desired))
}

/// Puts a weight back that was verified before, and so was changed by someone else. Told once.
fn put_back(view: &View<'_>, step: Step) -> Plan {
    let known = status_of(&view.memory().conditions, ConditionType::TrafficInSync) == Some(false);
    let message = format!("Someone changed a weight: {}", step.describe());
    let notes = if known { Vec::new() } else { vec![Note::warning(Reason::Drifted, message)] };
    Plan::act(step, view.memory().clone()).with_notes(notes)
}

/// A share in whole percent.
pub(crate) fn rounded(share: f64) -> i32 {
    #[allow(clippy::cast_possible_truncation, reason = "a share is within 0.0 and 100.0")]
    let whole = share.round() as i32;
    whole
}

/// Index of the step in progress, from 1, for people.
pub(crate) fn step_number(memory: &DeploymentStatus) -> usize {
    current_step(memory) + 1
}
