//! The beginning of a Deployment: its turn in the queue, its preflight, and the record before the first write.

use kube::api::ListParams;
use kube::{Api, ResourceExt};
use sluice_api::{Deployment, DeploymentGroup, DeploymentStatus, Reason};
use sluice_plan::queue::{Entry, Turn, turn};
use sluice_plan::schedule::{Increment, increments, resolve, unknown};
use sluice_plan::status::{begun, paused_before_begin, queued, stopped_before_begin, superseded};
use sluice_plan::tenancy::same_service;
use sluice_plan::{Begun, Candidate, Input, Purpose, Refusal, group};

use super::controls;
use super::record::Record;
use crate::context::{Context, now};
use crate::controllers::kubernetes::{read, set_finalizer};
use crate::controllers::tenant;
use crate::error::ReconcileError;
use crate::observe::observe;
use crate::requeue::Requeue;
use crate::stores::scoped;

/// Begins the Deployment if it is its turn and all is well; otherwise says what it waits for.
pub async fn begin(
    context: &Context,
    api: &Api<Deployment>,
    deployment: &Deployment,
    status: &DeploymentStatus,
) -> Result<Requeue, ReconcileError> {
    let record = Record { context, api, deployment, previous: status };
    let generation = deployment.metadata.generation;
    if deployment.spec.stop.is_some() {
        record.status(&stopped_before_begin(status, generation, now())).await?;
        return Ok(Requeue::OnChange);
    }
    if deployment.spec.paused {
        record.status(&paused_before_begin(status, generation, now())).await?;
        return Ok(Requeue::OnChange);
    }
    let namespace = deployment.namespace().unwrap_or_default();
    let groups: Api<DeploymentGroup> = Api::namespaced(context.client.clone(), &namespace);
    let Some(group) = read("a DeploymentGroup", groups.get_opt(&deployment.spec.group_ref)).await? else {
        let message = format!(
            "spec.groupRef: there is no DeploymentGroup {} in namespace {namespace}: create it",
            deployment.spec.group_ref
        );
        return record.barred(&Refusal::new(Reason::NoGroup, message)).await;
    };
    let aws = &group.spec;
    let key = format!("{}/{}/{}", aws.aws.region, aws.ecs.cluster, aws.ecs.service);
    let _one_at_a_time = context.admission.lock(&key).await;
    match turn(&entries(context, &group).await?, &deployment.uid().unwrap_or_default()) {
        Turn::Now => {}
        Turn::Behind(name) => {
            record.status(&queued(status, &name, generation, now())).await?;
            return Ok(Requeue::After(context.poll()));
        }
        Turn::Superseded(name) => {
            record.status(&superseded(status, &name, generation, now())).await?;
            return Ok(Requeue::OnChange);
        }
    }
    if let Err(refusal) = tenant::check_claims(context, &group) {
        return record.barred(&refusal).await;
    }
    let increments = match schedule(context, &group) {
        Ok(increments) => increments,
        Err(refusal) => return record.barred(&refusal).await,
    };
    start(&record, &group, &increments).await
}

/// Looks at the world, and records the beginning.
async fn start(
    record: &Record<'_>,
    group: &DeploymentGroup,
    increments: &[Increment],
) -> Result<Requeue, ReconcileError> {
    let Record { context, api, deployment, .. } = *record;
    let namespace = deployment.namespace().unwrap_or_default();
    let uid = deployment.uid().unwrap_or_default();
    let aws = match tenant::region_clients(context, &namespace, &group.spec).await {
        Ok(aws) => aws,
        Err(tenant::Barred::Refused(refusal)) => return record.barred(&refusal).await,
        Err(tenant::Barred::Aws(error)) => return record.trouble(&error).await,
    };
    let purpose = Purpose::Begin { uid: &uid, task_definition: &deployment.spec.revision.task_definition };
    let observed = match observe(&aws, &group.spec, purpose, now()).await {
        Ok(observed) => observed,
        Err(error) => return record.trouble(&error).await,
    };
    let candidate = Candidate {
        uid: &uid,
        revision: &deployment.spec.revision,
        settings: &group.spec,
        increments,
        observed: &observed,
    };
    let memory = match sluice_plan::begin(&candidate) {
        Ok(memory) => memory,
        Err(refusal) => return record.barred(&refusal).await,
    };
    let input = Input {
        begun: Begun {
            namespace: &namespace,
            name: &deployment.name_any(),
            group: &deployment.spec.group_ref,
            uid: &uid,
            controls: controls(deployment),
            memory: &memory,
            settings: &group.spec,
            limits: context.limits,
        },
        observed: &observed,
    };
    let (status, notes) = begun(&input, &record.previous.conditions, deployment.metadata.generation);
    // The finalizer comes first: whatever is begun can be cleaned up.
    set_finalizer(context, api, deployment, true).await?;
    record.status(&status).await?;
    context.events.publish(&kube::Resource::object_ref(deployment, &()), notes);
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
    Ok(deployments.iter().filter(|deployment| same(deployment)).map(group::entry).collect())
}

fn schedule(context: &Context, group: &DeploymentGroup) -> Result<Vec<Increment>, Refusal> {
    let reference = &group.spec.deployment_config;
    let named = reference.name.as_deref().and_then(|name| context.stores.config(name));
    resolve(reference, named.as_ref()).map(|config| increments(&config)).ok_or_else(|| unknown(reference))
}
