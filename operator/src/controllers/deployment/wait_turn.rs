//! Where a Deployment's reconcile waits until it may observe AWS (S14 Budget).

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use kube::ResourceExt;
use kube::runtime::reflector::ObjectRef;
use sluice_api::{Deployment, DeploymentStatus};
use sluice_aws::Cost;
use sluice_plan::Priority;

use super::pending::{PendingState, pending_state};
use crate::clock::now;
use crate::context::{Context, Permit, PermitRequest};
use crate::pipeline::access::authorize;

/// Waits until the Deployment may be observed; none when the program ends. How urgent it is follows from the copy at
/// hand. A stop, or a return, that is asked for while it waits makes it urgent at once, and so does the end of a hold.
pub async fn wait_turn(context: &Context, cached: Arc<Deployment>) -> Option<(ObjectRef<Deployment>, Permit)> {
    let reference = ObjectRef::from_obj(&*cached);
    let namespace = cached.namespace().unwrap_or_default();
    let listening = context.urgency.listen(&cached.uid().unwrap_or_default());
    let mut known = cached;
    loop {
        let request = permit_request(context, &known);
        let priority = request.as_ref().map_or(Priority::Rollback, |request| request.priority);
        let mut acquired = pin!(context.acquire(&namespace, request));
        // Its place in the queue is kept until it is to have a better one.
        known = loop {
            let due = due(&known);
            let changed = async {
                tokio::select! {
                    () = listening.changed() => {}
                    () = sleep_until(due) => {}
                }
            };
            tokio::select! {
                permit = &mut acquired => return permit.map(|permit| (reference, permit)),
                () = changed => {}
            }
            let latest = context.stores.deployments.get(&reference).unwrap_or_else(|| known.clone());
            if priority_of(context, &latest) < priority {
                break latest;
            }
            known = latest;
        };
    }
}

/// When it becomes urgent by itself, if that is to come.
fn due(deployment: &Deployment) -> Option<Timestamp> {
    deployment.status.as_ref().and_then(|status| status.next_transition_at).filter(|due| *due > now())
}

async fn sleep_until(due: Option<Timestamp>) {
    match due {
        Some(due) => {
            tokio::time::sleep(Duration::try_from(due.duration_since(now())).unwrap_or_default()).await;
        }
        None => std::future::pending().await,
    }
}

fn priority_of(context: &Context, deployment: &Deployment) -> Priority {
    let nothing = DeploymentStatus::default();
    let asked = context.stores.controls(deployment);
    let status = deployment.status.as_ref().unwrap_or(&nothing);
    let priority = Priority::of_observation(status, asked, now());
    // Whoever approves, or asks for anything else, is not kept waiting.
    let is_asked_anew = status.settings.is_some() && status.observed_generation != deployment.metadata.generation;
    if is_asked_anew { priority.min(Priority::Due) } else { priority }
}

/// None where the reconcile observes nothing: at the end, where it is held before it began, and where it is not admitted
/// or not its turn.
fn permit_request(context: &Context, deployment: &Deployment) -> Option<PermitRequest> {
    let priority = priority_of(context, deployment);
    let progress = deployment.status.as_ref();
    if progress.is_some_and(|progress| progress.completed_at.is_some()) {
        return None;
    }
    if let Some(settings) = progress.and_then(|progress| progress.settings.as_ref()) {
        authorize(&context.stores, &deployment.namespace().unwrap_or_default(), settings).ok()?;
        let target_groups = if priority == Priority::Rollback { 2 } else { 1 };
        let watches = settings.alarms.is_some() && priority != Priority::Rollback;
        let cost = Cost::to_observe(target_groups).with_alarms(watches);
        return Some(PermitRequest { region: settings.aws.region.clone(), priority, cost });
    }
    let asked = context.stores.controls(deployment);
    if asked.paused || asked.stop || asked.deleted {
        return None;
    }
    match pending_state(context, deployment) {
        PendingState::First(group) | PendingState::Next { group, is_ready: false, .. } => {
            let cost = Cost::to_begin(1).with_alarms(group.spec.alarms.is_some());
            Some(PermitRequest { region: group.spec.aws.region.clone(), priority, cost })
        }
        _ => None,
    }
}
