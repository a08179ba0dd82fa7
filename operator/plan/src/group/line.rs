//! Phase, message and conditions of a group.

use sluice_api::{
    ConditionType, DeploymentGroupStatus, Health, Phase, Reason, bounded_message, set_condition, sorted_conditions,
};

use super::facts::Facts;
use super::wish;
use crate::serving::{Serving, serving, without_primary};

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
        if let Some(message) = wish::turned_round(facts.deployments, current) {
            return (phase, Reason::RollingBack, message);
        }
        return (phase, Reason::Shifting, format!("Deployment {current} is in progress"));
    }
    if let Some(next) = status.queue.first() {
        return (settled, Reason::Queued, format!("Deployment {next} waits to begin"));
    }
    let message = match (&status.held_revision, &status.revision) {
        (Some(held), Some(serves)) => format!("{serves} serves; {held} failed and is held until the revision changes"),
        (Some(held), None) => format!("{held} failed and is held until the revision changes"),
        (None, Some(serves)) => format!("{serves} serves{}", told_of_primary(facts)),
        (None, None) => "nothing was released yet".to_owned(),
    };
    (settled, Reason::Running, message)
}

/// What there is to say where what serves is not what ECS takes for the running one.
fn told_of_primary(facts: &Facts<'_>) -> String {
    let told = facts.observed.and_then(|observed| match serving(facts.settings, observed) {
        Serving::Alone(set) => without_primary(set, observed),
        Serving::Unknown | Serving::Nobody | Serving::WithoutWeight | Serving::Divided => None,
    });
    told.map(|told| format!("; {told}")).unwrap_or_default()
}

/// Phase of a group in which nothing happens: that of its service, whatever became of the last attempt.
fn settled_phase(status: &DeploymentGroupStatus) -> Phase {
    if status.revision.is_none() && status.last_succeeded.is_none() {
        return if status.held_revision.is_some() { Phase::Failed } else { Phase::Pending };
    }
    match status.health {
        Health::Degraded => Phase::Degraded,
        Health::Unreachable => Phase::Unreachable,
        Health::Healthy | Health::Unknown => Phase::Running,
    }
}
