//! A release in the supposed world, from its beginning to its end.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sluice_api::{
    DeploymentGroupSpec, DeploymentStatus, LifecycleEventName, LifecycleEventStatus, Revision, State, StepState,
    TrafficShift,
};
use sluice_plan::begin::released::Released;
use sluice_plan::begin::schedule::{Increment, increments, resolve, unknown};
use sluice_plan::hooks::HookTarget;
use sluice_plan::observation::{Observation, RouteKind};
use sluice_plan::reads::missing;
use sluice_plan::status::{next, started};
use sluice_plan::{
    Action, Asked, Candidate, Controls, Identity, Input, Limits, Outcome, Plan, ReadScope, Refusal, Release, app_spec,
    begin, plan,
};
use thiserror::Error;

use crate::picture::length;

use super::world::{TASKS, World};

const UID: &str = "00000000-0000-4000-8000-000000000000";

/// Those of an operator that nothing else was told.
const LIMITS: Limits =
    Limits { barrier: SignedDuration::from_secs(15), poll: SignedDuration::from_secs(5), network_weights_seconds: 600 };

/// Most looks: a release has a few for each increment.
const MOST_LOOKS: usize = 5_000;

/// Why there is no plan.
#[derive(Debug, Error)]
pub enum Unplannable {
    /// The operator would refuse it.
    #[error("{0}")]
    Refused(String),
    /// It would wait for something that no manifest tells.
    #[error("it would wait: {0}")]
    Waits(String),
}

/// What a release does, in its order.
#[derive(Clone, Debug, Serialize)]
pub struct Simulated {
    /// What is released, as it is written.
    pub revision: String,
    /// What it does, and when.
    pub rows: Vec<Row>,
    /// From its beginning to its end, in seconds, when nothing takes longer than it must.
    pub seconds: i64,
    /// How long it may make no progress, in seconds, before its traffic returns.
    pub deadline_seconds: u64,
    /// How many tasks the service is supposed to want.
    pub tasks: i32,
}

/// Something that a release does, or a wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Seconds after its beginning.
    pub at: i64,
    /// The lifecycle event, and the increment, such as `AllowTraffic 1/3`.
    pub event: String,
    /// What is done.
    pub what: String,
    /// The call of AWS, and how often it is made; nothing where there is none.
    pub call: Option<String>,
    /// How often.
    pub times: usize,
}

impl From<Refusal> for Unplannable {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.message)
    }
}

pub(super) fn run(
    settings: &DeploymentGroupSpec,
    revision: &Revision,
    named: Option<&TrafficShift>,
) -> Result<Simulated, Unplannable> {
    let mut settings = settings.clone();
    let released = Released::read(revision.clone(), None)?;
    if let Some(spec) = &released.app_spec {
        app_spec::apply(spec, &mut settings);
    }
    let reference = settings.deployment_config.as_ref();
    let shift = resolve(reference, named).ok_or_else(|| unknown(reference, &[]))?;
    let increments = increments(&shift);
    // Whoever approves does so at once.
    let words = |(index, one): (usize, &Increment)| one.name.clone().unwrap_or_else(|| index.to_string());
    let approvals: Vec<String> =
        std::iter::once("Ready".to_owned()).chain(increments.iter().enumerate().map(words)).collect();
    let start = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365);
    let mut release = Running {
        world: World::serving(&settings, released.task_definition.clone(), start),
        settings: &settings,
        approvals: &approvals,
        start,
        rows: Vec::new(),
    };
    let mut status = release.begin(&released, &increments)?;
    for _ in 0..MOST_LOOKS {
        if status.completed_at.is_some() {
            break;
        }
        status = release.look(&status)?;
    }
    if status.state != State::Succeeded {
        return Err(Unplannable::Waits(status.message));
    }
    Ok(Simulated {
        revision: released.task_definition.clone(),
        seconds: release.elapsed(),
        rows: release.rows,
        deadline_seconds: settings.progress_deadline.as_signed().unsigned_abs().as_secs(),
        tasks: TASKS,
    })
}

struct Running<'a> {
    world: World<'a>,
    settings: &'a DeploymentGroupSpec,
    approvals: &'a [String],
    start: Timestamp,
    rows: Vec<Row>,
}

impl Running<'_> {
    fn begin(&mut self, released: &Released, increments: &[Increment]) -> Result<DeploymentStatus, Unplannable> {
        // Not by the planner: what is registered is asked for as it begins.
        if let Some(wanted) = &released.images {
            self.rows.push(Row {
                at: 0,
                event: "Begin".to_owned(),
                what: format!("register a copy of {} with these images", wanted.family),
                call: Some("ecs:RegisterTaskDefinition".to_owned()),
                times: 1,
            });
        }
        let observed = self.observe(&ReadScope::Begin { uid: UID, released });
        let candidate = Candidate { uid: UID, released, settings: self.settings, increments, observed: &observed };
        let progress = begin(&candidate)?;
        let release = release(self.approvals, &progress)?;
        Ok(started(&Input { release, observed: &observed }, &[], Some(1)).0)
    }

    /// One reconcile, and the time until the next.
    fn look(&mut self, status: &DeploymentStatus) -> Result<DeploymentStatus, Unplannable> {
        let release = release(self.approvals, status)?;
        let observed = self.observe(&ReadScope::Progress(release));
        let input = Input { release, observed: &observed };
        let plan = plan(&input);
        let outcome = match &plan.action {
            Some(action) => {
                self.rows.push(self.row(&plan, action));
                self.world.apply(action);
                Outcome::Done { at: self.world.now }
            }
            None => Outcome::Nothing,
        };
        let next = next(&input, &plan, &outcome, Some(1));
        self.pass(&plan, &next)?;
        Ok(next)
    }

    /// Time passes to the end of the wait: nothing in this world changes before it, so that no look in between is worth its time.
    fn pass(&mut self, plan: &Plan, next: &DeploymentStatus) -> Result<(), Unplannable> {
        if let Some(waiting) = plan.waiting.as_ref().filter(|waiting| waiting.is_stalled()) {
            return Err(Unplannable::Waits(waiting.to_string()));
        }
        let Some(wake_at) = plan.wake_at.filter(|_| plan.action.is_none() && next.completed_at.is_none()) else {
            return Ok(());
        };
        let until = plan.waiting.as_ref().and_then(|waiting| waiting.until.or(waiting.deadline));
        let wake_at = until.map_or(wake_at, |until| until.max(wake_at));
        let waited = wake_at.duration_since(self.world.now);
        if waited.is_positive() {
            let what = format!("waits {}", length(waited));
            self.rows.push(Row { at: self.elapsed(), event: event(&plan.progress), what, call: None, times: 0 });
        }
        self.world.now = self.world.now.max(wake_at);
        Ok(())
    }

    fn observe(&self, scope: &ReadScope<'_>) -> Observation {
        let mut observed = Observation::blank(self.world.now, &self.settings.load_balancer.target_groups);
        loop {
            let round = missing(scope, self.settings, &observed);
            if round.is_empty() {
                return observed;
            }
            for read in round {
                let answer = self.world.answer(&read);
                observed.learn(read, answer);
            }
        }
    }

    fn elapsed(&self) -> i64 {
        self.world.now.duration_since(self.start).as_secs()
    }

    fn row(&self, plan: &Plan, action: &Action) -> Row {
        let call = match action {
            Action::CreateTaskSet(_) => Some("ecs:CreateTaskSet"),
            Action::ScaleTaskSet { .. } => Some("ecs:UpdateTaskSet"),
            Action::SetWeights(change) if change.kind == RouteKind::Listener => {
                Some("elasticloadbalancing:ModifyListener")
            }
            Action::SetWeights(_) => Some("elasticloadbalancing:ModifyRule"),
            Action::PromoteTaskSet { .. } => Some("ecs:UpdateServicePrimaryTaskSet"),
            Action::DeleteTaskSet { .. } => Some("ecs:DeleteTaskSet"),
            Action::StartHook(call) => matches!(call.target, HookTarget::Lambda { .. }).then_some("lambda:Invoke"),
        };
        Row {
            at: self.elapsed(),
            event: event(&plan.progress),
            what: action.describe(),
            call: call.map(str::to_owned),
            times: usize::from(call.is_some()),
        }
    }
}

fn release<'a>(approvals: &'a [String], progress: &'a DeploymentStatus) -> Result<Release<'a>, Unplannable> {
    let identity = Identity { namespace: "default", name: "release", group: "group", uid: UID };
    let asked = Asked { approvals, skip_to: None };
    Ok(Release::parse(identity, Controls::default(), progress, LIMITS)?.asking(asked))
}

/// The lifecycle event in which it stands, and the increment.
fn event(progress: &DeploymentStatus) -> String {
    let mut events = progress.lifecycle_events.iter();
    let current = events.find(|event| event.status == LifecycleEventStatus::InProgress);
    let Some(current) = current else { return String::new() };
    if current.name != LifecycleEventName::AllowTraffic {
        return current.name.to_string();
    }
    let done = progress.steps.iter().filter(|step| step.state == StepState::Completed).count();
    format!("{} {}/{}", current.name, (done + 1).min(progress.steps.len()), progress.steps.len())
}
