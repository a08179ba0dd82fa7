//! Reconciles a DeploymentGroup: is it well, does a change of revision ask for a Deployment, what is kept of the
//! past, what do users see.

mod check;
mod clean_up;
mod keep;
mod past;
mod probe;
mod reconcile;
mod record;
mod repair;
mod request;

use std::sync::Arc;
use std::time::Duration;

use futures::channel::mpsc::UnboundedReceiver;
use futures::{StreamExt, stream};
use kube::runtime::controller::{Action, Config, Controller};
use kube::runtime::reflector::ObjectRef;
use kube::{Resource, ResourceExt};
use sluice_api::DeploymentGroup;
use sluice_aws::Cost;
use sluice_plan::Priority;

use self::check::was_asked;
use self::reconcile::{Reconcile, in_progress};
use super::failures::{guarded, on_error};
use super::stopped::stopped;
use crate::clock::now;
use crate::context::{Context, Permit, PermitRequest};
use crate::error::ReconcileError;
use crate::metrics::Kind;
use crate::pipeline::access::authorize;

/// How long changes of Deployments are gathered before they are told together.
const GATHERED: Duration = Duration::from_millis(100);

/// Runs the controller until it is asked to stop.
pub async fn run(context: Arc<Context>, woken: UnboundedReceiver<ObjectRef<DeploymentGroup>>) {
    Controller::for_stream(stream::pending(), context.stores.groups.store())
        .with_config(Config::default().debounce(GATHERED))
        .reconcile_on(woken)
        .graceful_shutdown_on(stopped(context.stop.clone()))
        .run(
            |cached, context| guarded(reconcile(cached, context)),
            |object, error, context| on_error(Kind::DeploymentGroup, object.meta(), error, &context),
            context,
        )
        .for_each(|_| async {})
        .await;
}

async fn reconcile(cached: Arc<DeploymentGroup>, context: Arc<Context>) -> Result<Action, ReconcileError> {
    let reference = ObjectRef::from_obj(&*cached);
    let namespace = cached.namespace().unwrap_or_default();
    let request = permit_request(&context, &cached);
    drop(cached);
    let Some(permit) = context.acquire(&namespace, request).await else {
        return Ok(Action::await_change());
    };
    // Many may wait, and few are at work: what is needed to work is not held by those who wait.
    Box::pin(work(&context, &reference, &namespace, permit)).await
}

/// None where AWS is not observed: at the end, while a Deployment observes it, and where the group is not admitted.
fn permit_request(context: &Context, group: &DeploymentGroup) -> Option<PermitRequest> {
    let namespace = group.namespace().unwrap_or_default();
    let stores = &context.stores;
    let observes = group.metadata.deletion_timestamp.is_none()
        && (was_asked(group) || stores.application(&namespace, &group.spec.application_ref).is_some())
        && authorize(stores, &namespace, &group.spec).is_ok()
        && !stores.deployments_of(&namespace, &group.name_any()).iter().any(|deployment| in_progress(deployment));
    observes.then(|| PermitRequest {
        region: group.spec.aws.region.clone(),
        priority: Priority::Idle,
        cost: Cost::to_observe(0).with_alarms(group.spec.alarms.is_some() && group.spec.health.is_some()),
    })
}

async fn work(
    context: &Context,
    reference: &ObjectRef<DeploymentGroup>,
    namespace: &str,
    permit: Permit,
) -> Result<Action, ReconcileError> {
    let Some(group) = context.stores.groups.get(reference) else {
        return Ok(Action::await_change());
    };
    let reconcile = Reconcile { context, group: &group, namespace };
    let requeue = if group.metadata.deletion_timestamp.is_some() {
        reconcile.clean_up().await?
    } else {
        reconcile.keep(permit).await?
    };
    context.metrics.reconciled(Kind::DeploymentGroup, false);
    Ok(context.failures.action(&group.uid().unwrap_or_default(), requeue, now()))
}
