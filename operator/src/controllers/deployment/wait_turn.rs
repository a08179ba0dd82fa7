//! Where a Deployment's reconcile waits until it may observe AWS (S14 Budget).

use std::sync::Arc;
use std::time::Duration;

use kube::ResourceExt;
use kube::runtime::reflector::{ObjectRef, Store};
use sluice_api::Deployment;
use sluice_aws::Cost;
use sluice_plan::{Controls, Priority};

use crate::clock::now;
use crate::context::{Context, Permit, PermitRequest};

/// How often one that waits looks whether it has become urgent.
const AGAIN: Duration = Duration::from_millis(250);

/// Waits until the Deployment may be observed; none when the program ends. How urgent it is follows from the copy at
/// hand, which may be some versions old; what is done then never does. A stop that is asked for while it waits makes it
/// urgent at once, and so does the end of a hold.
pub async fn wait_turn<'a>(
    context: &'a Context,
    store: &Store<Deployment>,
    cached: &Arc<Deployment>,
) -> Option<Permit<'a>> {
    let mut known = cached.clone();
    loop {
        let request = permit_request(context, &known);
        let priority = request.as_ref().map_or(Priority::Rollback, |request| request.priority);
        tokio::select! {
            permit = context.acquire(request) => return permit,
            newer = more_urgent(store, &known, priority) => known = newer,
        }
    }
}

/// The newer copy that has a higher priority than this one, once there is one.
async fn more_urgent(store: &Store<Deployment>, known: &Deployment, priority: Priority) -> Arc<Deployment> {
    let reference = ObjectRef::from_obj(known);
    loop {
        tokio::time::sleep(AGAIN).await;
        if let Some(newer) = store.get(&reference)
            && priority_of(&newer) < priority
        {
            return newer;
        }
    }
}

fn priority_of(deployment: &Deployment) -> Priority {
    Priority::of_observation(&deployment.status.clone().unwrap_or_default(), Controls::of(deployment), now())
}

/// None where the reconcile observes nothing: at the end, and where it is held before it began.
fn permit_request(context: &Context, deployment: &Deployment) -> Option<PermitRequest> {
    let progress = deployment.status.clone().unwrap_or_default();
    let priority = priority_of(deployment);
    if progress.completed_at.is_some() {
        return None;
    }
    if let Some(settings) = progress.settings {
        let target_groups = if priority == Priority::Rollback { 2 } else { 1 };
        return Some(PermitRequest { region: settings.aws.region, priority, cost: Cost::to_observe(target_groups) });
    }
    let asked = Controls::of(deployment);
    if asked.paused || asked.stop || asked.deleted {
        return None;
    }
    let namespace = deployment.namespace().unwrap_or_default();
    let group = context.stores.group(&namespace, &deployment.spec.group_ref)?;
    Some(PermitRequest { region: group.spec.aws.region.clone(), priority, cost: Cost::to_begin(1) })
}
