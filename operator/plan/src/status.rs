//! From a plan and its outcome to what users see: phase, state, conditions, and one line to act on.

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use sluice_api::{
    ConditionType, DeploymentStatus, FailureCategory, Phase, Reason, Rollback, RollbackTrigger, State, Summary,
    TaskSetStatus, bounded_message, set_condition, sorted_conditions,
};

use crate::breaker::failure;
use crate::forward::{rounded, step_number};
use crate::health;
use crate::memory::{Position, desired_share, position};
use crate::planner::{Input, Note, Plan};
use crate::preflight::Refusal;
use crate::step::{Step, short};
use crate::view::View;
use crate::waiting::Waiting;
use crate::world::TaskSet;

/// A call to AWS that did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// One word for it.
    pub reason: Reason,
    /// What AWS said.
    pub message: String,
    /// Whether someone must mend something before it can pass.
    pub stalled: bool,
    /// Whether AWS refused this very request, so that the same one never passes.
    pub refused: bool,
}

/// What became of a plan's step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There was no step.
    Nothing,
    /// It was done.
    Done {
        /// When the answer was there.
        at: Timestamp,
    },
    /// It was not, or no one knows: the answer may have been lost.
    Failed {
        /// What AWS said.
        trouble: Trouble,
        /// When the call was over.
        at: Timestamp,
    },
}

impl Outcome {
    /// When the call was over; none when there was no call.
    #[must_use]
    pub const fn acted_at(&self) -> Option<Timestamp> {
        match self {
            Self::Nothing => None,
            Self::Done { at } | Self::Failed { at, .. } => Some(*at),
        }
    }
}

/// The next status of a begun Deployment.
#[must_use]
pub fn next(input: &Input<'_>, plan: &Plan, outcome: &Outcome, generation: Option<i64>) -> DeploymentStatus {
    let now = input.now();
    if input.begun.memory.completed_at.is_some() {
        return after_the_end(input.begun.memory, generation);
    }
    let mut status = plan.memory.clone();
    remember_outcome(&mut status, plan, outcome, now);
    let input = input.with_memory(&plan.memory);
    let view = View::new(&input);
    if let Some(view) = &view {
        observe(&mut status, view);
    }
    status.health = health::of(input.observed);
    status.next_transition_at = plan.waiting.as_ref().and_then(Waiting::until);
    let mut face = face(&status, plan, outcome);
    face.traffic = view.map(|view| traffic_face(&status, &view));
    show(status, &face, generation, now)
}

/// A Deployment that ended is never looked at again; only the generation follows, as kstatus asks.
#[must_use]
pub fn after_the_end(memory: &DeploymentStatus, generation: Option<i64>) -> DeploymentStatus {
    let mut status = memory.clone();
    status.observed_generation = generation;
    for condition in &mut status.conditions {
        condition.observed_generation = generation;
    }
    status
}

/// The first status of a Deployment that begins, and what to tell of it. `conditions` are those that it had.
#[must_use]
pub fn begun(input: &Input<'_>, conditions: &[Condition], generation: Option<i64>) -> (DeploymentStatus, Vec<Note>) {
    let mut memory = input.begun.memory.clone();
    memory.conditions = conditions.to_vec();
    let revision = memory.summary.as_ref().map_or("", |summary| summary.revision.as_str());
    let message = match &memory.original {
        Some(original) => format!(
            "New revision detected: releasing {revision} in {}, in place of {}",
            if memory.steps.len() == 1 { "1 step".to_owned() } else { format!("{} steps", memory.steps.len()) },
            short(&original.task_definition)
        ),
        None => format!("First deployment: releasing {revision} at once"),
    };
    let note = Note::normal(Reason::Installing, message);
    let status = next(input, &Plan::advance(memory, Vec::new()), &Outcome::Nothing, generation);
    (status, vec![note])
}

/// The status of a Deployment whose turn it is not.
#[must_use]
pub fn queued(previous: &DeploymentStatus, behind: &str, generation: Option<i64>, now: Timestamp) -> DeploymentStatus {
    let face = Face::waiting(Phase::Pending, State::Queued, Reason::Queued, format!("queued behind {behind}"));
    show(DeploymentStatus { paused_at: None, ..previous.clone() }, &face, generation, now)
}

/// The status of a Deployment that will never begin, because a newer one has.
#[must_use]
pub fn superseded(previous: &DeploymentStatus, by: &str, generation: Option<i64>, now: Timestamp) -> DeploymentStatus {
    let message =
        format!("{by} is newer and began first: create the Deployment again to release this revision after all");
    never_begun(previous, Reason::Superseded, message, generation, now)
}

/// The status of a Deployment that was stopped before it began.
#[must_use]
pub fn stopped_before_begin(previous: &DeploymentStatus, generation: Option<i64>, now: Timestamp) -> DeploymentStatus {
    never_begun(previous, Reason::Stopped, "stopped before it began: no traffic moved".to_owned(), generation, now)
}

fn never_begun(
    previous: &DeploymentStatus,
    reason: Reason,
    message: String,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let mut status = previous.clone();
    status.completed_at.get_or_insert(now);
    status.paused_at = None;
    let face = Face {
        phase: Phase::Failed,
        state: State::Stopped,
        reason,
        message,
        standing: Standing::Failed,
        traffic: None,
    };
    show(status, &face, generation, now)
}

/// The status of a Deployment that is held before it began.
#[must_use]
pub fn paused_before_begin(previous: &DeploymentStatus, generation: Option<i64>, now: Timestamp) -> DeploymentStatus {
    let mut status = previous.clone();
    status.paused_at.get_or_insert(now);
    let message = "paused before it began; set spec.paused to false to begin".to_owned();
    let face = Face::waiting(Phase::Paused, State::Created, Reason::Paused, message);
    show(status, &face, generation, now)
}

/// The status of a Deployment that cannot begin, or go on, until someone mends something.
#[must_use]
pub fn refused(
    previous: &DeploymentStatus,
    refusal: &Refusal,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let (phase, state) = standstill(previous);
    let (reason, message) = (refusal.reason, refusal.message.clone());
    let face = Face { phase, state, reason, message, standing: Standing::Stalled, traffic: None };
    let mut status = previous.clone();
    if status.started_at.is_none() {
        status.paused_at = None;
    }
    show(status, &face, generation, now)
}

/// The status of a Deployment while AWS cannot be read. All that was known stays.
#[must_use]
pub fn troubled(
    previous: &DeploymentStatus,
    trouble: &Trouble,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let (phase, state) = standstill(previous);
    let standing = if trouble.stalled { Standing::Stalled } else { Standing::Reconciling };
    let face = Face { phase, state, reason: trouble.reason, message: trouble.message.clone(), standing, traffic: None };
    show(previous.clone(), &face, generation, now)
}

/// Phase and state of a Deployment of which nothing new is known.
const fn standstill(previous: &DeploymentStatus) -> (Phase, State) {
    if previous.started_at.is_some() { (previous.phase, previous.state) } else { (Phase::Pending, State::Created) }
}

/// Where a Deployment stands in terms of kstatus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Reconciling,
    Stalled,
    Succeeded,
    Failed,
}

/// What users read first.
struct Face {
    phase: Phase,
    state: State,
    reason: Reason,
    message: String,
    standing: Standing,
    /// How traffic stands; none when it was not looked at, and then what was known stays.
    traffic: Option<(bool, Reason, String)>,
}

impl Face {
    const fn waiting(phase: Phase, state: State, reason: Reason, message: String) -> Self {
        Self { phase, state, reason, message, standing: Standing::Reconciling, traffic: None }
    }
}

fn remember_outcome(status: &mut DeploymentStatus, plan: &Plan, outcome: &Outcome, observed_at: Timestamp) {
    // The call was over by then, whatever became of it; a reconcile that acted knows better than its observation.
    let now = outcome.acted_at().unwrap_or(observed_at);
    if matches!(plan.step, Some(Step::SetWeights(_))) {
        // Also when it failed: the write may land late, and the barrier must count from it.
        status.traffic.get_or_insert_default().written_at = Some(now);
    }
    if matches!(plan.step, Some(Step::CreateTaskSet(_))) {
        // ECS may show the task set some time after the call, whenever the call was made.
        if let Some(intent) = &mut status.intent {
            intent.issued_at = now;
        }
        if let Outcome::Failed { trouble, .. } = outcome
            && trouble.refused
        {
            status.failure = Some(failure(FailureCategory::Unknown, &trouble.message));
        }
    }
}

/// Whether traffic is as asked. While an increment is being made, it may be anywhere between the last and the next.
fn traffic_face(status: &DeploymentStatus, view: &View<'_>) -> (bool, Reason, String) {
    let traffic = status.traffic.clone().unwrap_or_default();
    let message = format!("weight {} asked, {} answered", traffic.desired, traffic.observed);
    if view.traffic_is_at(traffic.desired) {
        return (true, Reason::InSync, message);
    }
    match position(status) {
        Position::Rollback => (false, Reason::RollingBack, message),
        Position::AllowTraffic(index) if status.steps.get(index).is_some_and(|step| step.verified_at.is_none()) => {
            let last = index.checked_sub(1).and_then(|index| status.steps.get(index)).map_or(0, |step| step.weight);
            let between = f64::from(last)..=f64::from(traffic.desired);
            let moving = view.routes().all(|route| between.contains(&route.share_of(view.replacement_group)));
            let message = format!("weight {last} held, {} comes next", traffic.desired);
            if moving { (true, Reason::InSync, message) } else { (false, Reason::Drifted, message) }
        }
        _ => (false, Reason::Drifted, message),
    }
}

/// What the observation says about the two task sets and the traffic.
fn observe(status: &mut DeploymentStatus, view: &View<'_>) {
    let refresh = |shown: &mut TaskSetStatus, set: Option<&TaskSet>, healthy: i32| {
        if let Some(set) = set {
            shown.task_set.clone_from(&set.id);
        }
        shown.desired = set.map_or(0, |set| set.computed_desired);
        shown.running = set.map_or(0, |set| set.running);
        shown.healthy_targets = if set.is_some() { healthy } else { 0 };
    };
    if let Some(original) = &mut status.original {
        refresh(original, view.original, health::shown(view.observed(), view.original_group));
    }
    if let Some(replacement) = &mut status.replacement {
        refresh(replacement, view.replacement, health::shown(view.observed(), view.replacement_group));
    }
    let desired = desired_share(status);
    let traffic = status.traffic.get_or_insert_default();
    // What is not seen is not 0: while no route is read, the last answer stays.
    let observed = if view.routes().next().is_some() { rounded(view.observed_share()) } else { traffic.observed };
    traffic.observed = observed;
    traffic.desired = desired;
    let step = match position(status) {
        Position::Install => 0,
        Position::AllowTraffic(_) => step_number(status),
        Position::Bake | Position::TerminateOriginal => status.steps.len(),
        Position::Rollback | Position::Ended => status.steps.iter().filter(|step| step.verified_at.is_some()).count(),
    };
    let summary = status.summary.get_or_insert_with(Summary::default);
    summary.step = format!("{step}/{}", status.steps.len());
    summary.weight = format!("{observed}%");
}

fn face(status: &DeploymentStatus, plan: &Plan, outcome: &Outcome) -> Face {
    if status.completed_at.is_some() {
        return ended(status);
    }
    let state = match position(status) {
        Position::Bake => State::Baking,
        _ => State::InProgress,
    };
    let paused = matches!(plan.waiting, Some(Waiting::Paused { .. }));
    let phase = if paused { Phase::Paused } else { Phase::Deploying };
    if let Outcome::Failed { trouble, .. } = outcome {
        let standing = if trouble.stalled { Standing::Stalled } else { Standing::Reconciling };
        let (reason, message) = (trouble.reason, trouble.message.clone());
        return Face { phase, state, reason, message, standing, traffic: None };
    }
    // Someone must mend something before it can pass.
    let stalled = matches!(plan.waiting, Some(Waiting::Safe(_) | Waiting::RouteRead { .. }));
    let reason = match position(status) {
        Position::Rollback if !stalled => Reason::RollingBack,
        _ => plan.waiting.as_ref().map_or_else(|| progress_reason(status), Waiting::reason),
    };
    let mut message = match (&plan.waiting, &plan.step) {
        (Some(waiting), _) => waiting.to_string(),
        (None, Some(step)) => step.describe(),
        (None, None) => going_on(status),
    };
    if let Some(rollback) = &status.rollback {
        // What is done or waited for comes first: a long cause may be cut.
        message = format!("rolling back: {message}; because {}", rollback.reason);
    }
    let standing = if stalled { Standing::Stalled } else { Standing::Reconciling };
    Face { phase, state, reason, message, standing, traffic: None }
}

fn progress_reason(status: &DeploymentStatus) -> Reason {
    match position(status) {
        Position::Install => Reason::Installing,
        Position::AllowTraffic(_) => Reason::Shifting,
        Position::Bake => Reason::Baking,
        Position::TerminateOriginal => Reason::Terminating,
        Position::Rollback | Position::Ended => Reason::RollingBack,
    }
}

fn going_on(status: &DeploymentStatus) -> String {
    match position(status) {
        Position::Install => "installing the replacement".to_owned(),
        Position::AllowTraffic(index) => {
            let weight = status.steps.get(index).map_or(0, |step| step.weight);
            format!("step {}/{}: moving traffic to weight {weight}", index + 1, status.steps.len())
        }
        Position::Bake => "all traffic moved; baking".to_owned(),
        Position::TerminateOriginal => "terminating the original".to_owned(),
        Position::Rollback | Position::Ended => "returning to the original".to_owned(),
    }
}

fn ended(status: &DeploymentStatus) -> Face {
    let revision = status.summary.as_ref().map_or("", |summary| summary.revision.as_str());
    let cause = status.rollback.as_ref().map_or("", |rollback| rollback.reason.as_str());
    match status.state {
        State::Succeeded => Face {
            phase: Phase::Running,
            state: State::Succeeded,
            reason: Reason::Succeeded,
            message: format!("{revision} serves all traffic"),
            standing: Standing::Succeeded,
            traffic: None,
        },
        State::Stopped => Face {
            phase: Phase::Failed,
            state: State::Stopped,
            reason: Reason::Stopped,
            message: format!("stopped and rolled back: {cause}"),
            standing: Standing::Failed,
            traffic: None,
        },
        _ => Face {
            phase: Phase::Failed,
            state: State::Failed,
            reason: Reason::Failed,
            message: match (&status.failure, status.rollback.as_ref().filter(|it| came_back(it))) {
                (Some(failure), Some(_)) => format!("rolled back: {}", failure.message),
                (Some(failure), None) => failure.message.clone(),
                (None, _) => cause.to_owned(),
            },
            standing: Standing::Failed,
            traffic: None,
        },
    }
}

/// Whether all of the way back was gone.
const fn came_back(rollback: &Rollback) -> bool {
    rollback.traffic_restored_at.is_some() && rollback.ended_at.is_some()
}

fn show(mut status: DeploymentStatus, face: &Face, generation: Option<i64>, now: Timestamp) -> DeploymentStatus {
    status.phase = face.phase;
    status.state = face.state;
    status.reason = face.reason.to_string();
    status.message = bounded_message(&face.message);
    status.observed_generation = generation;
    let conditions = std::mem::take(&mut status.conditions);
    status.conditions = conditions_for(conditions, &status, face, generation, now);
    status
}

fn conditions_for(
    mut conditions: Vec<Condition>,
    status: &DeploymentStatus,
    face: &Face,
    generation: Option<i64>,
    now: Timestamp,
) -> Vec<Condition> {
    let mut set = |kind, value, reason, message: &str| {
        set_condition(&mut conditions, (kind, value, reason), message, generation, now);
    };
    let message = face.message.as_str();
    let standing = face.standing;
    let ended = matches!(standing, Standing::Succeeded | Standing::Failed);
    set(ConditionType::Ready, standing == Standing::Succeeded, face.reason, message);
    set(ConditionType::Reconciling, standing == Standing::Reconciling, face.reason, message);
    // An end in failure is Stalled too, so that everything that waits for Ready stops waiting.
    set(ConditionType::Stalled, matches!(standing, Standing::Stalled | Standing::Failed), face.reason, message);
    if ended {
        set(ConditionType::Succeeded, standing == Standing::Succeeded, face.reason, message);
    }
    set(
        ConditionType::Paused,
        face.phase == Phase::Paused,
        if face.phase == Phase::Paused { Reason::Paused } else { Reason::NotApplicable },
        "",
    );
    if let Some((in_sync, reason, message)) = &face.traffic {
        set(ConditionType::TrafficInSync, *in_sync, *reason, message);
    }
    if let Some(rollback) = &status.rollback {
        let restored = rollback.traffic_restored_at.is_some();
        let reason =
            if rollback.trigger == RollbackTrigger::DeploymentFailure { Reason::Failed } else { Reason::Stopped };
        let message = match &rollback.to {
            Some(to) => format!("traffic returns to {}: {}", short(to), rollback.reason),
            None => format!("no earlier release to return to: {}", rollback.reason),
        };
        set(ConditionType::RolledBack, restored, reason, &message);
    }
    sorted_conditions(conditions)
}
