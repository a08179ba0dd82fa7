//! From the SDK's words to those of the observed world.

use aws_sdk_elasticloadbalancingv2::types::{self, TargetHealthStateEnum};
use jiff::SignedDuration;
use sluice_api::ProductionRoute;
use sluice_plan::observation::{Route, RouteKind, RouteState, Target, TargetGroup, TargetState, Weight};

use super::actions;

/// Which call changes a route.
pub(super) fn kind(route: &ProductionRoute) -> RouteKind {
    if route.listener_rule.is_some() { RouteKind::Rule } else { RouteKind::Listener }
}

/// What is read of a route: its state, and how long clients stick.
pub(super) type Seen = (RouteState, Option<SignedDuration>);

/// A route as it was seen; one that was not seen is missing.
pub(super) fn route(route: &ProductionRoute, seen: Option<Seen>) -> Route {
    let (state, stickiness) = seen.unwrap_or((RouteState::Missing, None));
    Route { arn: route.arn().to_owned(), kind: kind(route), state, stickiness }
}

/// A rule.
pub(super) fn rule(from: &types::Rule) -> Seen {
    let actions = from.actions.as_deref().unwrap_or_default();
    let state = if from.is_default == Some(true) { RouteState::DefaultRule } else { forward(actions) };
    (state, stickiness(actions))
}

/// A listener's default rule.
pub(super) fn listener(from: &types::Listener) -> Seen {
    let actions = from.default_actions.as_deref().unwrap_or_default();
    (forward(actions), stickiness(actions))
}

/// The longest that clients can stick (ELBv2 API reference, TargetGroupStickinessConfig: DurationSeconds).
const LONGEST_STICKINESS: i32 = 604_800;

/// How long clients stick to a target group of the forward action. Where the answer names no time, they may for the longest.
fn stickiness(actions: &[types::Action]) -> Option<SignedDuration> {
    let config = actions::forward(actions)?.forward_config.as_ref()?.target_group_stickiness_config.as_ref()?;
    (config.enabled == Some(true))
        .then(|| SignedDuration::from_secs(config.duration_seconds.unwrap_or(LONGEST_STICKINESS).into()))
}

/// The weights of the forward action, if there is one.
pub(super) fn forward(from: &[types::Action]) -> RouteState {
    let Some(action) = actions::forward(from) else { return RouteState::NoForward };
    let weights = actions::tuples(action)
        .into_iter()
        .map(|tuple| Weight {
            target_group: tuple.target_group_arn.unwrap_or_default(),
            weight: tuple.weight.unwrap_or(actions::DEFAULT_WEIGHT),
        })
        .collect();
    RouteState::Forward(weights)
}

/// A target group without its targets.
pub(super) fn target_group(arn: &str, from: Option<&types::TargetGroup>) -> TargetGroup {
    TargetGroup {
        arn: arn.to_owned(),
        exists: from.is_some(),
        protocol: from.and_then(|from| from.protocol.as_ref()).map(|protocol| protocol.as_str().to_owned()),
        load_balancers: from.and_then(|from| from.load_balancer_arns.clone()).unwrap_or_default(),
        targets: None,
    }
}

/// A target and its health.
pub(super) fn target(from: types::TargetHealthDescription) -> Target {
    let health = from.target_health;
    Target {
        id: from.target.and_then(|target| target.id).unwrap_or_default(),
        state: state(health.as_ref().and_then(|health| health.state.as_ref())),
        reason: health.as_ref().and_then(|health| health.reason.as_ref()).map(|reason| reason.as_str().to_owned()),
        description: health.and_then(|health| health.description),
    }
}

/// State of a target. A state that is new to us counts as one that cannot be told: it never passes for healthy.
fn state(from: Option<&TargetHealthStateEnum>) -> TargetState {
    match from {
        Some(TargetHealthStateEnum::Initial) => TargetState::Initial,
        Some(TargetHealthStateEnum::Healthy) => TargetState::Healthy,
        Some(TargetHealthStateEnum::Unhealthy) => TargetState::Unhealthy,
        Some(TargetHealthStateEnum::Unused) => TargetState::Unused,
        Some(TargetHealthStateEnum::Draining | TargetHealthStateEnum::UnhealthyDraining) => TargetState::Draining,
        _ => TargetState::Unavailable,
    }
}
