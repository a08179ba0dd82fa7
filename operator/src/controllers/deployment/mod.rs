//! Reconciles a Deployment: observe, plan, act, next, record.

mod begin;
mod copy;
mod digests;
mod halt;
mod pending;
mod record;
mod wait_turn;

use std::sync::Arc;

use futures::channel::mpsc::UnboundedReceiver;
use futures::{StreamExt, stream};
use kube::runtime::controller::{Action, Controller};
use kube::runtime::reflector::ObjectRef;
use kube::{Resource, ResourceExt};
use sluice_api::{Deployment, DeploymentGroupSpec, DeploymentStatus};
use sluice_aws::RegionClients;
use sluice_plan::multi::Sibling;
use sluice_plan::status::{ended, next, with_revision};
use sluice_plan::{Input, Outcome, Plan, Priority, ReadScope, Release, hooks_in_progress, plan, without_access};

use self::begin::begin;
use self::halt::Halt;
use self::pending::{dependent, released};
use self::record::Record;
use self::wait_turn::wait_turn;
use super::failures::{guarded, on_error};
use super::stopped::stopped;
use crate::clock::now;
use crate::context::{Context, Permit};
use crate::dependents::Dependency;
use crate::error::ReconcileError;
use crate::hooks::take_away_of_earlier;
use crate::metrics::{Kind, PipelineStep};
use crate::pipeline::access::{AccessError, region_clients};
use crate::pipeline::requeue::Requeue;
use crate::pipeline::{act, call_error, observe};

/// Runs the controller until it is asked to stop.
pub async fn run(context: Arc<Context>, woken: UnboundedReceiver<ObjectRef<Deployment>>) {
    Controller::for_stream(stream::pending(), context.stores.deployments.store())
        .reconcile_on(woken)
        .graceful_shutdown_on(stopped(context.stop.clone()))
        .run(
            |cached, context| guarded(reconcile(cached, context)),
            |object, error, context| on_error(Kind::Deployment, object.meta(), error, &context),
            context,
        )
        .for_each(|_| async {})
        .await;
}

async fn reconcile(cached: Arc<Deployment>, context: Arc<Context>) -> Result<Action, ReconcileError> {
    let Some(permit) = wait_turn(&context, cached).await else {
        return Ok(Action::await_change());
    };
    let (reference, permit) = permit;
    // Many may wait, and few are at work: what is needed to work is not held by those who wait.
    Box::pin(work(&context, &reference, permit)).await
}

async fn work(context: &Context, reference: &ObjectRef<Deployment>, permit: Permit) -> Result<Action, ReconcileError> {
    // As it is now: it may have changed while it was waited. The copy is never older than our own last write.
    let Some(deployment) = context.stores.deployments.get(reference) else {
        return Ok(Action::await_change());
    };
    let nothing = DeploymentStatus::default();
    let recorded = deployment.status.as_ref().unwrap_or(&nothing);
    let uid = deployment.uid().unwrap_or_default();
    let mut previous = context.unwritten.recall(&uid, &deployment);
    if previous.settings.is_none()
        && let Ok(released) = released(&context.stores, &deployment)
    {
        previous = with_revision(previous, &released);
    }
    let record = Record { context, deployment: &deployment, recorded, previous: &previous };
    let requeue = Box::pin(by_stage(&record, permit)).await?;
    context.metrics.reconciled(Kind::Deployment, false);
    Ok(context.failures.action(&uid, requeue, now()))
}

/// What there is to do follows from where the Deployment stands: ended, deleted before it began, not begun, in progress.
async fn by_stage(record: &Record<'_>, permit: Permit) -> Result<Requeue, ReconcileError> {
    let Record { context, deployment, previous, .. } = *record;
    let deployments = &context.stores.deployments;
    let is_deleted = deployment.metadata.deletion_timestamp.is_some();
    match &previous.settings {
        _ if previous.completed_at.is_some() => {
            context.dependents.set(&dependent(deployment), &[]);
            context.hooks.forget(&deployment.uid().unwrap_or_default());
            // A later edit of the spec changes nothing, and is seen: who waits for it must not wait for ever.
            record.status(&ended(previous, deployment.metadata.generation)).await?;
            if context.stores.siblings(deployment, previous).iter().any(Sibling::is_undecided) {
                // What became of this one is still asked for.
                return Ok(Requeue::After(context.resync));
            }
            deployments.remove_finalizer(deployment).await?;
            Ok(Requeue::OnChange)
        }
        None if is_deleted => {
            deployments.remove_finalizer(deployment).await?;
            Ok(Requeue::OnChange)
        }
        None => Box::pin(begin(record, permit.to_observe)).await,
        Some(settings) => {
            let binding = Dependency::Binding(settings.aws.binding.clone());
            let namespace = Dependency::Namespace(deployment.namespace().unwrap_or_default());
            context.dependents.set(&dependent(deployment), &[binding, namespace]);
            // A step holds several copies of a status, and this one would be held beside all others.
            record.conclude(Box::pin(progress(record, permit.to_observe)).await).await
        }
    }
}

/// One reconcile of a Deployment that has begun.
async fn progress(record: &Record<'_>, permit: Option<sluice_aws::Permit>) -> Result<Requeue, Halt> {
    let Record { context, deployment, previous, .. } = *record;
    let newer = context.stores.newer(deployment);
    // Before AWS is asked: what they write meanwhile wakes this one.
    let siblings = context.stores.siblings(deployment, previous);
    let release = record.release(previous)?.followed_by(newer.as_ref().map(|(_, by)| by.as_str())).beside(&siblings);
    let settings = release.settings;
    let aws = match region_clients(&context.stores, &context.regions, release.identity.namespace, settings).await {
        Ok(aws) => aws,
        Err(AccessError::Denied(refusal)) => {
            let told = without_access(&release, &refusal, deployment.metadata.generation, now());
            // Nobody is asked in the name of who is not admitted, and nobody after it is recorded that the release turned round.
            context.hooks.ask_no_more(release.identity.uid).await;
            give_up_hooks(context, &release, &told.0);
            return Ok(record.without_access(told).await?);
        }
        Err(AccessError::Aws(error)) => return Err(error.into()),
    };
    let hooks = (&context.hooks, release.identity.namespace);
    let observed = observe(&aws, hooks, settings, ReadScope::Progress(release), now());
    let observed = context.metrics.timed(PipelineStep::Observe, observed).await;
    context.outages.note(&settings.aws.region, &observed);
    let observed = observed?;
    // Counted as it was made: what was reserved for it is there for others.
    drop(permit);
    let input = Input { release, observed: &observed };
    let plan = plan(&input);
    // Before it is recorded that nobody waits for it any more: from then on none is asked again (S17 HookOnce).
    give_up_hooks(context, &release, &plan.progress);
    let (recorded, waited_for) = (hooks_in_progress(previous), hooks_in_progress(&plan.progress));
    context.hooks.keep_only(release.identity.uid, &waited_for, &recorded).await;
    let outcome = carry_out(record, &aws, settings, &plan).await;
    let next = next(&input, &plan, &outcome, deployment.metadata.generation);
    Ok(record.plan(&plan, &outcome, next).await?)
}

/// Takes away the Jobs of hooks that nobody waits for in what is recorded next, where this process does not run them.
fn give_up_hooks(context: &Context, release: &Release<'_>, next: &DeploymentStatus) {
    let (recorded, waited_for) = (hooks_in_progress(release.progress), hooks_in_progress(next));
    let given_up = recorded.difference(&waited_for).copied();
    let identity = (release.identity.namespace, release.identity.name);
    take_away_of_earlier(&context.hooks, release.settings, identity, given_up);
}

/// The plan's one mutation, if it names one.
async fn carry_out(record: &Record<'_>, aws: &RegionClients, settings: &DeploymentGroupSpec, plan: &Plan) -> Outcome {
    let Some(action) = &plan.action else { return Outcome::Nothing };
    let (namespace, name) = (record.deployment.namespace().unwrap_or_default(), record.deployment.name_any());
    // Where hooks go is asked of it as it is now.
    let binding = record.context.stores.binding(&settings.aws.binding);
    let hooks = (&record.context.hooks, binding.as_ref().map(|binding| &binding.spec));
    let acted = act(aws, hooks, &namespace, settings, Priority::of_action(action, &plan.progress), action);
    let result = record.context.metrics.timed(PipelineStep::Act, acted).await;
    let (revision, action) = (record.deployment.revision_name(), action.describe());
    match result {
        Ok(()) => {
            tracing::info!(namespace, name, revision, action, outcome = "done", "acted");
            Outcome::Done { at: now() }
        }
        Err(error) => {
            let told = call_error(&error);
            // Told once, however often it is tried again.
            if record.previous.message.contains(&told.message) {
                tracing::debug!(namespace, name, revision, action, outcome = %error, "failed to act");
            } else {
                tracing::warn!(namespace, name, revision, action, outcome = %error, reason = %told.reason, "failed to act");
            }
            Outcome::Failed { error: told, at: now() }
        }
    }
}
