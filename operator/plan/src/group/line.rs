//! Phase, message and conditions of a group.

use sluice_api::{
    ConditionType, DeploymentGroupStatus, Health, Phase, Reason, bounded_message, set_condition, sorted_conditions,
};

use super::facts::Facts;

/// Phase, message and conditions.
pub(super) fn show(status: &mut DeploymentGroupStatus, facts: &Facts<'_>) {
    let (phase, reason, message) = status_line(status, facts);
    status.phase = phase;
    status.message = bounded_message(&message);
    let stalled = facts.refusal.is_some() || facts.call_error.is_some_and(|error| error.stalled);
    let busy = !stalled && (status.current.is_some() || !status.queue.is_empty() || facts.call_error.is_some());
    let mut conditions = std::mem::take(&mut status.conditions);
    for (kind, value) in [
        (ConditionType::Ready, !stalled && !busy),
        (ConditionType::Reconciling, busy),
        (ConditionType::Stalled, stalled),
    ] {
        set_condition(&mut conditions, (kind, value, reason), &message, facts.generation, facts.now);
    }
    status.conditions = sorted_conditions(conditions);
}

fn status_line(status: &DeploymentGroupStatus, facts: &Facts<'_>) -> (Phase, Reason, String) {
    let settled = settled_phase(status);
    if let Some(refusal) = facts.refusal {
        return (settled, refusal.reason, refusal.message.clone());
    }
    if let Some(error) = facts.call_error {
        return (settled, error.reason, error.message.clone());
    }
    if let Some(current) = &status.current {
        let paused = facts.deployments.iter().any(|one| {
            one.metadata.name.as_ref() == Some(current)
                && one.status.as_ref().is_some_and(|status| status.phase == Phase::Paused)
        });
        let phase = if paused { Phase::Paused } else { Phase::Deploying };
        return (phase, Reason::Shifting, format!("Deployment {current} is in progress"));
    }
    if let Some(next) = status.queue.first() {
        return (settled, Reason::Queued, format!("Deployment {next} waits to begin"));
    }
    let message = match (&status.held_revision, &status.revision) {
        (Some(held), Some(serves)) => format!("{serves} serves; {held} failed and is held until the revision changes"),
        (Some(held), None) => format!("{held} failed and is held until the revision changes"),
        (None, Some(serves)) => format!("{serves} serves"),
        (None, None) => "nothing was released yet".to_owned(),
    };
    (settled, Reason::Running, message)
}

/// Phase of a group in which nothing happens: that of its service, whatever became of the last attempt.
fn settled_phase(status: &DeploymentGroupStatus) -> Phase {
    if status.primary_task_set.is_none() && status.last_succeeded.is_none() {
        return if status.held_revision.is_some() { Phase::Failed } else { Phase::Pending };
    }
    match status.health {
        Health::Degraded => Phase::Degraded,
        Health::Unreachable => Phase::Unreachable,
        Health::Healthy | Health::Unknown => Phase::Running,
    }
}
