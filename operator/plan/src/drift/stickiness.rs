//! How long clients stick to a target group. No release sets it.

use jiff::SignedDuration;
use sluice_api::DriftKind;

use super::kind::{Kind, Scene};
use crate::action::Action;
use crate::names::short;
use crate::observation::RouteState;

pub(super) const KIND: Kind = Kind { of: DriftKind::Stickiness, find, repair };

fn find(scene: &Scene<'_>) -> Option<String> {
    let left = scene.baseline.stickiness;
    let route = scene
        .routes()
        .filter(|route| matches!(route.state, RouteState::Forward(_)))
        // Of several routes the release remembers the longest.
        .find(|route| {
            route.stickiness > left || (scene.baseline.stickiness_is_of_one_route && route.stickiness != left)
        })?;
    Some(format!(
        "clients of {} stick to their target group {}, and {} when {} ended: the next release waits for that as it is then",
        short(&route.arn),
        how_long(route.stickiness),
        how_long(left),
        scene.baseline.deployment
    ))
}

fn how_long(stickiness: Option<SignedDuration>) -> String {
    stickiness
        .map_or_else(|| "not at all".to_owned(), |time| format!("for {}", sluice_api::Duration::from_signed(time)))
}

fn repair(_: &Scene<'_>) -> Result<Action, String> {
    Err("no release sets it".to_owned())
}
