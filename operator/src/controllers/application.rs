//! Reconciles an Application: the sum of its groups.

use std::sync::Arc;

use futures::StreamExt;
use kube::api::{Api, ListParams};
use kube::runtime::controller::{Action, Config, Controller};
use kube::runtime::reflector::ObjectRef;
use kube::runtime::watcher;
use kube::{Resource, ResourceExt};
use sluice_api::{Application, DeploymentGroup};
use sluice_plan::application::status;
use tokio::sync::watch;

use super::failures::{guarded, on_error};
use super::watches::{stopped, watched};
use crate::clock::now;
use crate::context::Context;
use crate::error::ReconcileError;
use crate::kubernetes::requests::{apply_status, read};
use crate::kubernetes::stores::scoped;
use crate::metrics::Kind;
use crate::pipeline::requeue::Requeue;

/// Runs the controller until it is asked to stop.
pub async fn run(context: Arc<Context>, concurrency: u16, stop: watch::Receiver<bool>) {
    let scope = context.watch_namespace.as_deref();
    let (stream, store) = watched(scoped::<Application>(&context.client, context.watch_namespace.as_deref()));
    Controller::for_stream(stream, store)
        .with_config(Config::default().concurrency(concurrency))
        .watches(scoped::<DeploymentGroup>(&context.client, scope), watcher::Config::default(), |group| {
            let namespace = group.namespace().unwrap_or_default();
            Some(ObjectRef::new(&group.spec.application_ref).within(&namespace))
        })
        .graceful_shutdown_on(stopped(stop))
        .run(
            |cached, context| guarded(reconcile(cached, context)),
            |object, error, context| on_error(Kind::Application, object.meta(), error, &context),
            context,
        )
        .for_each(|_| async {})
        .await;
}

async fn reconcile(cached: Arc<Application>, context: Arc<Context>) -> Result<Action, ReconcileError> {
    let namespace = cached.namespace().unwrap_or_default();
    let api: Api<Application> = Api::namespaced(context.client.clone(), &namespace);
    let Some(application) = read("an Application", api.get_opt(&cached.name_any())).await? else {
        return Ok(Action::await_change());
    };
    let groups: Api<DeploymentGroup> = Api::namespaced(context.client.clone(), &namespace);
    let of_this = ListParams::default().fields(&format!("spec.applicationRef={}", application.name_any()));
    let groups = read("the DeploymentGroups", groups.list(&of_this)).await?.items;
    let previous = application.status.clone().unwrap_or_default();
    let next = status(&previous, application.spec.revision.as_ref(), &groups, application.metadata.generation, now());
    if next != previous {
        apply_status(&context.metrics, &api, &application, &next).await?;
    }
    context.metrics.reconciled(Kind::Application, false);
    Ok(context.failures.action(&application.uid().unwrap_or_default(), Requeue::OnChange, now()))
}
