//! The conditions of a Deployment, those of kstatus among them.

use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use sluice_api::{
    ConditionType, DeploymentStatus, Phase, Reason, RollbackTrigger, bounded_message, set_condition, sorted_conditions,
};

use super::line::{Kstatus, StatusLine};
use super::pipeline;
use super::word::word;
use crate::names::short;

pub(super) fn show(
    mut status: DeploymentStatus,
    line: &StatusLine,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    status.phase = line.phase;
    status.state = line.state;
    status.reason = line.reason.to_string();
    status.message = bounded_message(&line.message);
    status.observed_generation = generation;
    status.pipeline = Some(pipeline::of(&status));
    let (word, in_progress) = (word(&status, line), status.started_at.is_some() && status.completed_at.is_none());
    let health = in_progress.then_some(status.health);
    let summary = status.summary.get_or_insert_default();
    (summary.status, summary.health) = (Some(word), health);
    let conditions = std::mem::take(&mut status.conditions);
    status.conditions = conditions_for(conditions, &status, line, generation, now);
    status
}

fn conditions_for(
    mut conditions: Vec<Condition>,
    status: &DeploymentStatus,
    line: &StatusLine,
    generation: Option<i64>,
    now: Timestamp,
) -> Vec<Condition> {
    let mut set = |kind, value, reason, message: &str| {
        set_condition(&mut conditions, (kind, value, reason), message, generation, now);
    };
    let message = line.message.as_str();
    let kstatus = line.kstatus;
    let ended = matches!(kstatus, Kstatus::Succeeded | Kstatus::Failed);
    set(ConditionType::Ready, kstatus == Kstatus::Succeeded, line.reason, message);
    set(ConditionType::Reconciling, kstatus == Kstatus::InProgress, line.reason, message);
    // An end in failure is Stalled too, so that everything that waits for Ready stops waiting.
    set(ConditionType::Stalled, matches!(kstatus, Kstatus::Stalled | Kstatus::Failed), line.reason, message);
    if ended {
        set(ConditionType::Succeeded, kstatus == Kstatus::Succeeded, line.reason, message);
    }
    set(
        ConditionType::Paused,
        line.phase == Phase::Paused,
        if line.phase == Phase::Paused { Reason::Paused } else { Reason::NotApplicable },
        "",
    );
    if let Some((in_sync, reason, message)) = &line.traffic {
        set(ConditionType::TrafficInSync, *in_sync, *reason, message);
    }
    if let Some(rollback) = &status.rollback {
        let restored = rollback.traffic_restored_at.is_some();
        let reason = match rollback.trigger {
            RollbackTrigger::DeploymentFailure | RollbackTrigger::StopOnAlarm | RollbackTrigger::Sibling => {
                Reason::Failed
            }
            RollbackTrigger::Superseded => Reason::Superseded,
            RollbackTrigger::StopOnRequest | RollbackTrigger::Deleted | RollbackTrigger::Reverted => Reason::Stopped,
        };
        let message = match &rollback.to {
            Some(to) => format!("traffic returns to {}: {}", short(to), rollback.reason),
            None => format!("no earlier release to return to: {}", rollback.reason),
        };
        set(ConditionType::RolledBack, restored, reason, &message);
    }
    sorted_conditions(conditions)
}
