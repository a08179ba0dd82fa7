//! Sizes can follow the traffic: nothing but the weights says where requests go, and what serves has its whole size.

use sluice_api::{Capacity, DeploymentGroupSpec, Reason, Share};

use super::input::PreflightInput;
use crate::begin::schedule::Increment;
use crate::names::short;
use crate::refusal::Refusal;

const FULL: &str = "or write capacity: Full";

/// Whether no increment has a size of its own where sizes follow the weights: two answers to one question.
pub(in crate::begin) fn sizes_follow_weights(
    settings: &DeploymentGroupSpec,
    increments: &[Increment],
) -> Option<Refusal> {
    let (index, increment) = increments.iter().enumerate().find(|(_, increment)| increment.scale.is_some())?;
    let name = increment.name.clone().unwrap_or_else(|| index.to_string());
    if settings.is_by_size() && increment.scale.is_some() {
        let message = format!(
            "spec.deploymentConfig: without spec.loadBalancer the weight of each step is the size of the replacement, and step {name} has a scale of its own: leave its scale out"
        );
        return Some(Refusal::new(Reason::InvalidValue, message));
    }
    (!settings.capacity.is_full()).then(|| {
        let message = format!(
            "spec.capacity: Proportional sizes the replacement by the weight of each step, and step {name} has a scale of its own: leave its scale out, {FULL}"
        );
        Refusal::new(Reason::InvalidValue, message)
    })
}

/// A client that sticks goes where he went before, whatever the weights are, so that an original with few tasks could be
/// left with many clients.
pub(super) fn no_client_sticks(preflight: &PreflightInput<'_>, _: &str) -> Option<Refusal> {
    if preflight.settings.load_balancer.is_network() && preflight.settings.capacity == Capacity::Proportional {
        let message = format!(
            "spec.capacity: Proportional needs a route whose weights alone say where requests go, and through a Network Load Balancer connections stay with the target group that they were opened to: leave it out, {FULL}"
        );
        return Some(Refusal::new(Reason::InvalidValue, message));
    }
    let sticky = preflight.observed.routes.iter().find(|route| route.stickiness.is_some());
    let route = sticky.filter(|_| preflight.settings.capacity == Capacity::Proportional)?;
    let message = format!(
        "spec.capacity: Proportional needs a route whose weights alone say where requests go, and on {} clients stick to their target group: turn its stickiness off, {FULL}",
        short(&route.arn)
    );
    Some(Refusal::new(Reason::InvalidValue, message))
}

/// One that is smaller than the service wants has no measure by which it could shrink.
pub(super) fn original_is_whole(preflight: &PreflightInput<'_>, uid: &str) -> Option<Refusal> {
    let original = preflight.roles(uid)?.original.filter(|original| original.scale < Share::ALL.percent())?;
    (!preflight.settings.sizing().is_full()).then(|| {
        let (field, or) = if preflight.settings.is_by_size() {
            ("spec.loadBalancer: a release without one", "")
        } else {
            ("spec.capacity: Proportional", FULL)
        };
        let message = format!(
            "{field} measures by the whole desired count, and task set {}, which serves, has {}% of it: scale it to 100%{}{or}",
            short(&original.id),
            original.scale,
            if or.is_empty() { "" } else { ", " }
        );
        Refusal::new(Reason::InvalidValue, message)
    })
}
