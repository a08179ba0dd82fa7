//! Reconciles a DeploymentGroup: is it well, does a change of revision ask for a Deployment, what is kept of the
//! past, what do users see.

mod check;
mod clean_up;
mod reconcile;
mod request;

use std::sync::Arc;

use futures::StreamExt;
use kube::api::Api;
use kube::runtime::controller::{Action, Controller};
use kube::runtime::reflector::ObjectRef;
use kube::runtime::watcher;
use kube::{Resource, ResourceExt};
use sluice_api::{Application, Deployment, DeploymentGroup};
use sluice_aws::Cost;
use sluice_plan::Priority;
use sluice_plan::group::deployments::expired;
use sluice_plan::group::facts::Facts;
use sluice_plan::group::status;
use tokio::sync::watch;

use self::check::Check;
use self::reconcile::Reconcile;
use self::request::Answer;
use super::failures::{guarded, on_error};
use super::watches::{stopped, watched};
use crate::clock::now;
use crate::context::{Context, PermitRequest};
use crate::error::ReconcileError;
use crate::kubernetes::requests::{apply_status, read, set_finalizer};
use crate::kubernetes::stores::scoped;
use crate::metrics::Kind;
use crate::pipeline::requeue::Requeue;

/// Runs the controller until it is asked to stop.
pub async fn run(context: Arc<Context>, stop: watch::Receiver<bool>) {
    let scope = context.watch_namespace.as_deref();
    let (stream, store) = watched(scoped::<DeploymentGroup>(&context.client, context.watch_namespace.as_deref()));
    let groups = context.stores.groups.clone();
    Controller::for_stream(stream, store)
        .watches(scoped::<Deployment>(&context.client, scope), watcher::Config::default(), |deployment| {
            let namespace = deployment.namespace().unwrap_or_default();
            Some(ObjectRef::new(&deployment.spec.group_ref).within(&namespace))
        })
        .watches(scoped::<Application>(&context.client, scope), watcher::Config::default(), move |application| {
            let of_this = |group: &Arc<DeploymentGroup>| {
                group.namespace() == application.namespace() && group.spec.application_ref == application.name_any()
            };
            groups.state().into_iter().filter(of_this).map(|group| ObjectRef::from_obj(&*group)).collect::<Vec<_>>()
        })
        .graceful_shutdown_on(stopped(stop))
        .run(
            |cached, context| guarded(reconcile(cached, context)),
            |object, error, context| on_error(Kind::DeploymentGroup, object.meta(), error, &context),
            context,
        )
        .for_each(|_| async {})
        .await;
}

async fn reconcile(cached: Arc<DeploymentGroup>, context: Arc<Context>) -> Result<Action, ReconcileError> {
    // One that goes observes nothing.
    let stays = cached.metadata.deletion_timestamp.is_none();
    let region = || cached.spec.aws.region.clone();
    let request =
        stays.then(|| PermitRequest { region: region(), priority: Priority::Idle, cost: Cost::to_observe(0) });
    let Some(_permit) = context.acquire(request).await else {
        return Ok(Action::await_change());
    };
    let namespace = cached.namespace().unwrap_or_default();
    let api: Api<DeploymentGroup> = Api::namespaced(context.client.clone(), &namespace);
    let Some(group) = read("a DeploymentGroup", api.get_opt(&cached.name_any())).await? else {
        return Ok(Action::await_change());
    };
    let reconcile = Reconcile {
        context: &context,
        api: &api,
        group: &group,
        deployments: Api::namespaced(context.client.clone(), &namespace),
        namespace: &namespace,
    };
    let requeue = if group.metadata.deletion_timestamp.is_some() {
        reconcile.clean_up().await?
    } else {
        reconcile.keep().await?
    };
    context.metrics.reconciled(Kind::DeploymentGroup, false);
    Ok(context.failures.action(&group.uid().unwrap_or_default(), requeue, now()))
}

impl Reconcile<'_> {
    /// The group stays: it is checked, a change of revision answered, what is past its limit deleted, and all of it told.
    async fn keep(&self) -> Result<Requeue, ReconcileError> {
        let previous = self.group.status.clone().unwrap_or_default();
        let deployments = self.own_deployments().await?;
        let busy = deployments.iter().any(in_progress);
        let applications: Api<Application> = Api::namespaced(self.context.client.clone(), self.namespace);
        let application = read("an Application", applications.get_opt(&self.group.spec.application_ref)).await?;
        let check = self.check(application.is_some(), busy).await;
        let Answer { requested, made, refusal } =
            self.answer_request(application.as_ref(), &previous, &deployments, &check).await?;
        let check = Check { refusal: check.refusal.or(refusal), ..check };
        if made || busy {
            // A group that has something in progress must outlive it: the way back is in its settings' scope.
            set_finalizer(&self.context.metrics, self.api, self.group, true).await?;
        }
        if let Some(application) = &application {
            for name in expired(&deployments, application.spec.revision_history_limit) {
                self.delete(&name).await?;
            }
        }
        if self.may_pass(&check) && !made {
            // One observation that was throttled says nothing of a group in which nothing happens.
            return Ok(Requeue::BackOff);
        }
        let facts = Facts {
            settings: &self.group.spec,
            generation: self.group.metadata.generation,
            deployments: &deployments,
            requested,
            observed: check.observed.as_ref(),
            refusal: check.refusal.as_ref(),
            call_error: check.call_error.as_ref(),
            now: now(),
        };
        let next = status(&previous, &facts);
        if next != previous {
            apply_status(&self.context.metrics, self.api, self.group, &next).await?;
        }
        Ok(match &check {
            _ if made => Requeue::Now,
            Check { call_error: Some(_), .. } => Requeue::BackOff,
            Check { refusal: Some(_), .. } => Requeue::After(self.context.poll()),
            _ => Requeue::After(self.context.resync),
        })
    }
}

fn in_progress(deployment: &Deployment) -> bool {
    deployment.status.as_ref().is_some_and(|status| status.started_at.is_some() && status.completed_at.is_none())
}
