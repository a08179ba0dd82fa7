//! The second lock on what is put back, by the invariants of a release (docs/invariants.md). The kinds are written so that it
//! never holds anything back.

use sluice_api::Share;

use super::kind::Scene;
use crate::action::{Action, WeightChange};
use crate::observation::Route;

/// Whether an action keeps every invariant that speaks of it.
pub(super) fn allows(scene: &Scene<'_>, action: &Action) -> bool {
    match action {
        Action::SetWeights(change) => {
            is_in_settings(scene, change) && gives_a_share(change) && reaches_healthy_targets(scene, change)
        }
        Action::ScaleTaskSet { task_set, size } => is_ours(scene, task_set) && grows(scene, *size),
        Action::PromoteTaskSet { task_set } => is_ours(scene, task_set) && has_all_traffic(scene),
        // S3, S5, S11, S17: nothing is made, ended or asked.
        Action::CreateTaskSet(_) | Action::DeleteTaskSet { .. } | Action::StartHook(_) => false,
    }
}

/// S10: a route that the release set and the group names, and the pair.
fn is_in_settings(scene: &Scene<'_>, change: &WeightChange) -> bool {
    let balancer = &scene.settings.load_balancer;
    let is_named = balancer.production_routes.iter().any(|named| named.arn() == change.route);
    is_named
        && scene.baseline.routes.contains(&change.route.as_str())
        && !change.adds
        && change.weights.iter().all(|(group, _)| balancer.target_groups.contains(group))
}

/// S1.
fn gives_a_share(change: &WeightChange) -> bool {
    change.weights.iter().all(|(_, weight)| (0..=999).contains(weight))
        && change.weights.iter().any(|(_, weight)| *weight > 0)
}

/// S2: whoever has a weight afterwards was seen to be healthy, and whoever loses one was seen to have nobody.
fn reaches_healthy_targets(scene: &Scene<'_>, change: &WeightChange) -> bool {
    let before = scene.observed.routes.iter().find(|route| route.arn == change.route);
    let had = |group: &str| before.and_then(|route| route.weight_of(group)).unwrap_or(0) > 0;
    change.weights.iter().all(|(group, weight)| match scene.observed.healthy(group) {
        Some(healthy) if *weight > 0 => healthy > 0,
        Some(healthy) => healthy == 0 || !had(group),
        None => *weight == 0 && !had(group),
    })
}

/// S11: the task set that the release left.
fn is_ours(scene: &Scene<'_>, task_set: &str) -> bool {
    scene.task_set().is_some_and(|set| set.id == task_set)
}

/// S3: no size ever falls.
fn grows(scene: &Scene<'_>, size: Share) -> bool {
    scene.task_set().is_some_and(|set| set.scale < size.percent())
}

/// S4: promoted only at 100 percent on every route.
fn has_all_traffic(scene: &Scene<'_>) -> bool {
    let routes = &scene.observed.routes;
    let whole = |route: &Route| {
        let own = |weight: i32, group: &str| weight == 0 || group == scene.baseline.target_group;
        !route.weights().is_empty() && route.weights().iter().all(|one| own(one.weight, &one.target_group))
    };
    !routes.is_empty() && routes.iter().all(whole)
}
