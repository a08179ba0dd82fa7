//! What the last release left: what it has set and read back itself. Without one that came to an end there is nothing that
//! could be put back.

use jiff::{SignedDuration, Timestamp};
use sluice_api::{
    Deployment, DeploymentGroupSpec, DeploymentRecord, DeploymentStatus, ProductionRoute, RollbackTrigger, State,
    TaskSetStatus,
};

use crate::names::short;

/// What the last release left.
pub(super) struct Baseline<'a> {
    /// Name of the Deployment.
    pub deployment: &'a str,
    /// What it left serving, as family:revision.
    pub revision: &'a str,
    /// Id of the task set that has all the traffic.
    pub task_set: &'a str,
    /// ARN of its target group.
    pub target_group: &'a str,
    /// Its size in percent, where the release set it.
    pub scale: Option<i32>,
    /// Whether the release made it the PRIMARY.
    pub promoted: bool,
    /// How long clients stuck to it.
    pub stickiness: Option<SignedDuration>,
    /// Whether that is of one route, rather than the longest of several.
    pub stickiness_is_of_one_route: bool,
    /// The routes that it set, as far as the group still names them.
    pub routes: Vec<&'a str>,
    /// Whether someone ended it.
    pub was_stopped: bool,
    /// When it ended.
    pub completed_at: Timestamp,
}

/// What the last release left; none where that is not known: there was none, it ended without its traffic in one place, its
/// Deployment is gone, or the group names another pair since.
pub(super) fn baseline<'a>(
    settings: &'a DeploymentGroupSpec,
    deployments: &'a [Deployment],
    history: &[DeploymentRecord],
) -> Option<Baseline<'a>> {
    let ended = |one: &'a Deployment| {
        let status = one.status.as_ref().filter(|status| status.started_at.is_some())?;
        Some((status.completed_at?, one, status))
    };
    let (completed_at, deployment, status) = deployments
        .iter()
        .filter_map(ended)
        .max_by_key(|(completed_at, one, _)| (*completed_at, &one.metadata.name))?;
    if history.iter().any(|record| record.completed_at > completed_at && may_have_begun(record, deployments)) {
        return None;
    }
    let pinned = status.settings.as_ref()?;
    let (side, scale) = left(status)?;
    let pair = &settings.load_balancer.target_groups;
    let is_same_pair = pinned.load_balancer.target_groups.iter().all(|group| pair.contains(group));
    let is_known = !side.task_set.is_empty() && pair.contains(&side.target_group);
    let still_named = |route: &&ProductionRoute| {
        settings.load_balancer.production_routes.iter().any(|named| named.arn() == route.arn())
    };
    (is_same_pair && is_known).then(|| Baseline {
        deployment: deployment.metadata.name.as_deref().unwrap_or_default(),
        revision: short(&side.task_definition),
        task_set: &side.task_set,
        target_group: &side.target_group,
        scale,
        promoted: status.state == State::Succeeded,
        stickiness: side.stickiness.map(sluice_api::Duration::as_signed),
        stickiness_is_of_one_route: pinned.load_balancer.production_routes.len() == 1,
        routes: pinned.load_balancer.production_routes.iter().filter(still_named).map(ProductionRoute::arn).collect(),
        was_stopped: status.rollback.as_ref().is_some_and(|it| it.trigger == RollbackTrigger::StopOnRequest),
        completed_at,
    })
}

/// Where all traffic was left, and the size that the release gave it.
fn left(status: &DeploymentStatus) -> Option<(&TaskSetStatus, Option<i32>)> {
    match status.state {
        State::Succeeded => Some((status.replacement.as_ref()?, status.steps.last().map(|step| step.scale))),
        State::Failed | State::Stopped => {
            status.rollback.as_ref()?.traffic_restored_at?;
            // What something else deploys is not looked after here.
            Some((status.original.as_ref().filter(|original| !original.is_adopted())?, None))
        }
        State::Created | State::Queued | State::InProgress | State::Ready | State::Baking => None,
    }
}

/// Whether the Deployment of this record may have changed something. One that is gone may.
fn may_have_begun(record: &DeploymentRecord, deployments: &[Deployment]) -> bool {
    let known = deployments.iter().find(|one| one.metadata.name.as_deref() == Some(&record.deployment));
    known.and_then(|one| one.status.as_ref()).is_none_or(|status| status.started_at.is_some())
}
