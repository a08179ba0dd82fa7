//! What users read first: phase, state, reason, and one line to act on.

use sluice_api::{DeploymentStatus, LifecycleEventName, Phase, Reason, Rollback, RollbackTrigger, Share, State};

use crate::adoption::kept;
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::progress::position::{Position, position};
use crate::waiting::{WaitKind, Waiting};

/// What users read first.
pub(super) struct StatusLine {
    pub phase: Phase,
    pub state: State,
    pub reason: Reason,
    pub message: String,
    pub kstatus: Kstatus,
    /// How traffic stands; none when it was not looked at, and then what was known stays.
    pub traffic: Option<(bool, Reason, String)>,
}

impl StatusLine {
    pub(super) const fn waiting(phase: Phase, state: State, reason: Reason, message: String) -> Self {
        Self { phase, state, reason, message, kstatus: Kstatus::InProgress, traffic: None }
    }
}

/// Where a Deployment stands in terms of kstatus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kstatus {
    InProgress,
    Stalled,
    Succeeded,
    Failed,
}

/// What users read of a Deployment that has begun, by its plan and what became of it.
pub(super) fn status_line(status: &DeploymentStatus, plan: &Plan, outcome: &Outcome) -> StatusLine {
    if status.completed_at.is_some() {
        return ended(status);
    }
    let state = match position(status) {
        Position::Bake => State::Baking,
        Position::Event(LifecycleEventName::Ready) => State::Ready,
        _ => State::InProgress,
    };
    let paused = plan.waiting.as_ref().is_some_and(|waiting| waiting.kind == WaitKind::Paused);
    let phase = if paused { Phase::Paused } else { Phase::Deploying };
    if let Outcome::Failed { error, .. } = outcome {
        let kstatus = if error.stalled { Kstatus::Stalled } else { Kstatus::InProgress };
        let message = with_cause(status, error.message.clone());
        return StatusLine { phase, state, reason: error.reason, message, kstatus, traffic: None };
    }
    // Someone must mend something before it can pass.
    let stalled = plan.waiting.as_ref().is_some_and(Waiting::is_stalled);
    let reason = match position(status) {
        Position::Rollback if !stalled => Reason::RollingBack,
        _ => plan.waiting.as_ref().map_or_else(|| progress_reason(status), |waiting| waiting.reason),
    };
    let mut message = match (&plan.waiting, &plan.action) {
        (Some(waiting), _) => waiting.to_string(),
        (None, Some(action)) => action.describe(),
        (None, None) => progress_message(status),
    };
    let share = status.traffic.as_ref().map_or(Share::NONE, |traffic| traffic.observed);
    if stalled && share > Share::NONE && status.rollback.is_none() {
        let revision = status.summary.as_ref().map_or("", |summary| summary.revision.as_str());
        message = format!("held at {share} % of {revision}: {message}");
    }
    let message = with_cause(status, message);
    let kstatus = if stalled { Kstatus::Stalled } else { Kstatus::InProgress };
    StatusLine { phase, state, reason, message, kstatus, traffic: None }
}

/// A message with the cause of the rollback, while there is one.
fn with_cause(status: &DeploymentStatus, message: String) -> String {
    match &status.rollback {
        // What is done or waited for comes first: a long cause may be cut.
        Some(rollback) => format!("rolling back: {message}; because {}", rollback.reason),
        None => message,
    }
}

fn progress_reason(status: &DeploymentStatus) -> Reason {
    match position(status) {
        Position::Install => Reason::Installing,
        Position::Event(name) if name < LifecycleEventName::AllowTraffic => Reason::Installing,
        Position::Event(_) | Position::AllowTraffic(_) => Reason::Shifting,
        Position::Bake => Reason::Baking,
        Position::TerminateOriginal => Reason::Terminating,
        Position::Rollback | Position::Ended => Reason::RollingBack,
    }
}

fn progress_message(status: &DeploymentStatus) -> String {
    match position(status) {
        Position::Install => "installing the replacement".to_owned(),
        Position::Event(LifecycleEventName::AllowTestTraffic) => {
            "switching the test route to the replacement".to_owned()
        }
        Position::Event(name) => name.to_string(),
        Position::AllowTraffic(index) => {
            let weight = status.steps.get(index).map_or(Share::NONE, |step| step.weight);
            format!("step {}/{}: moving traffic to weight {weight}", index + 1, status.steps.len())
        }
        Position::Bake => "all traffic moved; baking".to_owned(),
        Position::TerminateOriginal => "terminating the original".to_owned(),
        Position::Rollback | Position::Ended => "returning to the original".to_owned(),
    }
}

/// What users read of a Deployment that has ended.
pub(super) fn ended(status: &DeploymentStatus) -> StatusLine {
    let revision = status.summary.as_ref().map_or("", |summary| summary.revision.as_str());
    let cause = status.rollback.as_ref().map_or("", |rollback| rollback.reason.as_str());
    match status.state {
        State::Succeeded => StatusLine {
            phase: Phase::Running,
            state: State::Succeeded,
            reason: Reason::Succeeded,
            message: released(status, revision),
            kstatus: Kstatus::Succeeded,
            traffic: None,
        },
        State::Stopped if is_superseded(status) => StatusLine {
            phase: Phase::Failed,
            state: State::Stopped,
            reason: Reason::Superseded,
            message: format!("{cause}, and rolled back"),
            kstatus: Kstatus::Failed,
            traffic: None,
        },
        State::Stopped => StatusLine {
            phase: Phase::Failed,
            state: State::Stopped,
            reason: Reason::Stopped,
            message: format!("stopped and rolled back: {cause}"),
            kstatus: Kstatus::Failed,
            traffic: None,
        },
        _ => StatusLine {
            phase: Phase::Failed,
            state: State::Failed,
            reason: Reason::Failed,
            message: match (&status.failure, status.rollback.as_ref().filter(|it| rollback_completed(it))) {
                (Some(failure), Some(_)) => format!("rolled back: {}", failure.message),
                (Some(failure), None) => failure.message.clone(),
                (None, _) => cause.to_owned(),
            },
            kstatus: Kstatus::Failed,
            traffic: None,
        },
    }
}

fn released(status: &DeploymentStatus, revision: &str) -> String {
    let running = status.original.as_ref().map_or(0, |original| original.running);
    let kept = kept(status, running, &format!("released {revision}")).filter(|_| running > 0);
    kept.unwrap_or_else(|| format!("released {revision}: all traffic moved to it"))
}

/// Whether a newer Deployment turned it round.
fn is_superseded(status: &DeploymentStatus) -> bool {
    status.rollback.as_ref().is_some_and(|rollback| rollback.trigger == RollbackTrigger::Superseded)
}

/// Whether all of the way back was gone.
pub(super) const fn rollback_completed(rollback: &Rollback) -> bool {
    rollback.traffic_restored_at.is_some() && rollback.ended_at.is_some()
}
