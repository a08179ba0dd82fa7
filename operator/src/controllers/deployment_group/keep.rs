//! The reconcile of a group that stays, as a list of its steps.

use std::time::Duration;

use kube::ResourceExt;
use sluice_api::{Application, Deployment, DeploymentGroupStatus, LastRequest};
use sluice_plan::admission::begin_gates::suspended_by;
use sluice_plan::group::facts::Facts;
use sluice_plan::group::request::shown;
use sluice_plan::group::{repair, soak_due, status, with_soak};
use sluice_plan::promotion::soak_of;

use super::check::Check;
use super::reconcile::{Reconcile, in_progress};
use super::request::Answer;
use crate::clock::{now, signed};
use crate::context::Permit;
use crate::error::ReconcileError;
use crate::pipeline::requeue::Requeue;

/// How long it is waited for a Deployment that was just made, before the group tells that it waits.
const ABOUT_TO_BEGIN: Duration = Duration::from_secs(2);

impl Reconcile<'_> {
    /// The group stays: it is checked, a change of revision answered, what is past its limit deleted, and all of it told.
    pub async fn keep(&self, permit: Permit) -> Result<Requeue, ReconcileError> {
        // Before anything is looked at: a change after that wakes the group.
        self.depend(true);
        let stores = &self.context.stores;
        let previous = self.group.status.clone().unwrap_or_default();
        let deployments = self.own_deployments();
        let busy = deployments.iter().any(in_progress);
        let application = stores.application(self.namespace, &self.group.spec.application_ref);
        let application = application.as_deref();
        let check = self.check(application.is_some(), busy, permit.to_observe.is_some()).await;
        if check.needs_permit {
            return Ok(Requeue::Now);
        }
        let Answer { requested, made, refusal, retry } =
            self.answer_request(application, &previous, &deployments, &check).await?;
        let check = Check { refusal: check.refusal.or(refusal), ..check };
        self.stay_for_what_is_open(made.is_some(), busy).await?;
        let adopts = requested.as_ref().is_some_and(|it| it.adopted) && requested != previous.requested;
        if let Some(rest) = self.is_about_to_begin(&deployments, made.is_some()).filter(|_| !adopts) {
            return Ok(Requeue::After(rest));
        }
        self.tell_replaced(&deployments).await?;
        self.delete_expired(application, &deployments, previous.held_revision.as_deref()).await?;
        if self.may_pass(&check) && requested == previous.requested {
            // One observation that was throttled says nothing of a group in which nothing happens.
            return Ok(Requeue::BackOff);
        }
        let suspended_by = suspended_by(&self.group.spec, application.is_some_and(|it| it.spec.suspend));
        let desired = self.desired(application, requested.as_ref());
        let named_config = stores.named_config(&self.group.spec);
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
        let next = self.next_status(&previous, &facts, application);
        self.tell_what_serves(&next, &deployments).await?;
        let unwritten = self.record(&previous, &next, &facts).await?;
        self.depend(check.refused_by_kubernetes);
        if let Some(rest) = unwritten {
            return Ok(Requeue::At(now() + signed(rest)));
        }
        if let (Some(aws), Some(action)) = (&check.aws, repair(&previous, &next, &facts)) {
            return Ok(self.repair(aws, &action).await);
        }
        // What was over and could not be seen is looked at again soon.
        let soaked = soak_due(&next, facts.now, self.context.limits.poll);
        Ok(self.look_again(&check, &next, retry.map(|retry| retry.due).into_iter().chain(soaked).min()))
    }

    /// The group's UID, by which what is kept of it between reconciles is found.
    pub fn uid(&self) -> String {
        self.group.uid().unwrap_or_default()
    }

    /// A group that has something in progress must outlive it: the way back is in its settings' scope.
    async fn stay_for_what_is_open(&self, made: bool, busy: bool) -> Result<(), ReconcileError> {
        if made || busy {
            self.context.stores.groups.add_finalizer(self.group).await?;
        }
        if made {
            self.context.told.now(&self.uid(), ABOUT_TO_BEGIN);
        }
        Ok(())
    }

    /// How much longer it is waited for a Deployment that was just made to begin, or to say why it does not: both are told
    /// together. A Deployment that was made is found again, whether or not it was told.
    fn is_about_to_begin(&self, deployments: &[Deployment], made: bool) -> Option<Duration> {
        let unseen = made || deployments.iter().any(Deployment::is_unseen);
        self.context.told.rest(&self.uid(), ABOUT_TO_BEGIN).filter(|_| unseen)
    }

    /// Short name of the revision that the group is to serve, by its own spec or by that of its Application.
    fn desired(&self, application: Option<&Application>, requested: Option<&LastRequest>) -> Option<String> {
        let asked = application.and_then(|application| application.spec.revision.as_ref());
        self.group.spec.revision.as_ref().or(asked).map(|revision| shown(revision, requested))
    }

    fn next_status(
        &self,
        previous: &DeploymentGroupStatus,
        facts: &Facts<'_>,
        application: Option<&Application>,
    ) -> DeploymentGroupStatus {
        let known = self.with_probe(previous, facts.observed);
        let next = DeploymentGroupStatus { claims: self.context.claims.of(self.group), ..status(&known, facts) };
        let soak = application.and_then(|it| soak_of(it.spec.promotion.as_ref()?, &self.group.name_any()));
        with_soak(next, soak, facts.observed.is_some(), facts.now)
    }
}
