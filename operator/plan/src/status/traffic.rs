//! What was seen of the two sides and of the traffic, asked and answered.

use sluice_api::{DeploymentStatus, Reason, Share, Summary, TaskSetStatus};

use crate::fraction::Fraction;
use crate::health::displayed_healthy;
use crate::platform::side::Side;
use crate::progress::position::{Position, desired_share, position};
use crate::progress::steps::step_number;
use crate::shares::{route_weights, weights_of};
use crate::view::View;

/// Whether traffic is as asked. While an increment is being made, it may be anywhere between the last and the next.
pub(super) fn traffic_condition(status: &DeploymentStatus, view: &View<'_>) -> (bool, Reason, String) {
    let traffic = status.traffic.clone().unwrap_or_default();
    if let Some(outsider) = view.outsider() {
        return (false, outsider.reason, outsider.what.clone());
    }
    let message = format!("weight {} asked, {} answered", traffic.desired, traffic.observed);
    if view.traffic_is_at(traffic.desired) {
        return (true, Reason::InSync, message);
    }
    match position(status) {
        Position::Rollback => (false, Reason::RollingBack, message),
        Position::AllowTraffic(index) if status.steps.get(index).is_some_and(|step| step.verified_at.is_none()) => {
            let last =
                index.checked_sub(1).and_then(|index| status.steps.get(index)).map_or(Share::NONE, |step| step.weight);
            let between = Fraction::from(last)..=Fraction::from(traffic.desired);
            let moving =
                view.unread_route().is_none() && view.known_routes().all(|route| between.contains(&route.share()));
            let message = format!("weight {last} held, {} comes next", traffic.desired);
            if moving { (true, Reason::InSync, message) } else { (false, Reason::Drifted, message) }
        }
        _ => (false, Reason::Drifted, message),
    }
}

/// What the observation says about the two task sets and the traffic.
pub(super) fn observe(status: &mut DeploymentStatus, view: &View<'_>) {
    let refresh = |shown: &mut TaskSetStatus, side: Option<&Side<'_>>, healthy: i32| {
        if let Some(side) = side {
            side.id.clone_into(&mut shown.task_set);
        }
        shown.desired = side.map_or(0, |side| side.wanted);
        shown.running = side.map_or(0, |side| side.running);
        shown.healthy_targets = if side.is_some() { healthy } else { 0 };
    };
    let healthy = |side: Option<&Side<'_>>, group: &str| match side {
        Some(side) if view.is_by_size() => side.running,
        _ => displayed_healthy(view.observed(), group),
    };
    if let Some(original) = &mut status.original {
        refresh(original, view.original(), healthy(view.original(), view.input.release.original_group));
    }
    if let Some(replacement) = &mut status.replacement {
        refresh(replacement, view.replacement(), healthy(view.replacement(), view.input.release.replacement_group));
    }
    let desired = desired_share(status);
    let traffic = status.traffic.get_or_insert_default();
    // What is not seen is not 0: while no route is read, the last answer stays.
    let observed = view.observed_share().unwrap_or(traffic.observed);
    traffic.observed = observed;
    traffic.desired = desired;
    traffic.routes = route_weights(view.observed(), &view.input.release.settings.load_balancer.target_groups);
    let pair = &view.input.release.settings.load_balancer.target_groups;
    traffic.test_route = view.observed().test_route.as_ref().map(|route| weights_of(route, pair));
    let step = match position(status) {
        Position::Install => 0,
        Position::Event(_) if position(status).is_before_all_traffic() => 0,
        Position::AllowTraffic(_) => step_number(status),
        Position::Event(_) | Position::Bake | Position::TerminateOriginal => status.steps.len(),
        Position::Rollback | Position::Ended => status.steps.iter().filter(|step| step.verified_at.is_some()).count(),
    };
    let summary = status.summary.get_or_insert_with(Summary::default);
    summary.step = format!("{step}/{}", status.steps.len());
    summary.weight = format!("{observed}%");
}
