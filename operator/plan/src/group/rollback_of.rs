//! To go back to what a Deployment replaced: `spec.rollbackOf`.
//!
//! While that Deployment is in progress its original is there, and it is turned round, as by a stop. Afterwards what it replaced
//! is a release like any other: of the task definition that its status names, or the history of the group once it is deleted.
//! Where that serves already, nothing is released.

use sluice_api::{Deployment, DeploymentGroupSpec, DeploymentRecord, Reason, Revision, State};

use super::deployments::is_ended;
use crate::begin::released::Released;
use crate::names::short;
use crate::observation::{Observation, Service};
use crate::refusal::Refusal;
use crate::serving::{Serving, serving};

/// The field that names a Deployment.
const FIELD: &str = "spec.rollbackOf";

/// How many Deployments of the history a refusal names.
const MOST_NAMED: usize = 5;

/// What a Deployment that has not begun releases: the revision that it names, or what the Deployment that it names replaced.
/// `named` is the Deployment that it goes back from, or tries again, where there is one: a further try is of what that was
/// pinned to, and never of what is newest meanwhile.
pub fn released(
    deployment: &Deployment,
    named: Option<&Deployment>,
    history: &[DeploymentRecord],
) -> Result<Released, Refusal> {
    let Some(of) = deployment.spec.rollback_of.as_deref() else {
        let Some(revision) = deployment.spec.revision.clone() else {
            let message = "spec.revision: it is missing: name what is released, such as taskDefinition: shop:42";
            return Err(Refusal::new(Reason::InvalidValue, message));
        };
        let tried = named.filter(|named| revision.is_open() && named.asked() == revision.asked());
        let pinned = tried.and_then(pinned);
        return Released::read(revision, pinned.as_deref());
    };
    let group = &deployment.spec.group_ref;
    let refused = |what: String| Err(Refusal::new(Reason::InvalidValue, format!("{FIELD}: {what}")));
    let replaced_nothing =
        || refused(format!("{of} replaced nothing, so that there is nothing to go back to: release another revision"));
    let Some(named) = named else {
        return match history.iter().find(|record| record.deployment == of) {
            Some(DeploymentRecord { replaced: Some(replaced), .. }) => {
                Released::read(Revision::of(replaced.clone()), None)
            }
            Some(_) => replaced_nothing(),
            None => {
                let known = known(history);
                refused(format!("there is no Deployment {of}, and group {group} remembers none: name one of {known}"))
            }
        };
    };
    if named.spec.group_ref != *group {
        let other = &named.spec.group_ref;
        return refused(format!("{of} is of group {other}: name a Deployment of group {group}"));
    }
    let status = named.status.as_ref().filter(|status| status.started_at.is_some());
    match status.map(|status| status.original.as_ref()) {
        Some(Some(original)) => Released::read(Revision::of(short(&original.task_definition)), None),
        Some(None) => replaced_nothing(),
        None if is_ended(named) => replaced_nothing(),
        None => refused(format!("{of} has not begun, and replaced nothing yet: stop it, by spec.stop: {{}}")),
    }
}

/// The revision that a Deployment which has begun was pinned to.
fn pinned(deployment: &Deployment) -> Option<String> {
    let status = deployment.status.as_ref().filter(|status| status.started_at.is_some())?;
    status.replacement.as_ref().map(|replacement| short(&replacement.task_definition).to_owned())
}

/// The Deployments that can be gone back from, as a refusal names them.
fn known(history: &[DeploymentRecord]) -> String {
    let with_original = history.iter().filter(|record| record.replaced.is_some());
    let names: Vec<&str> = with_original.map(|record| record.deployment.as_str()).take(MOST_NAMED).collect();
    if names.is_empty() { "those in status.history, once there are some".to_owned() } else { names.join(", ") }
}

/// Whether another Deployment of the group asks this one, which is in progress, to go back to what it replaces. One that is
/// paused, stopped or deleted asks for nothing.
#[must_use]
pub fn is_asked_back<'a>(deployment: &Deployment, others: impl IntoIterator<Item = &'a Deployment>) -> bool {
    let status = deployment.status.as_ref().filter(|status| status.completed_at.is_none());
    let has_original = status.is_some_and(|status| status.original.is_some());
    let asks = |other: &Deployment| {
        other.spec.rollback_of.is_some()
            && other.spec.rollback_of == deployment.metadata.name
            && other.spec.group_ref == deployment.spec.group_ref
            && !other.spec.paused
            && other.spec.stop.is_none()
            && other.metadata.deletion_timestamp.is_none()
            && !is_ended(other)
    };
    has_original && others.into_iter().any(asks)
}

/// Whether what a Deployment would go back to has all the traffic already: then it ends, and nothing is released.
#[must_use]
pub fn serves_already(
    deployment: &Deployment,
    released: &Released,
    settings: &DeploymentGroupSpec,
    observed: &Observation,
) -> bool {
    let wanted = short(&released.task_definition);
    let serves = match serving(settings, observed) {
        Serving::Alone(set) => Some(&set.task_definition),
        Serving::Nobody => adopted(settings, observed).and_then(|service| service.task_definition.as_ref()),
        Serving::Unknown | Serving::WithoutWeight | Serving::Divided => None,
    };
    deployment.spec.rollback_of.is_some() && serves.is_some_and(|definition| short(definition) == wanted)
}

/// The service that something else deploys, where it has the traffic again.
fn adopted<'a>(settings: &DeploymentGroupSpec, observed: &'a Observation) -> Option<&'a Service> {
    let has_traffic = |old: &&Service| {
        settings.load_balancer.target_groups.iter().any(|one| old.stands_on(one) && observed.serves(one))
    };
    observed.adopted.as_ref().filter(has_traffic)
}

/// What goes back, with what an AppSpec said of it when it was released, as far as the Deployment that released it is there.
pub fn as_it_was<'a>(
    released: Released,
    deployments: impl IntoIterator<Item = &'a Deployment>,
) -> Result<Released, Refusal> {
    let wanted = short(&released.task_definition).to_owned();
    let made_it = |one: &&Deployment| {
        one.status.as_ref().is_some_and(|status| status.state == State::Succeeded)
            && pinned(one).as_deref() == Some(wanted.as_str())
    };
    let ended_at = |one: &&Deployment| one.status.as_ref().and_then(|status| status.completed_at);
    let newest = deployments.into_iter().filter(made_it).max_by_key(ended_at);
    match newest.and_then(|one| one.spec.revision.clone()).filter(|revision| revision.app_spec.is_some()) {
        Some(revision) => Released::read(revision, Some(&wanted)),
        None => Ok(released),
    }
}

/// A refusal of the revision, told of the field that it came from.
#[must_use]
pub fn told_of(deployment: &Deployment, refusal: Refusal) -> Refusal {
    if deployment.spec.rollback_of.is_none() {
        return refusal;
    }
    refusal.of_field("spec.revision.taskDefinition", FIELD)
}

/// The release by which someone went back, while what is asked for is something else: it holds that.
pub(super) fn went_back<'a>(history: &'a [DeploymentRecord], wanted: &str) -> Option<&'a DeploymentRecord> {
    let newest = history.iter().find(|record| record.state == State::Succeeded)?;
    (newest.rollback_of.is_some() && newest.revision != wanted).then_some(newest)
}
