//! The weights of the pair on a named route.
//!
//! They are put back only from where nobody answers to where all do. Whoever moved traffic by hand to what serves it well, as
//! in an emergency, keeps it there.

use sluice_api::DriftKind;

use super::kind::{Kind, Scene};
use crate::action::{Action, WeightChange};
use crate::health::displayed_healthy;
use crate::names::{short, target_group_name};
use crate::observation::{Route, RouteState};

pub(super) const KIND: Kind = Kind { of: DriftKind::Weights, find, repair };

fn find(scene: &Scene<'_>) -> Option<String> {
    let route = drifted(scene)?;
    let weight =
        |group: &str| format!("{} has weight {}", target_group_name(group), route.weight_of(group).unwrap_or(0));
    let pair: Vec<String> = scene.settings.load_balancer.target_groups.iter().map(|group| weight(group)).collect();
    Some(format!(
        "on {} {}, and {} left all of it at {} ({})",
        short(&route.arn),
        pair.join(" and "),
        scene.baseline.deployment,
        target_group_name(scene.baseline.target_group),
        scene.baseline.revision
    ))
}

fn repair(scene: &Scene<'_>) -> Result<Action, String> {
    let route = drifted(scene).ok_or_else(|| "it is as it was left".to_owned())?;
    let (own, revision) = (scene.baseline.target_group, scene.baseline.revision);
    if let Some(third) = scene.third_group(route) {
        return Err(format!("{} has a share of it, and it is not known whose that is", target_group_name(third)));
    }
    let other = scene.other_group().ok_or_else(|| "the group names no pair".to_owned())?;
    let has_weight = route.weight_of(other).unwrap_or(0) > 0;
    if has_weight && displayed_healthy(scene.observed, other) > 0 {
        return Err(format!("{} serves what it is given, and keeps it", target_group_name(other)));
    }
    if has_weight && !scene.nobody_else_answers() {
        return Err(format!("the targets of {} were not looked at", target_group_name(other)));
    }
    let set = scene.task_set().ok_or_else(|| format!("the task set of {revision} is gone"))?;
    let is_smaller = scene.baseline.scale.is_some_and(|left| set.scale < f64::from(left));
    let is_complete = !is_smaller && set.computed_desired > 0 && set.running >= set.computed_desired;
    if !is_complete || scene.observed.healthy(own).is_none_or(|healthy| healthy < set.computed_desired) {
        return Err(format!("{revision} on {} is not complete and healthy", target_group_name(own)));
    }
    let weight = |group: &String| (group.clone(), i32::from(group == own));
    Ok(Action::SetWeights(WeightChange {
        route: route.arn.clone(),
        kind: route.kind,
        weights: scene.settings.load_balancer.target_groups.iter().map(weight).collect(),
        adds: false,
    }))
}

/// The first route that forwards to the pair, and not all to what was left.
fn drifted<'a>(scene: &Scene<'a>) -> Option<&'a Route> {
    let pair = &scene.settings.load_balancer.target_groups;
    let names_both = |route: &&Route| {
        matches!(route.state, RouteState::Forward(_)) && pair.iter().all(|group| route.weight_of(group).is_some())
    };
    scene.routes().filter(names_both).find(|route| !scene.is_whole(route))
}
