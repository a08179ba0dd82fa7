//! Reconciles an Application: the sum of its groups.

use std::sync::Arc;
use std::time::Duration;

use futures::channel::mpsc::UnboundedReceiver;
use futures::{StreamExt, stream};
use kube::runtime::controller::{Action, Config, Controller};
use kube::runtime::reflector::ObjectRef;
use kube::{Resource, ResourceExt};
use sluice_api::{Application, DeploymentGroup};
use sluice_plan::application::{notes, status};

use super::failures::{guarded, on_error};
use super::stopped::stopped;
use crate::clock::now;
use crate::context::Context;
use crate::error::ReconcileError;
use crate::metrics::Kind;
use crate::pipeline::requeue::Requeue;

/// How long changes of groups are gathered before they are told together.
const GATHERED: Duration = Duration::from_millis(200);

/// How much longer for each group: a status that names a thousand of them is not written a thousand times.
const GATHERED_MORE: Duration = Duration::from_millis(10);

/// Runs the controller until it is asked to stop.
pub async fn run(context: Arc<Context>, concurrency: u16, woken: UnboundedReceiver<ObjectRef<Application>>) {
    Controller::for_stream(stream::pending(), context.stores.applications.store())
        .with_config(Config::default().concurrency(concurrency).debounce(GATHERED))
        .reconcile_on(woken)
        .graceful_shutdown_on(stopped(context.stop.clone()))
        .run(
            |application, context| guarded(reconcile(application, context)),
            |object, error, context| on_error(Kind::Application, object.meta(), error, &context),
            context,
        )
        .for_each(|_| async {})
        .await;
}

async fn reconcile(cached: Arc<Application>, context: Arc<Context>) -> Result<Action, ReconcileError> {
    let applications = &context.stores.applications;
    let Some(application) = applications.get(&ObjectRef::from_obj(&*cached)) else {
        return Ok(Action::await_change());
    };
    let uid = application.uid().unwrap_or_default();
    let groups = context.stores.groups_of(&application.namespace().unwrap_or_default(), &application.name_any());
    let pause = GATHERED_MORE.saturating_mul(u32::try_from(groups.len()).unwrap_or(u32::MAX));
    if let Some(rest) = context.told.rest(&uid, pause) {
        return Ok(Action::requeue(rest));
    }
    let groups: Vec<DeploymentGroup> = groups.iter().map(|group| (**group).clone()).collect();
    let previous = application.status.clone().unwrap_or_default();
    let promoted = context.stores.promoted(&application);
    let (namespace, name) = (application.namespace().unwrap_or_default(), application.name_any());
    let suspended = application.spec.suspend.then_some((namespace.as_str(), name.as_str()));
    let (revision, generation) = (application.spec.revision.as_ref(), application.metadata.generation);
    let next = status(&previous, revision, &groups, promoted.as_ref(), suspended, generation, now());
    if next != previous {
        applications.apply_status(&application, &next).await?;
        context.told.now(&uid, pause);
        let revision = application.spec.revision.as_ref().map_or("", |revision| revision.short_name());
        context.events.publish(&application.object_ref(&()), revision, notes(&previous, &next));
    }
    context.metrics.reconciled(Kind::Application, false);
    Ok(context.failures.action(&uid, Requeue::OnChange, now()))
}
