//! From a plan and its outcome to what users see: phase, state, conditions, and one line to act on.

mod before_begin;
mod conditions;
mod copies;
mod gated;
mod known;
mod line;
mod pipeline;
mod replaced;
mod timed;
mod traffic;
mod word;
mod worth;

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use sluice_api::{DeploymentStatus, Failure, FailureCategory, FailureStage, Reason, TaskSetScaling};
use sluice_explain::{Place, Question, explain};

use crate::action::Action;
use crate::failure::{explained, failure};
use crate::health::runtime_health;
use crate::input::{Input, Limits};
use crate::names::short;
use crate::outcome::Outcome;
use crate::plan::{Note, Plan};
use crate::view::View;

pub use copies::{digests, mutable, registered};
pub use gated::{gated, passed};
pub use known::{found, pinned, with_revision};
pub use replaced::replaced;

pub use before_begin::{
    call_failed, outdated, paused_before_begin, queued, ready_behind, refused, rejected, stopped_before_begin,
    superseded, withdrawn,
};
pub use worth::{LOOKS_UNWRITTEN, is_worth_a_write};

/// The next status of a Deployment that has begun.
#[must_use]
pub fn next(input: &Input<'_>, plan: &Plan, outcome: &Outcome, generation: Option<i64>) -> DeploymentStatus {
    let now = input.now();
    if input.release.progress.completed_at.is_some() {
        return ended(input.release.progress, generation);
    }
    let mut status = plan.progress.clone();
    remember_outcome(&mut status, plan, outcome, now);
    remember_scaling(&mut status, plan, (outcome, now), input.release.limits);
    let input = input.with_progress(&plan.progress);
    let view = View::new(&input);
    if let Some(view) = &view {
        traffic::observe(&mut status, view);
    }
    status.health = runtime_health(input.observed);
    status.next_transition_at = plan.waiting.as_ref().and_then(|waiting| waiting.until);
    timed::show(&mut status, &input.release, plan);
    let mut line = line::status_line(&status, plan, outcome);
    line.traffic = view.map(|view| traffic::traffic_condition(&status, &view));
    conditions::show(status, &line, generation, now)
}

/// A Deployment that ended is never looked at again; only the generation follows, as kstatus asks.
#[must_use]
pub fn ended(progress: &DeploymentStatus, generation: Option<i64>) -> DeploymentStatus {
    let mut status = progress.clone();
    status.observed_generation = generation;
    for condition in &mut status.conditions {
        condition.observed_generation = generation;
    }
    status
}

/// The first status of a Deployment that begins, and what to tell of it. `conditions` are those that it had.
#[must_use]
pub fn started(input: &Input<'_>, conditions: &[Condition], generation: Option<i64>) -> (DeploymentStatus, Vec<Note>) {
    let mut progress = input.release.progress.clone();
    progress.conditions = conditions.to_vec();
    let revision = progress.summary.as_ref().map_or("", |summary| summary.revision.as_str());
    let wants_none = input.observed.service.as_ref().is_some_and(|service| service.desired_count < 1);
    let message = match &progress.original {
        _ if wants_none => format!("Releasing {revision} without traffic: the service has desired count 0"),
        Some(original) => format!(
            "New revision detected: releasing {revision} in {}, in place of {}",
            if progress.steps.len() == 1 { "1 step".to_owned() } else { format!("{} steps", progress.steps.len()) },
            match &original.service {
                Some(service) => format!("service {service} ({})", short(&original.task_definition)),
                None => short(&original.task_definition).to_owned(),
            }
        ),
        None => format!("First deployment: releasing {revision} at once"),
    };
    let mut notes = vec![Note::normal(Reason::Installing, message)];
    if let Some(source) = &progress.source {
        notes.push(Note::normal(Reason::Installing, format!("{revision} was built from {source}")));
    }
    if input.release.weights_work_within().is_some() {
        let message = "Behind a Network Load Balancer weights count for new connections: those that are open stay with their target group until they end, or until its deregistration delay is over once its task set is deleted";
        notes.push(Note::normal(Reason::Installing, message));
    }
    let left_out: Vec<&str> =
        progress.alarms.iter().filter(|alarm| alarm.left_out).map(|alarm| alarm.name.as_str()).collect();
    if !left_out.is_empty() {
        let message = format!(
            "In ALARM already, and left out of this release as spec.alarms.atStart says: {}",
            left_out.join(", ")
        );
        notes.push(Note::warning(Reason::AlarmActive, message));
    }
    let status = next(input, &Plan::advance(progress, Vec::new()), &Outcome::Nothing, generation);
    (status, notes)
}

/// The status of a Deployment that ended without a look at AWS: what was known of it stays.
#[must_use]
pub(crate) fn given_up(progress: &DeploymentStatus, generation: Option<i64>, now: Timestamp) -> DeploymentStatus {
    conditions::show(progress.clone(), &line::ended(progress), generation, now)
}

/// The size that was asked for, where sizes follow the traffic. Also when the call failed: it may land late. A smaller one
/// that may still land is remembered in its place.
fn remember_scaling(status: &mut DeploymentStatus, plan: &Plan, (outcome, now): (&Outcome, Timestamp), limits: Limits) {
    let Some(Action::ScaleTaskSet { task_set, size }) = &plan.action else { return };
    if status.settings.as_ref().is_none_or(|settings| settings.sizing().is_full()) {
        return;
    }
    let at = outcome.acted_at().unwrap_or(now);
    let sides = [&mut status.original, &mut status.replacement].into_iter().flatten();
    for side in sides.filter(|side| side.task_set == *task_set) {
        let is_smaller_and_may_land = |known: &TaskSetScaling| known.size < *size && at < known.at + limits.barrier;
        if !side.scaled.as_ref().is_some_and(is_smaller_and_may_land) {
            side.scaled = Some(TaskSetScaling { size: *size, at });
        }
    }
}

fn remember_outcome(status: &mut DeploymentStatus, plan: &Plan, outcome: &Outcome, observed_at: Timestamp) {
    // The call was over by then, whatever became of it; a reconcile that acted knows better than its observation.
    let now = outcome.acted_at().unwrap_or(observed_at);
    if matches!(plan.action, Some(Action::SetWeights(_))) {
        // Also when it failed: the write may land late, and the barrier must count from it.
        status.traffic.get_or_insert_default().written_at = Some(now);
    }
    if matches!(plan.action, Some(Action::CreateTaskSet(_))) {
        // ECS may show the task set some time after the call, whenever the call was made.
        if let Some(intent) = &mut status.intent {
            intent.issued_at = now;
        }
        if let Outcome::Failed { error, .. } = outcome
            && error.refused
        {
            status.failure = Some(refusal(&error.message));
        }
    }
}

/// The failure of a release for which AWS refused a call, by what it says. A refusal stays, whatever words are in it.
fn refusal(message: &str) -> Failure {
    let question = Question { message, place: Some(Place::ApiError), phase: Some(FailureStage::Deploy), trigger: None };
    let explanation = explain(&question);
    if explanation.retryable || !explanation.failure {
        return failure(FailureCategory::Unknown, message);
    }
    explained(&explanation, message)
}
