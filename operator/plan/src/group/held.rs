//! What became of the revision that is asked for, when nothing is in progress and it does not serve.

use sluice_api::{ConditionType, Deployment, DeploymentGroupStatus, Reason, State, cause_of};

use super::facts::Facts;
use super::retry;
use super::rollback_of::went_back;
use crate::refusal::Refusal;

/// Why the first Deployment that waits cannot begin; none when it can, or none waits.
pub(super) fn cannot_begin(status: &DeploymentGroupStatus, facts: &Facts<'_>) -> Option<Refusal> {
    status.queue.iter().find_map(|name| {
        let conditions = &named(facts, name)?.status.as_ref()?.conditions;
        let (reason, message) = cause_of(conditions, ConditionType::Stalled)?;
        Some(Refusal::new(reason, format!("{name} cannot begin: {message}")))
    })
}

/// Whether a Deployment waits that can begin once it is its turn.
pub(super) fn next_in_line<'a>(status: &'a DeploymentGroupStatus, facts: &Facts<'_>) -> Option<&'a String> {
    let is_stalled = |name: &String| {
        let status = named(facts, name).and_then(|one| one.status.as_ref());
        status.is_some_and(|status| cause_of(&status.conditions, ConditionType::Stalled).is_some())
    };
    status.queue.iter().find(|name| !is_stalled(name))
}

/// What is asked for is held; none when it is not.
pub(super) fn held(status: &DeploymentGroupStatus, facts: &Facts<'_>, serves: &str) -> Option<Refusal> {
    if let Some(held) = &status.held_revision {
        let ended = status.history.iter().find(|record| record.revision == *held);
        let is_rejected = ended.is_some_and(|record| record.reason == Some(Reason::Rejected.to_string()));
        let back = went_back(&status.history, held);
        if let Some(back) = back.filter(|back| ended.is_none_or(|ended| ended.completed_at <= back.completed_at)) {
            let (by, of) = (&back.deployment, back.rollback_of.as_deref().unwrap_or_default());
            let message = format!(
                "{held} is held: {by} went back from {of}; {serves}; release another revision, or create a Deployment of {held} to release it after all"
            );
            return Some(Refusal::new(Reason::Held, message));
        }
        let was_stopped = ended.is_some_and(|record| record.state == State::Stopped);
        let tried = ended.and_then(|record| named(facts, &record.deployment)).and_then(retry::made).unwrap_or(0);
        let what = match tried {
            _ if is_rejected => "was rejected".to_owned(),
            _ if was_stopped => "was stopped".to_owned(),
            0 => "failed".to_owned(),
            1 => "failed, after 1 retry,".to_owned(),
            tried => format!("failed, after {tried} retries,"),
        };
        let why = ended.and_then(|record| why(named(facts, &record.deployment)?)).unwrap_or_default();
        // What to do comes before the cause: the end of a long message may be cut.
        return Some(Refusal::new(
            Reason::Held,
            format!(
                "{held} {what} and is held; {serves}; release another revision, or create a Deployment of {held} to try it again{why}"
            ),
        ));
    }
    None
}

/// What is asked for does not serve, and nothing is on its way to it; none when it serves, or is held.
pub(super) fn not_served(status: &DeploymentGroupStatus, facts: &Facts<'_>) -> Option<Refusal> {
    let desired = facts.desired.filter(|_| status.held_revision.is_none())?;
    let was_asked = facts.requested.as_ref().is_some_and(|last| last.revision() == desired);
    // Several revisions on one target group are trouble of another kind.
    let other = status.revision.as_ref().filter(|serving| *serving != desired && !serving.contains('+'))?;
    was_asked.then(|| {
        Refusal::new(
            Reason::NotServed,
            format!(
                "{desired} is asked for, its Deployment is over or gone, and {other} serves; create a Deployment of {desired}, or ask for {other}"
            ),
        )
    })
}

fn why(deployment: &Deployment) -> Option<String> {
    let status = deployment.status.as_ref()?;
    if status.reason == Reason::Rejected.to_string() {
        return Some("; because another release was in progress".to_owned());
    }
    let rollback = status.rollback.as_ref().map(|rollback| format!("; because {}", rollback.reason));
    match &status.failure {
        Some(failure) => Some(format!("; because of {}: {}", failure.category, failure.message)),
        None => rollback,
    }
}

/// A Deployment of the group, by name.
pub(super) fn named<'a>(facts: &Facts<'a>, name: &str) -> Option<&'a Deployment> {
    facts.deployments.iter().find(|one| one.metadata.name.as_deref() == Some(name))
}
