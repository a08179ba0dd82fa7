//! Reconciles a Deployment: decode, observe, plan, act, record, requeue.

mod admit;
mod begin;
mod record;

use std::sync::Arc;
use std::time::Instant;

use futures::StreamExt;
use kube::api::Api;
use kube::runtime::controller::{Action, Controller};
use kube::runtime::reflector::Store;
use kube::{Resource, ResourceExt};
use sluice_api::{Deployment, DeploymentGroupSpec, DeploymentStatus};
use sluice_aws::Permit;
use sluice_plan::status::{Outcome, after_the_end, next, troubled};
use sluice_plan::{Begun, Controls, Input, Lane, Purpose, plan};
use tokio::sync::watch;

use crate::act::act;
use crate::context::{Context, now};
use crate::controllers::kubernetes::{read, set_finalizer};
use crate::controllers::{guarded, on_error, stopped, tenant, watched};
use crate::error::ReconcileError;
use crate::metrics::{Kind, PipelineStep};
use crate::observe::observe;
use crate::requeue::Requeue;
use crate::stores::scoped;
use crate::trouble::trouble;

/// Runs the controller until it is asked to stop.
pub async fn run(context: Arc<Context>, stop: watch::Receiver<bool>) {
    let (stream, store) = watched(scoped::<Deployment>(&context.client, context.watch_namespace.as_deref()));
    let copies = store.clone();
    Controller::for_stream(stream, store)
        .graceful_shutdown_on(stopped(stop))
        .run(
            move |cached, context| guarded(reconcile(cached, context, copies.clone())),
            |object, error, context| on_error(Kind::Deployment, object.meta(), error, &context),
            context,
        )
        .for_each(|_| async {})
        .await;
}

async fn reconcile(
    cached: Arc<Deployment>,
    context: Arc<Context>,
    copies: Store<Deployment>,
) -> Result<Action, ReconcileError> {
    let Some(admitted) = admit::admit(&context, &copies, &cached).await else {
        return Ok(Action::await_change());
    };
    let namespace = cached.namespace().unwrap_or_default();
    let api: Api<Deployment> = Api::namespaced(context.client.clone(), &namespace);
    // The cache may be versions behind our own last write, so the object is read anew.
    let Some(deployment) = read("a Deployment", api.get_opt(&cached.name_any())).await? else {
        return Ok(Action::await_change());
    };
    let requeue = step(&context, &api, &deployment, admitted.permit).await?;
    context.metrics.reconciled(Kind::Deployment, false);
    Ok(context.failures.action(&deployment.uid().unwrap_or_default(), requeue, now()))
}

async fn step(
    context: &Context,
    api: &Api<Deployment>,
    deployment: &Deployment,
    permit: Option<Permit>,
) -> Result<Requeue, ReconcileError> {
    let status = deployment.status.clone().unwrap_or_default();
    let deleted = deployment.metadata.deletion_timestamp.is_some();
    let settings = status.settings.clone();
    match settings {
        _ if status.completed_at.is_some() => {
            // A later edit of the spec changes nothing, and is seen: who waits for it must not wait for ever.
            let record = record::Record { context, api, deployment, previous: &status };
            record.status(&after_the_end(&status, deployment.metadata.generation)).await?;
            set_finalizer(context, api, deployment, false).await?;
            Ok(Requeue::OnChange)
        }
        None if deleted => {
            set_finalizer(context, api, deployment, false).await?;
            Ok(Requeue::OnChange)
        }
        None => begin::begin(context, api, deployment, &status).await,
        Some(settings) => progress(context, api, deployment, &status, &settings, permit).await,
    }
}

/// One reconcile of a Deployment that has begun.
async fn progress(
    context: &Context,
    api: &Api<Deployment>,
    deployment: &Deployment,
    status: &DeploymentStatus,
    settings: &DeploymentGroupSpec,
    permit: Option<Permit>,
) -> Result<Requeue, ReconcileError> {
    let namespace = deployment.namespace().unwrap_or_default();
    let uid = deployment.uid().unwrap_or_default();
    let record = record::Record { context, api, deployment, previous: status };
    let aws = match tenant::region_clients(context, &namespace, settings).await {
        Ok(aws) => aws,
        Err(tenant::Barred::Refused(refusal)) => return record.barred(&refusal).await,
        Err(tenant::Barred::Aws(error)) => return record.trouble(&error).await,
    };
    let name = deployment.name_any();
    let release = Begun {
        namespace: &namespace,
        name: &name,
        group: &deployment.spec.group_ref,
        uid: &uid,
        controls: controls(deployment),
        memory: status,
        settings,
        limits: context.limits,
    };
    let began = Instant::now();
    let observed = observe(&aws, settings, Purpose::Progress(release), now()).await;
    context.metrics.step_took(PipelineStep::Observe, began.elapsed());
    // Counted as it was made: what was reserved for it is there for others.
    drop(permit);
    let observed = match observed {
        Ok(observed) => observed,
        Err(error) => return record.trouble(&error).await,
    };
    let input = Input { begun: release, observed: &observed };
    let plan = plan(&input);
    let outcome = match &plan.step {
        None => Outcome::Nothing,
        Some(step) => {
            let began = Instant::now();
            let result = act(&aws, settings, Lane::of_step(step, &plan.memory), step).await;
            context.metrics.step_took(PipelineStep::Act, began.elapsed());
            let told = result.as_ref().map_or_else(ToString::to_string, |()| "done".to_owned());
            tracing::info!(namespace, name, step = step.describe(), outcome = told, "acted");
            match result {
                Ok(()) => Outcome::Done { at: now() },
                Err(error) => Outcome::Failed { trouble: trouble(&error), at: now() },
            }
        }
    };
    let next = next(&input, &plan, &outcome, deployment.metadata.generation);
    record.plan(&plan, &outcome, next).await
}

/// What the user asks for, beside the release itself.
fn controls(deployment: &Deployment) -> Controls {
    Controls {
        paused: deployment.spec.paused,
        stop: deployment.spec.stop.is_some(),
        deleted: deployment.metadata.deletion_timestamp.is_some(),
    }
}

impl record::Record<'_> {
    /// AWS could not be read: all that was known stays, and the conditions tell.
    async fn trouble(&self, error: &sluice_aws::AwsError) -> Result<Requeue, ReconcileError> {
        let trouble = trouble(error);
        let status = troubled(self.previous, &trouble, self.deployment.metadata.generation, now());
        self.status(&status).await?;
        Ok(record::patience(&status))
    }
}
