//! The planner: one observation in, one step or the reason to wait out.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sluice_api::{
    DeploymentGroupSpec, DeploymentStatus, Failure, LifecycleEventName, LifecycleEventStatus, Reason, RollbackTrigger,
    State, bounded_message,
};

use crate::breaker;
use crate::forward;
use crate::memory::{Position, end_event, fail_events, past_return, position};
use crate::rollback;
use crate::safety;
use crate::step::Step;
use crate::unread_route::first_unread;
use crate::view::View;
use crate::waiting::Waiting;
use crate::world::Observed;

/// What the user asks for, beside the release itself. Precedence: deleted, stop, paused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Controls {
    /// `spec.paused`.
    pub paused: bool,
    /// `spec.stop`.
    pub stop: bool,
    /// The Deployment is being deleted.
    pub deleted: bool,
}

/// Lengths of time that the operator is run with.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest life of a write, plus clock error: how long a destructive write waits after a weight's.
    pub barrier: SignedDuration,
    /// How often the world is looked at while a Deployment waits for AWS, or watches what it holds.
    pub poll: SignedDuration,
}

/// A begun Deployment, before anything is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Begun<'a> {
    /// Namespace of the Deployment.
    pub namespace: &'a str,
    /// Name of the Deployment.
    pub name: &'a str,
    /// Name of its group.
    pub group: &'a str,
    /// UID of the Deployment.
    pub uid: &'a str,
    /// What the user asks for.
    pub controls: Controls,
    /// What the Deployment remembers.
    pub memory: &'a DeploymentStatus,
    /// The group's settings as they were pinned.
    pub settings: &'a DeploymentGroupSpec,
    /// Lengths of time.
    pub limits: Limits,
}

/// A begun Deployment and one observation.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The Deployment.
    pub begun: Begun<'a>,
    /// The observed world.
    pub observed: &'a Observed,
}

impl Input<'_> {
    pub(crate) fn now(&self) -> Timestamp {
        self.observed.at
    }

    /// The same input with another memory: a decision that is carried on within one plan.
    pub(crate) fn with_memory<'b>(&'b self, memory: &'b DeploymentStatus) -> Input<'b> {
        Input { begun: Begun { memory, ..self.begun }, observed: self.observed }
    }
}

/// Something that happened, told once as an Event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Reason of the Event.
    #[serde(serialize_with = "reason_word")]
    pub reason: Reason,
    /// Whether it is a warning.
    pub warning: bool,
    /// What happened.
    pub message: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
pub(crate) fn reason_word<S: serde::Serializer>(reason: &Reason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(reason)
}

impl Note {
    pub(crate) fn normal(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, warning: false, message: bounded_message(&message.into()) }
    }

    pub(crate) fn warning(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, warning: true, message: bounded_message(&message.into()) }
    }
}

/// What to do now, and what to remember whatever becomes of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// The one mutation; none when the Deployment waits or only moves on.
    pub step: Option<Step>,
    /// What it waits for.
    pub waiting: Option<Waiting>,
    /// When to look again; none: at once.
    pub wake_at: Option<Timestamp>,
    /// What happened, for Events.
    pub notes: Vec<Note>,
    /// What to remember.
    pub memory: DeploymentStatus,
}

impl Plan {
    /// Does this step now.
    pub(crate) fn act(step: Step, memory: DeploymentStatus) -> Self {
        Self { step: Some(step), waiting: None, wake_at: None, notes: Vec::new(), memory }
    }

    /// Remembers a move to the next position, and looks again at once.
    pub(crate) fn advance(memory: DeploymentStatus, notes: Vec<Note>) -> Self {
        Self { step: None, waiting: None, wake_at: None, notes, memory }
    }

    /// Waits; looks again after a poll interval, or when the wait is over if that is earlier.
    pub(crate) fn wait(waiting: Waiting, memory: DeploymentStatus, input: &Input<'_>) -> Self {
        let poll = input.now() + input.begun.limits.poll;
        let due = waiting.until().or_else(|| waiting.deadline()).filter(|due| *due > input.now());
        let wake_at = due.map_or(poll, |due| due.min(poll));
        Self { step: None, waiting: Some(waiting), wake_at: Some(wake_at), notes: Vec::new(), memory }
    }

    pub(crate) fn with_notes(mut self, mut notes: Vec<Note>) -> Self {
        notes.append(&mut self.notes);
        self.notes = notes;
        self
    }

    /// Whether the Deployment has ended.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.memory.completed_at.is_some()
    }

    /// Where the Deployment stands after this plan.
    #[must_use]
    pub fn position(&self) -> Position {
        position(&self.memory)
    }
}

/// What a begun Deployment does now. It never fails, and its result can be printed.
#[must_use]
pub fn plan(input: &Input<'_>) -> Plan {
    if position(input.begun.memory) == Position::Ended {
        let memory = input.begun.memory.clone();
        return Plan { step: None, waiting: None, wake_at: None, notes: Vec::new(), memory };
    }
    let memory = with_world_back(input);
    let input = &input.with_memory(&memory);
    let Some(view) = View::new(input) else {
        return without_service(input);
    };
    let plan = match abort(&view) {
        Some(abort) => begin_rollback(input, abort),
        None if position(&memory) == Position::Rollback => rollback::plan(&view),
        None => forward::plan(&view),
    };
    guard(input, plan)
}

/// The second lock: a step that would break an invariant is not handed out.
fn guard(input: &Input<'_>, plan: Plan) -> Plan {
    let violation = plan.step.as_ref().and_then(|step| {
        let input = input.with_memory(&plan.memory);
        View::new(&input).and_then(|view| safety::violated(&view, step))
    });
    match violation {
        None => plan,
        Some(violation) => {
            let known = input.begun.memory.reason == Reason::InvariantViolated.to_string();
            let note = Note::warning(Reason::InvariantViolated, format!("the next step would break {violation}"));
            Plan::wait(Waiting::Safe(violation), plan.memory, input)
                .with_notes(if known { Vec::new() } else { vec![note] })
                .with_notes(plan.notes)
        }
    }
}

/// Why traffic must return to the original.
struct Abort {
    trigger: RollbackTrigger,
    reason: String,
    failure: Option<Failure>,
}

/// Whether traffic must return to the original, and why. A failure comes before a user's hold: traffic goes
/// to what is healthy, always.
fn abort(view: &View<'_>) -> Option<Abort> {
    let memory = view.memory();
    // Past the point of no return the original may be on its way out. But while it is seen to serve, and the
    // replacement does not, nothing is lost by the way back.
    let stranded = view.original_can_serve() && !view.replacement_can_serve();
    if memory.rollback.is_some() {
        return None;
    }
    if past_return(memory) && !stranded {
        // Where neither is left to wait for, who asks for the end gets it, and is told that there was nothing to return to.
        let original_is_gone = memory.original.as_ref().is_none_or(|original| view.is_gone(original));
        let nothing_is_left = original_is_gone && !view.replacement_can_serve();
        return requested(view.input.begun.controls).filter(|_| nothing_is_left);
    }
    if let Some(abort) = requested(view.input.begun.controls) {
        return Some(abort);
    }
    let failure = memory
        .failure
        .clone()
        .or_else(|| forward::replacement_is_gone(view))
        .or_else(|| breaker::tripped(view))
        .or_else(|| breaker::replacement_is_down(view))
        .or_else(|| forward::deadline_passed(view))?;
    Some(Abort { trigger: RollbackTrigger::DeploymentFailure, reason: failure.message.clone(), failure: Some(failure) })
}

/// Whether someone asked for the return.
fn requested(controls: Controls) -> Option<Abort> {
    let (trigger, reason) = match controls {
        Controls { deleted: true, .. } => (RollbackTrigger::Deleted, "the Deployment is being deleted"),
        Controls { stop: true, .. } => (RollbackTrigger::StopOnRequest, "spec.stop was set"),
        Controls { .. } => return None,
    };
    Some(Abort { trigger, reason: reason.to_owned(), failure: None })
}

/// Turns round: remembers why, and takes the first step back within the same reconcile (L7).
fn begin_rollback(input: &Input<'_>, abort: Abort) -> Plan {
    let now = input.now();
    let mut memory = input.begun.memory.clone();
    fail_events(&mut memory, now);
    memory.deadline_at = None;
    memory.paused_at = None;
    memory.failure = abort.failure;
    if let Some(original) = &mut memory.original {
        original.terminate_at = None;
    }
    memory.rollback = Some(sluice_api::Rollback {
        trigger: abort.trigger,
        reason: bounded_message(&abort.reason),
        to: memory.original.as_ref().map(|original| original.task_set.clone()),
        started_at: now,
        traffic_restored_at: None,
        ended_at: None,
    });
    let note = Note::warning(Reason::RollingBack, format!("Rolling back: {}", abort.reason));
    let input = input.with_memory(&memory);
    let plan = View::new(&input).map_or_else(|| without_service(&input), |view| rollback::plan(&view));
    plan.with_notes(vec![note])
}

/// The service is gone, or is being deleted: nothing can be done in AWS, and nothing is left to serve. But ECS may
/// answer MISSING for a moment, so that one answer never ends anything.
fn without_service(input: &Input<'_>) -> Plan {
    let now = input.now();
    let rolling_back = position(input.begun.memory) == Position::Rollback;
    if !rolling_back && !past_return(input.begun.memory) {
        if let Some(abort) = requested(input.begun.controls) {
            return begin_rollback(input, abort);
        }
        if input.begun.controls.paused {
            let weight = input.begun.memory.traffic.as_ref().map_or(0, |traffic| traffic.observed);
            return forward::pause(input, weight);
        }
        if let Some(since) = input.begun.memory.paused_at {
            return forward::resume(input, since);
        }
    }
    // A deletion waits no longer than it must: what is deleted with its service is a whole that goes.
    let Begun { controls, limits, settings, .. } = &input.begun;
    let grace = if controls.deleted { limits.barrier } else { settings.progress_deadline.as_signed() };
    let waits_already = rolling_back || input.begun.memory.reason == Reason::ServiceNotFound.to_string();
    let deadline = match input.begun.memory.deadline_at {
        Some(deadline) if waits_already || deadline > now => deadline,
        _ => now + grace,
    };
    if now < deadline {
        let memory = DeploymentStatus { deadline_at: Some(deadline), ..input.begun.memory.clone() };
        return Plan::wait(Waiting::ServiceReturns { deadline }, memory, input);
    }
    let mut memory = input.begun.memory.clone();
    fail_events(&mut memory, now);
    let message = format!("service {}/{} is gone from ECS", settings.ecs.cluster, settings.ecs.service);
    memory.failure = Some(match memory.failure.take() {
        Some(failure) => Failure { message: bounded_message(&format!("{message}; {}", failure.message)), ..failure },
        None => breaker::failure(sluice_api::FailureCategory::Unknown, &message),
    });
    end(&mut memory, State::Failed, now);
    Plan::advance(memory, vec![Note::warning(Reason::Failed, message)])
}

/// Positions past the last increment have no deadline of their own: what stands there was set while the service, or a
/// route, was missing, and is over once it is back.
fn with_world_back(input: &Input<'_>) -> DeploymentStatus {
    let mut memory = input.begun.memory.clone();
    let own = matches!(position(&memory), Position::Install | Position::AllowTraffic(_));
    if !own && View::new(input).is_some_and(|view| first_unread(&view).is_none()) {
        memory.deadline_at = None;
    }
    memory
}

/// Ends the Deployment in this state.
pub(crate) fn end(memory: &mut DeploymentStatus, state: State, now: Timestamp) {
    memory.state = state;
    memory.completed_at = Some(now);
    memory.deadline_at = None;
    memory.next_transition_at = None;
    memory.paused_at = None;
    if state == State::Succeeded {
        end_event(memory, LifecycleEventName::TerminateOriginal, LifecycleEventStatus::Succeeded, now);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sluice_api::TaskSetStatus;

    use super::*;
    use crate::step::WeightChange;
    use crate::world::{Route, RouteKind, RouteState, Service, Weight};

    fn settings() -> DeploymentGroupSpec {
        serde_json::from_value(json!({
            "applicationRef": "shop",
            "aws": {"binding": "shop", "region": "eu-west-1"},
            "ecs": {"cluster": "prod", "service": "shop"},
            "container": {"name": "web", "port": 8080},
            "loadBalancer": {"targetGroups": ["a", "b"], "productionRoutes": [{"listenerRule": "rule"}]},
        }))
        .unwrap()
    }

    fn observed() -> Observed {
        let weight = |group: &str, weight| Weight { target_group: group.to_owned(), weight };
        let state = RouteState::Forward(vec![weight("a", 100), weight("b", 0)]);
        Observed {
            at: Timestamp::UNIX_EPOCH,
            service: Some(Service {
                arn: "service".to_owned(),
                active: true,
                external: true,
                desired_count: 4,
                task_sets: Vec::new(),
            }),
            routes: vec![Route { arn: "rule".to_owned(), kind: RouteKind::Rule, state, stickiness: None }],
            target_groups: Vec::new(),
            task_definition: None,
            stopped_tasks: None,
        }
    }

    #[test]
    fn a_step_that_would_break_an_invariant_is_not_handed_out_and_told_once() {
        let (settings, observed) = (settings(), observed());
        let side = |group: &str| Some(TaskSetStatus { target_group: group.to_owned(), ..TaskSetStatus::default() });
        let mut memory =
            DeploymentStatus { original: side("a"), replacement: side("b"), ..DeploymentStatus::default() };
        let weights = vec![("a".to_owned(), 0), ("b".to_owned(), 100)];
        let step = Step::SetWeights(WeightChange { route: "rule".to_owned(), kind: RouteKind::Rule, weights });
        for notes in [1, 0] {
            let begun = Begun {
                namespace: "shop",
                name: "prod-1",
                group: "prod",
                uid: "uid",
                controls: Controls::default(),
                memory: &memory,
                settings: &settings,
                limits: Limits { barrier: SignedDuration::from_secs(30), poll: SignedDuration::from_secs(10) },
            };
            let input = Input { begun, observed: &observed };
            let plan = guard(&input, Plan::act(step.clone(), memory.clone()));
            assert_eq!(plan.waiting, Some(Waiting::Safe(safety::Violation::S8StepBound)));
            assert_eq!((plan.step.is_none(), plan.notes.len()), (true, notes));
            let status = crate::status::next(&input, &plan, &crate::status::Outcome::Nothing, None);
            assert_eq!(sluice_api::status_of(&status.conditions, sluice_api::ConditionType::Stalled), Some(true));
            memory = status;
        }
    }
}
