//! How a Deployment stands that has not begun, as far as the copies tell: nothing is asked, and nothing is taken.

use std::collections::BTreeMap;
use std::sync::Arc;

use kube::ResourceExt;
use kube::runtime::reflector::ObjectRef;
use sluice_api::{Concurrency, Deployment, DeploymentGroup, DeploymentGroupSpec, Reason, Revision};
use sluice_plan::admission::begin_gates::{BeginWait, Moment, ask};
use sluice_plan::admission::claims::same_service;
use sluice_plan::admission::queue::{Entry, QueueDecision, decide};
use sluice_plan::admission::succession::{Terms, asks, is_ready};
use sluice_plan::begin::overrides::{settings_for, told_of};
use sluice_plan::begin::released::Released;
use sluice_plan::begin::schedule::{Increment, increments, resolve, unknown};
use sluice_plan::group::deployments::entry_before;
use sluice_plan::group::promotion_pin::of_promotion;
use sluice_plan::group::wish::withdrawn_for;
use sluice_plan::group::{retry, rollback_of, scan};
use sluice_plan::promotion::outdated;
use sluice_plan::{Newer, Refusal};

use crate::clock::now;
use crate::context::Context;
use crate::dependents::{Dependency, Dependent};
use crate::kubernetes::kept::{claims, service};
use crate::kubernetes::stores::Stores;
use crate::pipeline::access::authorize;

/// How a Deployment stands that has not begun.
pub enum PendingState {
    /// What is in Kubernetes does not let it begin.
    Refused(Refusal),
    /// Its group asks for this revision, which needs no Deployment.
    Withdrawn(String),
    /// Its Application promotes this newer revision by now.
    Outdated(String),
    /// Another one of its service goes first.
    Behind(String),
    /// The named one of its service goes first, and it would end something of that. Whether it could begin is checked once.
    Next {
        /// Its group.
        group: Arc<DeploymentGroup>,
        /// Namespace and name of the one in progress.
        behind: String,
        /// What it asks of that.
        asks: Newer,
        /// Whether it was found able to begin, by what is said now.
        is_ready: bool,
    },
    /// A newer one of its service has begun already.
    Superseded(String),
    /// The named one of its service is in progress, and its group takes no newer one meanwhile.
    Rejected(String),
    /// Something holds it before it begins.
    Gated(BeginWait),
    /// The copies do not have it among those that wait.
    Unknown,
    /// It is its turn, if nothing has changed that the copies do not show yet.
    First(Arc<DeploymentGroup>),
}

/// How it stands. Who is not admitted is told so before it has a place in any queue.
pub fn pending_state(context: &Context, deployment: &Deployment) -> PendingState {
    let stores = &context.stores;
    let namespace = deployment.namespace().unwrap_or_default();
    let Some(group) = stores.group(&namespace, &deployment.spec.group_ref) else {
        return PendingState::Refused(Refusal::new(
            Reason::NoGroup,
            format!(
                "spec.groupRef: there is no DeploymentGroup {} in namespace {namespace}: create it, or correct spec.groupRef",
                deployment.spec.group_ref
            ),
        ));
    };
    let requested = group.status.as_ref().and_then(|status| status.requested.as_ref());
    if let Some(wanted) = withdrawn_for(deployment, requested) {
        return PendingState::Withdrawn(wanted.to_owned());
    }
    let promoted = stores.promoted_for(deployment, &group);
    if let Some(wanted) = promoted.as_ref().and_then(|promoted| outdated(promoted, deployment)) {
        return PendingState::Outdated(wanted.to_owned());
    }
    let authorized =
        authorize(stores, &namespace, &group.spec).and_then(|_| context.claims.check(stores, &group, now()));
    let (uid, terms) = (deployment.uid().unwrap_or_default(), stores.terms(&group));
    let terms = Terms { concurrency: concurrency(deployment, &group), ..terms };
    let line = match authorized {
        Err(refusal) => return PendingState::Refused(refusal),
        // It is told before its turn, and holds up no one.
        Ok(_) if let Err(refusal) = released(stores, deployment) => return PendingState::Refused(refusal),
        Ok(true) => Some(entries(stores, &group, deployment)),
        // Whether it is admitted to the service is not known yet: it learns nothing of the queue before.
        Ok(false) => None,
    };
    let decision = line.as_ref().map_or(QueueDecision::Start, |line| decide(line, &uid, terms.concurrency));
    match decision {
        QueueDecision::Behind(behind) => {
            let line = line.unwrap_or_default();
            let Some((_, asks)) = asks(&line, &uid, terms) else { return PendingState::Behind(behind) };
            // What could not begin if its turn came now asks nothing of another.
            match gates(stores, deployment, &group) {
                Ok(Some(wait)) => PendingState::Gated(wait),
                Ok(None) => PendingState::Next { is_ready: is_ready(&line, &uid, terms), group, behind, asks },
                Err(refusal) => PendingState::Refused(refusal),
            }
        }
        QueueDecision::Superseded(name) => PendingState::Superseded(name),
        QueueDecision::Rejected(name) => PendingState::Rejected(name),
        QueueDecision::NotWaiting => PendingState::Unknown,
        QueueDecision::Start => match gates(stores, deployment, &group) {
            Ok(Some(wait)) => PendingState::Gated(wait),
            Ok(None) => PendingState::First(group),
            Err(refusal) => PendingState::Refused(refusal),
        },
    }
}

/// What holds it now that it is its turn; an error where its settings name what is not there.
pub fn gates(stores: &Stores, deployment: &Deployment, group: &DeploymentGroup) -> Result<Option<BeginWait>, Refusal> {
    let application = stores.application(&deployment.namespace().unwrap_or_default(), &group.spec.application_ref);
    let application_is_suspended = application.is_some_and(|application| application.spec.suspend);
    let promoted = stores.promoted_for(deployment, group);
    let promoted = promoted.as_ref();
    let wait = ask(&Moment { deployment, settings: &group.spec, application_is_suspended, promoted, now: now() })?;
    let namespace = deployment.namespace().unwrap_or_default();
    let named = deployment.spec.retry_of.as_ref().and_then(|name| stores.deployment(&namespace, name));
    retry::check(deployment, named.as_deref())?;
    scan::check(deployment, &group.spec, stores.in_force(&namespace, group).as_ref())?;
    schedule(stores, deployment, &group.spec)?;
    Ok(wait)
}

/// What it releases: the revision that it names, or what the Deployment that it names replaced.
pub fn released(stores: &Stores, deployment: &Deployment) -> Result<Released, Refusal> {
    let namespace = deployment.namespace().unwrap_or_default();
    let name = deployment.spec.rollback_of.as_ref().or(deployment.spec.retry_of.as_ref());
    let named = name.and_then(|name| stores.deployment(&namespace, name));
    let group = stores.group(&namespace, &deployment.spec.group_ref);
    let history = group.as_ref().and_then(|group| group.status.as_ref()).map(|status| status.history.as_slice());
    let found = rollback_of::released(deployment, named.as_deref(), history.unwrap_or_default())?;
    let found = if deployment.spec.rollback_of.is_some() {
        let of_group = stores.deployments_of(&namespace, &deployment.spec.group_ref);
        rollback_of::as_it_was(found, of_group.iter().map(|one| &**one))?
    } else if let Some(pinned) = group.as_ref().and_then(|group| pinned_by_another(stores, deployment, group)) {
        Released::read(found.revision, Some(&pinned))?
    } else {
        found
    };
    let in_force = group.as_ref().and_then(|group| stores.in_force(&namespace, group));
    let source = scan::source(deployment, in_force.as_ref()).cloned();
    Ok(Released { revision: Revision { source, ..found.revision }, ..found })
}

/// What another group of the same promotion was pinned to, where this one asks for what is newest. A further try is of what
/// the first was pinned to.
fn pinned_by_another(stores: &Stores, deployment: &Deployment, group: &DeploymentGroup) -> Option<String> {
    let asks_for_newest = deployment.spec.revision.as_ref().is_some_and(Revision::is_open);
    let promoted =
        (asks_for_newest && deployment.spec.retry_of.is_none()).then(|| stores.promoted_for(deployment, group));
    of_promotion(&promoted.flatten()?, deployment)
}

/// What it does to the one in progress. What goes back is not turned away, and asks of the one that it names alone.
pub fn concurrency(deployment: &Deployment, group: &DeploymentGroup) -> Concurrency {
    if deployment.spec.rollback_of.is_some() { Concurrency::Queue } else { group.spec.concurrency }
}

/// The Deployment as one that waits.
pub fn dependent(deployment: &Deployment) -> Dependent {
    Dependent::Deployment(ObjectRef::from_obj(deployment))
}

/// What its state depends on.
pub fn dependencies(stores: &Stores, deployment: &Deployment) -> Vec<Dependency> {
    let namespace = deployment.namespace().unwrap_or_default();
    let mut found = vec![
        Dependency::Group(namespace.clone(), deployment.spec.group_ref.clone()),
        Dependency::Namespace(namespace.clone()),
    ];
    if let Some(group) = stores.group(&namespace, &deployment.spec.group_ref) {
        found.push(Dependency::Binding(group.spec.aws.binding.clone()));
        found.push(Dependency::Application(namespace.clone(), group.spec.application_ref.clone()));
        if stores.promoted_for(deployment, &group).is_some() {
            found.push(Dependency::Groups(namespace, group.spec.application_ref.clone()));
        }
        let settings = settings_for(deployment, &group.spec);
        let config = settings.deployment_config.as_ref().and_then(|config| config.name.clone());
        found.extend(config.map(Dependency::Config));
        found.extend(claims(&group.spec).into_iter().map(Dependency::Claim));
    }
    found
}

/// Every Deployment of the same ECS service that could go before one of this group: those of the group, and those that have
/// begun, in whatever namespace. No other can begin, because the group has the claim on the service.
pub fn entries(stores: &Stores, group: &DeploymentGroup, own: &Deployment) -> Vec<Entry> {
    let of_group = stores.deployments_of(&group.namespace().unwrap_or_default(), &group.name_any());
    // One that has begun is of the service that it began with, whatever became of its group.
    let of_group = of_group.into_iter().filter(|one| {
        let pinned = one.status.as_ref().and_then(|status| status.settings.as_ref());
        pinned.is_none_or(|pinned| same_service(pinned, &group.spec))
    });
    let begun = stores.deployments.by_key(&service(&group.spec));
    let found: BTreeMap<_, _> = begun
        .into_iter()
        .chain(of_group)
        .map(|one| ((one.namespace(), one.name_any()), entry_before(&one, own)))
        .collect();
    found.into_values().collect()
}

/// The increments that the settings of the group ask for, or the Deployment in their place.
pub fn schedule(
    stores: &Stores,
    deployment: &Deployment,
    settings: &DeploymentGroupSpec,
) -> Result<Vec<Increment>, Refusal> {
    let settings = settings_for(deployment, settings);
    let reference = settings.deployment_config.as_ref();
    resolve(reference, stores.named_config(&settings).as_ref())
        .map(|config| increments(&config))
        .ok_or_else(|| told_of(deployment, unknown(reference, &stores.config_names())))
}
