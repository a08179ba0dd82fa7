//! Which task set ECS takes for the running one. It moves no request.

use sluice_api::DriftKind;

use super::kind::{Kind, Scene};
use crate::action::Action;
use crate::health::displayed_healthy;
use crate::names::{short, target_group_name};
use crate::observation::Service;
use crate::serving::is_primary;

pub(super) const KIND: Kind = Kind { of: DriftKind::Primary, find, repair };

fn find(scene: &Scene<'_>) -> Option<String> {
    let set = scene.task_set().filter(|set| scene.baseline.promoted && !is_primary(set))?;
    let now = scene.observed.service.as_ref().and_then(Service::primary).map_or_else(
        || "no task set is PRIMARY".to_owned(),
        |other| format!("{} ({}) is PRIMARY", short(&other.id), short(&other.task_definition)),
    );
    Some(format!("{now}, and {} left {} ({}) so", scene.baseline.deployment, short(&set.id), scene.baseline.revision))
}

fn repair(scene: &Scene<'_>) -> Result<Action, String> {
    let (own, revision) = (scene.baseline.target_group, scene.baseline.revision);
    let set = scene.task_set().ok_or_else(|| format!("the task set of {revision} is gone"))?;
    // Every route of the group, also one that it names since the last release.
    let mut routes = scene.observed.routes.iter();
    if !routes.all(|route| scene.is_whole(route) && scene.third_group(route).is_none()) {
        return Err(format!("{revision} has not all of the traffic"));
    }
    if displayed_healthy(scene.observed, own) < 1 {
        return Err(format!("{revision} has no healthy target"));
    }
    let other = scene.other_group().ok_or_else(|| "the group names no pair".to_owned())?;
    let balancer = &scene.settings.load_balancer;
    if scene.observed.listed_routes.is_none() || scene.observed.unnamed_routes(balancer, other).next().is_some() {
        return Err(format!("another route may send requests to {}", target_group_name(other)));
    }
    let primary = scene.observed.service.as_ref().and_then(Service::primary);
    let is_on_the_pair = primary.is_none_or(|primary| primary.target_group.as_deref() == Some(other));
    if !is_on_the_pair {
        return Err("the one that is PRIMARY stands elsewhere, where it may serve".to_owned());
    }
    Ok(Action::PromoteTaskSet { task_set: set.id.clone() })
}
