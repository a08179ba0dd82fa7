//! The beginning of a Deployment: its turn in the queue, its preflight, and the record before the first write.

use kube::{Resource, ResourceExt};
use sluice_api::DeploymentGroup;
use sluice_plan::admission::queue::{QueueDecision, decide};
use sluice_plan::status::{paused_before_begin, queued, started, stopped_before_begin, superseded, withdrawn};
use sluice_plan::{Candidate, Input, ReadScope};

use super::halt::Halt;
use super::record::Record;
use super::standing::{Standing, dependencies, entries, groups, schedule, standing, subject};
use crate::clock::now;
use crate::context::Context;
use crate::error::ReconcileError;
use crate::kubernetes::kept::service;
use crate::pipeline::access::{check_claims, release_clients};
use crate::pipeline::observe;
use crate::pipeline::requeue::Requeue;

/// Begins the Deployment if it is its turn and all is well; otherwise says what it waits for.
pub async fn begin(record: &Record<'_>, permit: Option<sluice_aws::Permit>) -> Result<Requeue, ReconcileError> {
    let Record { context, deployment, previous, .. } = *record;
    let generation = deployment.metadata.generation;
    if deployment.spec.stop.is_some() {
        record.status(&stopped_before_begin(previous, generation, now())).await?;
        return Ok(Requeue::OnChange);
    }
    if deployment.spec.paused {
        record.status(&paused_before_begin(previous, generation, now())).await?;
        return Ok(Requeue::OnChange);
    }
    // Before anything is looked at: a change after that wakes it.
    context.dependents.set(&subject(deployment), &dependencies(&context.stores, deployment));
    match standing(context, deployment) {
        Standing::Barred(refusal) => record.barred(&refusal).await,
        Standing::Withdrawn(wanted) => {
            record.status(&withdrawn(previous, &wanted, generation, now())).await?;
            Ok(Requeue::OnChange)
        }
        Standing::Behind(name) => behind(record, &name).await,
        Standing::Superseded(name) => overtaken(record, &name).await,
        // It has no turn to observe AWS: when it asked for none, it was not its turn yet.
        Standing::First(_) if permit.is_none() => Ok(Requeue::Now),
        Standing::First(group) => {
            // Held until what becomes of it is recorded.
            let _one_at_a_time = context.service_locks.lock(&service(&group.spec)).await;
            record.conclude(in_turn(record, &group).await).await
        }
    }
}

/// Begins when no other Deployment of the service goes before this one.
async fn in_turn(record: &Record<'_>, group: &DeploymentGroup) -> Result<Requeue, Halt> {
    let Record { context, deployment, .. } = *record;
    let uid = deployment.uid().unwrap_or_default();
    if !ask_anew(context, group, &uid).await? {
        // It is gone, and the watch will tell.
        return Ok(Requeue::OnChange);
    }
    match decide(&entries(&context.stores, &group.spec), &uid) {
        QueueDecision::Start => start(record, group).await,
        QueueDecision::Behind(name) => Ok(behind(record, &name).await?),
        QueueDecision::Superseded(name) => Ok(overtaken(record, &name).await?),
    }
}

/// Waits until the one before it changes.
async fn behind(record: &Record<'_>, name: &str) -> Result<Requeue, ReconcileError> {
    let Record { context, deployment, previous, .. } = *record;
    record.status(&queued(previous, name, deployment.metadata.generation, now())).await?;
    Ok(Requeue::After(context.resync))
}

async fn overtaken(record: &Record<'_>, name: &str) -> Result<Requeue, ReconcileError> {
    record.status(&superseded(record.previous, name, record.deployment.metadata.generation, now())).await?;
    Ok(Requeue::OnChange)
}

/// Observes AWS, and records the beginning.
async fn start(record: &Record<'_>, group: &DeploymentGroup) -> Result<Requeue, Halt> {
    let Record { context, deployment, previous, .. } = *record;
    check_claims(&context.stores, group).map_err(Halt::Barred)?;
    let increments = schedule(&context.stores, &group.spec).map_err(Halt::Barred)?;
    let namespace = deployment.namespace().unwrap_or_default();
    let release = (&group.spec, &deployment.spec.revision);
    let aws = release_clients(&context.stores, &context.regions, &namespace, release).await?;
    let uid = deployment.uid().unwrap_or_default();
    let scope = ReadScope::Begin { uid: &uid, task_definition: &deployment.spec.revision.task_definition };
    let observed = observe(&aws, &group.spec, scope, now()).await?;
    let progress = sluice_plan::begin(&Candidate {
        uid: &uid,
        revision: &deployment.spec.revision,
        settings: &group.spec,
        increments: &increments,
        observed: &observed,
    })?;
    let input = Input { release: record.release(&progress)?, observed: &observed };
    let (status, notes) = started(&input, &previous.conditions, deployment.metadata.generation);
    // The finalizer comes first: whatever is begun can be cleaned up.
    context.stores.deployments.set_finalizer(deployment, true).await?;
    record.status(&status).await?;
    context.events.publish(&deployment.object_ref(&()), notes);
    Ok(Requeue::Now)
}

/// Asks the API server for the Deployments of the service as they are now, before one of them begins (S6 OneActive). What
/// it answers is in the copies then. False when the one that is to begin is not among them any more.
async fn ask_anew(context: &Context, group: &DeploymentGroup, uid: &str) -> Result<bool, ReconcileError> {
    let mut is_there = false;
    for (namespace, name) in groups(&context.stores, &group.spec) {
        let of_group = format!("spec.groupRef={name}");
        let deployments = &context.stores.deployments;
        let listed = deployments.list_anew("the Deployments of a service", &namespace, &of_group).await?;
        is_there |= listed.iter().any(|one| one.uid().as_deref() == Some(uid));
    }
    Ok(is_there)
}
