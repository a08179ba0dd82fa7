//! The beginning of a Deployment: its turn in the queue, its preflight, and the record before the first write.

use kube::api::ListParams;
use kube::{Api, Resource, ResourceExt};
use sluice_api::{Deployment, DeploymentGroup, Reason};
use sluice_plan::admission::claims::same_service;
use sluice_plan::admission::queue::{Entry, QueueDecision, decide};
use sluice_plan::begin::schedule::{Increment, increments, resolve, unknown};
use sluice_plan::group::deployments::entry;
use sluice_plan::status::{paused_before_begin, queued, started, stopped_before_begin, superseded};
use sluice_plan::{Candidate, Input, ReadScope, Refusal};

use super::halt::Halt;
use super::record::Record;
use crate::clock::now;
use crate::context::Context;
use crate::error::ReconcileError;
use crate::kubernetes::requests::{read, set_finalizer};
use crate::kubernetes::stores::scoped;
use crate::pipeline::access::{check_claims, region_clients};
use crate::pipeline::observe;
use crate::pipeline::requeue::Requeue;

/// Begins the Deployment if it is its turn and all is well; otherwise says what it waits for.
pub async fn begin(record: &Record<'_>) -> Result<Requeue, ReconcileError> {
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
    let namespace = deployment.namespace().unwrap_or_default();
    let groups: Api<DeploymentGroup> = Api::namespaced(context.client.clone(), &namespace);
    let Some(group) = read("a DeploymentGroup", groups.get_opt(&deployment.spec.group_ref)).await? else {
        let message = format!(
            "spec.groupRef: there is no DeploymentGroup {} in namespace {namespace}: create it",
            deployment.spec.group_ref
        );
        return record.refused(&Refusal::new(Reason::NoGroup, message)).await;
    };
    let settings = &group.spec;
    let service = format!("{}/{}/{}", settings.aws.region, settings.ecs.cluster, settings.ecs.service);
    // Held until what becomes of it is recorded.
    let _one_at_a_time = context.service_locks.lock(&service).await;
    record.conclude(in_turn(record, &group).await).await
}

/// Begins when no other Deployment of the service goes before this one.
async fn in_turn(record: &Record<'_>, group: &DeploymentGroup) -> Result<Requeue, Halt> {
    let Record { context, deployment, previous, .. } = *record;
    let generation = deployment.metadata.generation;
    match decide(&entries(context, group).await?, &deployment.uid().unwrap_or_default()) {
        QueueDecision::Start => start(record, group).await,
        QueueDecision::Behind(name) => {
            record.status(&queued(previous, &name, generation, now())).await?;
            Ok(Requeue::After(context.poll()))
        }
        QueueDecision::Superseded(name) => {
            record.status(&superseded(previous, &name, generation, now())).await?;
            Ok(Requeue::OnChange)
        }
    }
}

/// Observes AWS, and records the beginning.
async fn start(record: &Record<'_>, group: &DeploymentGroup) -> Result<Requeue, Halt> {
    let Record { context, api, deployment, previous } = *record;
    check_claims(&context.stores, group)?;
    let increments = schedule(context, group)?;
    let namespace = deployment.namespace().unwrap_or_default();
    let aws = region_clients(&context.stores, &context.regions, &namespace, &group.spec).await?;
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
    set_finalizer(&context.metrics, api, deployment, true).await?;
    record.status(&status).await?;
    context.events.publish(&deployment.object_ref(&()), notes);
    Ok(Requeue::Now)
}

/// Every Deployment of the same ECS service, in whatever namespace, read anew.
async fn entries(context: &Context, group: &DeploymentGroup) -> Result<Vec<Entry>, ReconcileError> {
    let api: Api<Deployment> = scoped(&context.client, context.watch_namespace.as_deref());
    let deployments = read("the Deployments", api.list(&ListParams::default())).await?;
    let same = |deployment: &Deployment| {
        let namespace = deployment.namespace().unwrap_or_default();
        let pinned = deployment.status.as_ref().and_then(|status| status.settings.as_ref());
        match pinned {
            Some(settings) => same_service(settings, &group.spec),
            None => context
                .stores
                .group(&namespace, &deployment.spec.group_ref)
                .is_some_and(|other| same_service(&other.spec, &group.spec)),
        }
    };
    Ok(deployments.iter().filter(|deployment| same(deployment)).map(entry).collect())
}

fn schedule(context: &Context, group: &DeploymentGroup) -> Result<Vec<Increment>, Refusal> {
    let reference = &group.spec.deployment_config;
    let named = reference.name.as_deref().and_then(|name| context.stores.config(name));
    resolve(reference, named.as_ref()).map(|config| increments(&config)).ok_or_else(|| unknown(reference))
}
