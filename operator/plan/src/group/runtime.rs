//! How what serves fares, where it is told: at the Deployment that serves, and as Events of its group.

use sluice_api::{
    Deployment, DeploymentGroupSpec, DeploymentGroupStatus, DeploymentStatus, Health, Phase, Reason, State,
};

use crate::plan::Note;

/// The Deployment that serves, and its status as it is to be; none where that is so already, where the group does not ask for
/// it, or where nobody knows: then the last word stays.
#[must_use]
pub fn of_what_serves<'a>(
    settings: &DeploymentGroupSpec,
    status: &DeploymentGroupStatus,
    deployments: &'a [Deployment],
) -> Option<(&'a Deployment, DeploymentStatus)> {
    settings.health.as_ref()?;
    let phase = match status.health {
        Health::Healthy => Phase::Running,
        Health::Degraded => Phase::Degraded,
        Health::Unreachable => Phase::Unreachable,
        Health::Unknown => return None,
    };
    let serves = |one: &&Deployment| {
        one.status.as_ref().is_some_and(|status| {
            status.state == State::Succeeded && status.started_at.is_some() && status.replaced_by.is_none()
        })
    };
    let ended_at = |one: &&Deployment| one.status.as_ref().and_then(|status| status.completed_at);
    let deployment = deployments.iter().filter(serves).max_by_key(ended_at)?;
    // What someone else made to serve says nothing of it.
    let is_it = status.current.is_none() && status.revision.as_deref() == Some(deployment.revision_name());
    let known = deployment.status.as_ref().filter(|_| is_it)?;
    let mut next = known.clone();
    (next.phase, next.health) = (phase, status.health);
    if let Some(summary) = &mut next.summary {
        summary.health = Some(status.health);
    }
    (next != *known).then_some((deployment, next))
}

/// That another word is known, from two statuses of a group in a row; none where the group does not ask for it.
#[must_use]
pub fn note(
    settings: &DeploymentGroupSpec,
    previous: &DeploymentGroupStatus,
    next: &DeploymentGroupStatus,
) -> Option<Note> {
    settings.health.as_ref()?;
    if previous.health == next.health || next.current.is_some() {
        return None;
    }
    match next.health {
        // Told as what stalls the group.
        Health::Unreachable | Health::Unknown => None,
        Health::Degraded => {
            Some(Note::warning(Reason::Degraded, "A part of what serves is not well, or an alarm says so"))
        }
        Health::Healthy => matches!(previous.health, Health::Unreachable | Health::Degraded)
            .then(|| Note::normal(Reason::Recovered, "What serves is well again")),
    }
}
