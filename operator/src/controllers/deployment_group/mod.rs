//! Reconciles a DeploymentGroup: is it well, does a change of revision ask for a Deployment, what is kept of the
//! past, what do users see.

mod check;
mod clean_up;
mod probe;
mod reconcile;
mod repair;
mod request;

use std::sync::Arc;
use std::time::Duration;

use futures::channel::mpsc::UnboundedReceiver;
use futures::{StreamExt, stream};
use kube::runtime::controller::{Action, Config, Controller};
use kube::runtime::reflector::ObjectRef;
use kube::{Resource, ResourceExt};
use sluice_api::{Deployment, DeploymentGroup, DeploymentGroupStatus};
use sluice_aws::Cost;
use sluice_plan::Priority;
use sluice_plan::admission::begin_gates::suspended_by;
use sluice_plan::group::deployments::replaced;
use sluice_plan::group::facts::Facts;
use sluice_plan::group::garbage::expired;
use sluice_plan::group::request::shown;
use sluice_plan::group::{has_symptom, notes, only_comes_further, repair, runtime, soak_due, status, with_soak};
use sluice_plan::promotion::soak_of;
use sluice_plan::status::replaced as replaced_status;

use self::check::{Check, was_asked};
use self::reconcile::{Reconcile, in_progress};
use self::request::Answer;
use super::failures::{guarded, on_error};
use super::stopped::stopped;
use crate::clock::{now, signed};
use crate::context::{Context, Permit, PermitRequest};
use crate::error::ReconcileError;
use crate::metrics::Kind;
use crate::pipeline::access::authorize;
use crate::pipeline::next_wave;
use crate::pipeline::requeue::Requeue;

/// How long changes of Deployments are gathered before they are told together.
const GATHERED: Duration = Duration::from_millis(100);

/// How long it is waited for a Deployment that was just made, before the group tells that it waits.
const ABOUT_TO_BEGIN: Duration = Duration::from_secs(2);

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

impl Reconcile<'_> {
    /// The group stays: it is checked, a change of revision answered, what is past its limit deleted, and all of it told.
    async fn keep(&self, permit: Permit) -> Result<Requeue, ReconcileError> {
        // Before anything is looked at: a change after that wakes the group.
        self.depend(true);
        let stores = &self.context.stores;
        let previous = self.group.status.clone().unwrap_or_default();
        let deployments = self.own_deployments();
        let busy = deployments.iter().any(in_progress);
        let application = stores.application(self.namespace, &self.group.spec.application_ref);
        let check = self.check(application.is_some(), busy, permit.to_observe.is_some()).await;
        if check.needs_permit {
            return Ok(Requeue::Now);
        }
        let Answer { requested, made, refusal, retry } =
            self.answer_request(application.as_deref(), &previous, &deployments, &check).await?;
        let check = Check { refusal: check.refusal.or(refusal), ..check };
        if made.is_some() || busy {
            // A group that has something in progress must outlive it: the way back is in its settings' scope.
            stores.groups.add_finalizer(self.group).await?;
        }
        if made.is_some() {
            self.context.told.now(&self.uid(), ABOUT_TO_BEGIN);
        }
        let adopts = requested.as_ref().is_some_and(|it| it.adopted) && requested != previous.requested;
        if let Some(rest) = self.is_about_to_begin(&deployments, made.is_some()).filter(|_| !adopts) {
            return Ok(Requeue::After(rest));
        }
        self.tell_replaced(&deployments).await?;
        if let Some(application) = &application {
            let (held, limit) = (previous.held_revision.as_deref(), application.spec.revision_history_limit);
            // One at a time: the end of it wakes the group for the next.
            if let Some(oldest) = expired(&deployments, &self.uid(), held, limit).first() {
                stores.deployments.delete_exactly("a Deployment", oldest).await?;
            }
        }
        if self.may_pass(&check) && requested == previous.requested {
            // One observation that was throttled says nothing of a group in which nothing happens.
            return Ok(Requeue::BackOff);
        }
        let named_config = self.context.stores.named_config(&self.group.spec);
        let asked = application.as_ref().and_then(|application| application.spec.revision.as_ref());
        let desired = self.group.spec.revision.as_ref().or(asked).map(|revision| shown(revision, requested.as_ref()));
        let is_suspended = application.as_ref().is_some_and(|application| application.spec.suspend);
        let suspended_by = suspended_by(&self.group.spec, is_suspended);
        let facts = Facts {
            suspended_by: suspended_by.as_deref(),
            desired: desired.as_deref(),
            made: made.as_deref(),
            settings: &self.group.spec,
            named_config: named_config.as_ref(),
            generation: self.group.metadata.generation,
            deployments: &deployments,
            requested,
            observed: check.observed.as_ref(),
            refusal: check.refusal.as_ref(),
            call_error: check.call_error.as_ref(),
            now: now(),
        };
        let known = self.with_probe(&previous, check.observed.as_ref());
        let next = DeploymentGroupStatus { claims: self.context.claims.of(self.group), ..status(&known, &facts) };
        let soak = application.as_ref().and_then(|it| soak_of(it.spec.promotion.as_ref()?, &self.group.name_any()));
        let next = with_soak(next, soak, check.observed.is_some(), facts.now);
        self.tell_what_serves(&next, &deployments).await?;
        if next != previous {
            let longest = self.context.longest_unwritten();
            if only_comes_further(&previous, &next)
                && let Some(rest) = self.context.rows.rest(&self.uid(), longest)
            {
                self.depend(check.refused_by_kubernetes);
                return Ok(Requeue::At(now() + signed(rest)));
            }
            stores.groups.apply_status(self.group, &next).await?;
            self.context.rows.now(&self.uid(), longest);
            let revision = facts.desired.unwrap_or_default();
            let fared = runtime::note(&self.group.spec, &previous, &next);
            let notes = notes(&previous, &next).into_iter().chain(fared).collect();
            self.context.events.publish(&self.group.object_ref(&()), revision, notes);
            if next.health != previous.health {
                self.context.metrics.health.became(next.health);
            }
        }
        self.depend(check.refused_by_kubernetes);
        if let (Some(aws), Some(action)) = (&check.aws, repair(&previous, &next, &facts)) {
            return Ok(self.repair(aws, &action).await);
        }
        let wave = || next_wave(now(), self.context.resync, &self.uid(), stores.groups.store().len());
        let limits = self.context.limits;
        Ok(match &check {
            Check { call_error: Some(_), .. } => Requeue::BackOff,
            // What is in AWS does not allow it, or is not as it should be, and nobody tells when that changes.
            Check { refusal: Some(_), refused_by_kubernetes: false, .. } => Requeue::After(self.context.poll()),
            _ if has_symptom(&next) => Requeue::After(self.context.poll()),
            // One that was over and could not be seen is looked at again soon.
            _ => match retry.map(|retry| retry.due).into_iter().chain(soak_due(&next, facts.now, limits.poll)).min() {
                Some(due) => Requeue::At(due.min(wave())),
                None => Requeue::At(wave()),
            },
        })
    }
}

impl Reconcile<'_> {
    fn uid(&self) -> String {
        self.group.uid().unwrap_or_default()
    }

    /// How much longer it is waited for a Deployment that was just made to begin, or to say why it does not: both are told
    /// together. A Deployment that was made is found again, whether or not it was told.
    fn is_about_to_begin(&self, deployments: &[Deployment], made: bool) -> Option<Duration> {
        let unseen = made || deployments.iter().any(Deployment::is_unseen);
        self.context.told.rest(&self.uid(), ABOUT_TO_BEGIN).filter(|_| unseen)
    }

    /// A release whose place a later one took does not read as running any more.
    async fn tell_replaced(&self, deployments: &[Deployment]) -> Result<(), ReconcileError> {
        for (deployment, by) in replaced(deployments) {
            let status = replaced_status(&deployment.status.clone().unwrap_or_default(), &by);
            self.context.stores.deployments.apply_status(deployment, &status).await?;
        }
        Ok(())
    }
}
