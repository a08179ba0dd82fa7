//! A release that failed for a cause that may pass is tried again by itself: by a Deployment of its own, with the next number
//! of the group, which names the first of them.
//!
//! How often it was tried follows from the numbers alone, and when it is due from when the last one ended: nothing is
//! remembered, and an operator that is started anew knows as much. Nobody tries again what someone asked to end, what was
//! judged, or what is not wanted any more.

use jiff::{SignedDuration, Timestamp};
use sluice_api::{Deployment, DeploymentGroupSpec, FailureCode, LastRequest, Reason, Revision, RollbackTrigger, State};

use super::deployments::{is_ended, sequence, sequence_in};
use crate::refusal::Refusal;
use crate::waiting::clock;

/// The codes of failures that may pass by themselves, and why. What is not here is not tried again: credentials that are
/// refused, a release that ran and did not pass, a hook, an alarm, a rollback that failed, and what nobody knows.
///
/// Which causes have which code is decided where they are seen: calls that AWS throttled or did not answer
/// (`failures/progress_deadline.rs`), tasks for which there was no capacity or no place, that AWS took away, or that could not
/// reach the registry of their image (`view/task_failure.rs`, by the rules of `sluice-explain`).
pub const RETRYABLE: &[(FailureCode, &str)] = &[(
    FailureCode::InfrastructureNetworkFailure,
    "throttling, capacity, placement, an error of AWS, a registry out of reach: the same release may pass later",
)];

/// Longest time between two tries.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// A try that is to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    /// The Deployment that was made first of this revision.
    pub of: String,
    /// Which retry it is, from 1.
    pub number: i64,
    /// How many there are.
    pub limit: i32,
    /// When it is due.
    pub due: Timestamp,
    /// What it releases.
    pub revision: Revision,
    /// Why the last one failed.
    why: String,
}

/// The try that is to come; none where there is none, and none once anything else happened in the group, or the wish is
/// another.
#[must_use]
pub fn next(
    settings: &DeploymentGroupSpec,
    wanted: Option<&str>,
    requested: Option<&LastRequest>,
    deployments: &[Deployment],
) -> Option<Retry> {
    let limit = settings.retry.map_or(0, |policy| policy.limit);
    let last = requested.filter(|last| !last.adopted && limit > 0 && wanted == Some(last.revision()))?;
    let failed = deployments.iter().find(|one| sequence(one) == Some(last.sequence))?;
    let (ended_at, revision) = (failed.status.as_ref()?.completed_at?, failed.spec.revision.clone()?);
    if !may_pass(failed) || deployments.iter().any(|one| is_later(one, failed)) {
        return None;
    }
    let made = made(failed)?;
    (made < i64::from(limit)).then(|| Retry {
        of: first(failed).to_owned(),
        number: made + 1,
        limit,
        due: ended_at + backoff(settings, made),
        revision,
        why: failed
            .status
            .as_ref()
            .and_then(|status| status.failure.as_ref())
            .map_or_else(String::new, |failure| format!("; because of {}: {}", failure.code, failure.message)),
    })
}

impl Retry {
    /// What the group tells of it.
    #[must_use]
    pub(super) fn message(&self, now: Timestamp) -> String {
        let Self { number, limit, due, revision, why, .. } = self;
        let due = clock(*due, now);
        let revision = revision.short_name();
        format!("{revision} failed: retry {number} of {limit} at {due}; to end it, set spec.retry.limit to 0{why}")
    }
}

/// Whether the failure of this Deployment is one that may pass: nobody asked for its end.
fn may_pass(deployment: &Deployment) -> bool {
    let Some(status) = deployment.status.as_ref().filter(|status| status.state == State::Failed) else { return false };
    // One that returned with another has the failure of that.
    let is_failure = |trigger| matches!(trigger, RollbackTrigger::DeploymentFailure | RollbackTrigger::Sibling);
    let by_itself = status.rollback.as_ref().is_none_or(|rollback| is_failure(rollback.trigger));
    let code = status.failure.as_ref().map(|failure| failure.code);
    by_itself && RETRYABLE.iter().any(|(retryable, _)| Some(*retryable) == code)
}

/// Whether this one waits, is in progress, began or ended after the one that failed: someone took the matter over.
fn is_later(one: &Deployment, failed: &Deployment) -> bool {
    let at = |one: &Deployment| one.status.as_ref().and_then(|status| status.completed_at);
    let begun = |one: &Deployment| one.status.as_ref().and_then(|status| status.started_at);
    one.metadata.uid != failed.metadata.uid
        && (!is_ended(one) || at(one) > at(failed) || (begun(one).is_some() && begun(one) > begun(failed)))
}

/// How many retries there were up to this Deployment. Between the first of them and it no other number was given. None where
/// it says that it is a retry of what is no earlier try of its group: how often it was tried is not known.
pub(super) fn made(deployment: &Deployment) -> Option<i64> {
    let Some(first) = deployment.spec.retry_of.as_deref() else { return Some(0) };
    let numbers = sequence(deployment).zip(sequence_in(&deployment.spec.group_ref, first));
    numbers.map(|(own, first)| own - first).filter(|made| *made > 0)
}

/// The Deployment of which this one is a retry, or itself.
fn first(deployment: &Deployment) -> &str {
    let own = deployment.metadata.name.as_deref().unwrap_or_default();
    deployment.spec.retry_of.as_deref().unwrap_or(own)
}

/// How long after the end of the one before, after so many retries.
fn backoff(settings: &DeploymentGroupSpec, made: i64) -> SignedDuration {
    let first = settings.retry.map_or(SignedDuration::ZERO, |policy| policy.backoff.as_signed());
    let factor = 2_i32.saturating_pow(u32::try_from(made).unwrap_or(u32::MAX).min(16));
    first.checked_mul(factor).unwrap_or(LONGEST).min(LONGEST)
}

/// Whether what a Deployment says it tries again is what it says. `named` is the Deployment of that name, where there is one.
pub fn check(deployment: &Deployment, named: Option<&Deployment>) -> Result<(), Refusal> {
    let Some((name, named)) = deployment.spec.retry_of.as_deref().zip(named) else { return Ok(()) };
    let (group, revision) = (&deployment.spec.group_ref, deployment.revision_name());
    let invalid = |what: String| {
        let message = format!(
            "spec.retryOf: {name} {what}: name a Deployment of group {group} that released {revision}, or leave it out"
        );
        Err(Refusal::new(Reason::InvalidValue, message))
    };
    if named.metadata.uid == deployment.metadata.uid {
        return invalid("is itself, and no earlier try".to_owned());
    }
    if named.spec.group_ref != *group {
        return invalid(format!("is of group {}", named.spec.group_ref));
    }
    let released = named.revision_name();
    if released == revision || named.asked() == deployment.asked() {
        Ok(())
    } else {
        invalid(format!("released {released}"))
    }
}
