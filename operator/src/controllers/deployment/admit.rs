//! The way of a Deployment's reconcile to its turn (S14 Budget).

use std::sync::Arc;
use std::time::Duration;

use kube::ResourceExt;
use kube::runtime::reflector::{ObjectRef, Store};
use sluice_api::Deployment;
use sluice_aws::Cost;
use sluice_plan::Lane;

use super::controls;
use crate::context::{Admitted, Context, now};

/// How often one that waits looks whether it has become urgent.
const AGAIN: Duration = Duration::from_millis(250);

/// A look that a Deployment's reconcile takes: in which region, how urgent, and what it costs.
struct Look {
    region: String,
    lane: Lane,
    cost: Cost,
}

/// Waits until the Deployment may be looked at; none when the program ends. How urgent it is follows from the copy at
/// hand, which may be some versions old; what is done then never does. A stop that is asked for while it waits makes it
/// urgent at once, and so does the end of a hold.
pub async fn admit<'a>(
    context: &'a Context,
    store: &Store<Deployment>,
    cached: &Arc<Deployment>,
) -> Option<Admitted<'a>> {
    let mut known = cached.clone();
    loop {
        let look = look(context, &known);
        let lane = look.as_ref().map_or(Lane::Rollback, |look| look.lane);
        let asked = look.as_ref().map(|look| (look.region.as_str(), look.lane, look.cost.clone()));
        tokio::select! {
            admitted = context.admit(asked) => return admitted,
            newer = more_urgent(store, &known, lane) => known = newer,
        }
    }
}

/// The newer copy that goes in a lane before this one, once there is one.
async fn more_urgent(store: &Store<Deployment>, known: &Deployment, lane: Lane) -> Arc<Deployment> {
    let reference = ObjectRef::from_obj(known);
    loop {
        tokio::time::sleep(AGAIN).await;
        if let Some(newer) = store.get(&reference)
            && lane_of(&newer) < lane
        {
            return newer;
        }
    }
}

fn lane_of(deployment: &Deployment) -> Lane {
    Lane::of_look(&deployment.status.clone().unwrap_or_default(), controls(deployment), now())
}

/// None where the reconcile needs no look: at the end, and where it is held before it began.
fn look(context: &Context, deployment: &Deployment) -> Option<Look> {
    let memory = deployment.status.clone().unwrap_or_default();
    let lane = lane_of(deployment);
    if memory.completed_at.is_some() {
        return None;
    }
    if let Some(settings) = memory.settings {
        let target_groups = if lane == Lane::Rollback { 2 } else { 1 };
        return Some(Look { region: settings.aws.region, lane, cost: Cost::to_observe(target_groups) });
    }
    let asked = controls(deployment);
    if asked.paused || asked.stop || asked.deleted {
        return None;
    }
    let namespace = deployment.namespace().unwrap_or_default();
    let group = context.stores.group(&namespace, &deployment.spec.group_ref)?;
    Some(Look { region: group.spec.aws.region.clone(), lane, cost: Cost::to_begin(1) })
}
