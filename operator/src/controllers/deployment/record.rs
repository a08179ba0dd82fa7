//! Record: always, and rarely a write. The status when it changed, the Events, the metrics.

use std::sync::Arc;
use std::time::Duration;

use kube::Resource;
use sluice_api::{ConditionType, Deployment, DeploymentStatus, Reason, cause_of};
use sluice_aws::AwsError;
use sluice_plan::status::{call_failed, is_worth_a_write, refused};
use sluice_plan::{Action, Asked, Identity, Note, Outcome, Plan, Refusal, Release, WaitKind};

use super::halt::Halt;
use crate::clock::now;
use crate::context::Context;
use crate::error::ReconcileError;
use crate::metrics::PipelineStep;
use crate::pipeline::call_error;
use crate::pipeline::requeue::Requeue;

/// A Deployment whose reconcile is being recorded.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    /// What every reconcile is given.
    pub context: &'a Context,
    /// The Deployment as it was read.
    pub deployment: &'a Arc<Deployment>,
    /// Its status as it was read.
    pub recorded: &'a DeploymentStatus,
    /// Its status as this process knows it, which may be more than is recorded.
    pub previous: &'a DeploymentStatus,
}

impl Record<'_> {
    /// The release as the planner takes it, parsed from this status.
    pub fn release<'b>(&'b self, progress: &'b DeploymentStatus) -> Result<Release<'b>, Refusal> {
        let (identity, controls) = (Identity::of(self.deployment), self.context.stores.controls(self.deployment));
        let release = Release::parse(identity, controls, progress, self.context.limits)?;
        Ok(release.asking(Asked::of(self.deployment)))
    }

    /// Writes the status if something is new that a user would act on, or that must outlive the process. Anything else is
    /// kept until then, and for a few observations at most. Of one that is released as one with others it is written to
    /// the very version that was read (adr 0050).
    pub async fn status(&self, status: &DeploymentStatus) -> Result<(), ReconcileError> {
        let uid = self.deployment.metadata.uid.as_deref().unwrap_or_default();
        let unwritten = &self.context.unwritten;
        if status != self.recorded {
            let longest = self.context.longest_unwritten();
            if !is_worth_a_write(self.recorded, status) && !unwritten.is_due(uid, longest) {
                unwritten.keep(uid, self.deployment, status);
                return Ok(());
            }
            let deployments = &self.context.stores.deployments;
            // What others may count on is never written over by what was decided without it, or lands after it.
            let applied = async {
                if self.is_released_as_one(status) {
                    deployments.apply_status_if_unchanged(self.deployment, status).await
                } else {
                    deployments.apply_status(self.deployment, status).await
                }
            };
            self.context.metrics.timed(PipelineStep::Record, applied).await?;
        }
        unwritten.forget(uid);
        Ok(())
    }

    /// Whether it is released as one with others, or may come to be.
    fn is_released_as_one(&self, status: &DeploymentStatus) -> bool {
        let stores = &self.context.stores;
        let may_be = || {
            let namespace = self.deployment.metadata.namespace.as_deref().unwrap_or_default();
            let group = stores.group(namespace, &self.deployment.spec.group_ref)?;
            stores.promoted_for(self.deployment, &group)
        };
        status.multi.is_some() || (status.started_at.is_none() && may_be().is_some_and(|it| it.has_multi()))
    }

    /// Writes the status of one that never begins, and tells why once.
    pub async fn ended_before_it_began(&self, status: &DeploymentStatus) -> Result<Requeue, ReconcileError> {
        self.status(status).await?;
        self.tell_stall(status);
        Ok(Requeue::OnChange)
    }

    /// Writes the status of a beginning, to the Deployment that it was decided for: one that was paused meanwhile lets others
    /// pass, and must not begin beside them, however late the write arrives (S6 OneActive). False when it is another by now.
    pub async fn beginning(&self, status: &DeploymentStatus) -> Result<bool, ReconcileError> {
        let deployments = &self.context.stores.deployments;
        let current = deployments.latest(self.deployment);
        if current.spec != self.deployment.spec {
            return Ok(false);
        }
        let applied = deployments.apply_status_if_unchanged(&current, status);
        self.context.metrics.timed(PipelineStep::Record, applied).await?;
        self.context.unwritten.forget(self.deployment.metadata.uid.as_deref().unwrap_or_default());
        Ok(true)
    }

    /// Records why a reconcile halted, if it did.
    pub async fn conclude(&self, reconciled: Result<Requeue, Halt>) -> Result<Requeue, ReconcileError> {
        match reconciled {
            Ok(requeue) => Ok(requeue),
            Err(Halt::RefusedByAws(refusal)) => self.refused_by_aws(&refusal).await,
            Err(Halt::RefusedByKubernetes(refusal)) => self.refused_by_kubernetes(&refusal).await,
            Err(Halt::Aws(error)) => self.call_error(&error).await,
            Err(Halt::Kubernetes(error)) => Err(error),
        }
    }

    /// Records what a plan came to, and says when to look again.
    pub async fn plan(
        &self,
        plan: &Plan,
        outcome: &Outcome,
        next: DeploymentStatus,
    ) -> Result<Requeue, ReconcileError> {
        self.status(&next).await?;
        self.tell(plan, &next);
        if next.completed_at.is_none() && plan.notes.iter().all(|note| Some(note.reason) != stall_reason(&next)) {
            self.tell_stall(&next);
        }
        if next.completed_at.is_some() {
            // Only an end that was recorded lets the object go: the next reconcile reads it, and takes the finalizer away.
            return Ok(Requeue::Now);
        }
        Ok(match (outcome, &plan.wake_at) {
            (Outcome::Failed { .. }, _) => retry_backoff(&next),
            // The same action again: AWS does not show yet what was done, or someone else undoes it. Not at call speed.
            (Outcome::Done { .. }, _) if self.previous.message == next.message => Requeue::BackOff,
            // Tasks are not healthy at once.
            (Outcome::Done { at }, _) if makes_tasks(plan) => Requeue::At(*at + self.context.limits.poll),
            (Outcome::Done { .. }, _) | (Outcome::Nothing, None) => Requeue::Now,
            (Outcome::Nothing, Some(at)) => Requeue::At(*at),
        })
    }

    /// What is in AWS does not allow it: told, and looked at again, for nobody tells when that changes.
    async fn refused_by_aws(&self, refusal: &Refusal) -> Result<Requeue, ReconcileError> {
        self.tell_refused(refusal).await?;
        Ok(Requeue::After(self.context.poll()))
    }

    /// What is in Kubernetes does not allow it: told. A change of it wakes the Deployment; that it is looked at once in a
    /// while all the same, in the copies alone, is for what nobody thought of.
    pub async fn refused_by_kubernetes(&self, refusal: &Refusal) -> Result<Requeue, ReconcileError> {
        self.tell_refused(refusal).await?;
        Ok(Requeue::After(self.context.resync))
    }

    async fn tell_refused(&self, refusal: &Refusal) -> Result<(), ReconcileError> {
        let controls = self.context.stores.controls(self.deployment);
        let status = refused(self.previous, refusal, controls, self.deployment.metadata.generation, now());
        self.status(&status).await?;
        self.tell_stall(&status);
        Ok(())
    }

    /// Nothing may be called for a Deployment in progress: told, and looked at again, until it ends.
    pub async fn without_access(
        &self,
        (next, notes): (DeploymentStatus, Vec<Note>),
    ) -> Result<Requeue, ReconcileError> {
        self.status(&next).await?;
        self.publish(notes);
        self.context.metrics.releases.count(self.previous, &next);
        if next.completed_at.is_none() {
            self.tell_stall(&next);
        }
        // Whoever asks for something, or opens the way again, wakes it; its deadline does not.
        let now = now();
        let again = now + self.context.resync;
        let due = next.deadline_at.filter(|deadline| *deadline > now);
        let is_ended = next.completed_at.is_some();
        Ok(if is_ended { Requeue::Now } else { Requeue::At(due.map_or(again, |due| due.min(again))) })
    }

    /// AWS could not be read: all that was known stays, and the conditions tell.
    async fn call_error(&self, error: &AwsError) -> Result<Requeue, ReconcileError> {
        let controls = self.context.stores.controls(self.deployment);
        let generation = self.deployment.metadata.generation;
        let status = call_failed(self.previous, &call_error(error), controls, generation, now());
        self.status(&status).await?;
        self.tell_stall(&status);
        Ok(retry_backoff(&status))
    }

    /// Tells what happened.
    pub fn publish(&self, notes: Vec<Note>) {
        let shown = self.previous.summary.as_ref().map_or("", |summary| summary.revision.as_str());
        let revision = self.deployment.spec.revision.as_ref().map_or(shown, |revision| revision.short_name());
        self.context.events.publish(&self.deployment.object_ref(&()), revision, notes);
    }

    /// Tells once that someone must mend something.
    fn tell_stall(&self, next: &DeploymentStatus) {
        let note = Note::of_stall(&self.previous.conditions, &next.conditions);
        self.publish(note.into_iter().collect());
    }

    fn tell(&self, plan: &Plan, next: &DeploymentStatus) {
        self.publish(plan.notes.clone());
        if let Some(WaitKind::Blocked(invariant)) = plan.waiting.as_ref().map(|waiting| waiting.kind) {
            self.context.metrics.violated(invariant);
        }
        for step in &next.steps {
            let before = self.previous.steps.get(usize::try_from(step.index).unwrap_or_default());
            let newly_completed = before.is_some_and(|before| before.completed_at.is_none());
            if let (true, Some(completed), Some(verified)) = (newly_completed, step.completed_at, step.verified_at) {
                // What a service that wanted no tasks held up is not late.
                let idle = self.previous.position.as_ref().map(|position| position.idle_for).unwrap_or_default();
                let late = completed.duration_since(verified + step.hold.as_signed() + idle.as_signed());
                self.context.metrics.late_by(Duration::try_from(late).unwrap_or_default());
            }
        }
        self.context.metrics.releases.count(self.previous, next);
    }
}

/// Whether its action makes tasks, for which it is waited.
const fn makes_tasks(plan: &Plan) -> bool {
    matches!(plan.action, Some(Action::CreateTaskSet(_) | Action::ScaleTaskSet { .. }))
}

/// Why someone must mend something, if someone must.
fn stall_reason(status: &DeploymentStatus) -> Option<Reason> {
    cause_of(&status.conditions, ConditionType::Stalled).map(|(reason, _)| reason)
}

/// How soon a call that did not do what it should is tried again.
const fn retry_backoff(status: &DeploymentStatus) -> Requeue {
    if status.rollback.is_some() { Requeue::BackOffBriefly } else { Requeue::BackOff }
}
