//! A target group outside the pair that has a share of a named route. It is not ours to take away.

use sluice_api::DriftKind;

use super::kind::{Kind, Scene};
use crate::action::Action;
use crate::names::{short, target_group_name};

pub(super) const KIND: Kind = Kind { of: DriftKind::ThirdTargetGroup, find, repair };

fn find(scene: &Scene<'_>) -> Option<String> {
    let (route, third) = scene.routes().find_map(|route| Some((route, scene.third_group(route)?)))?;
    Some(format!(
        "{} also forwards {} % to {}, and {} left all of it at {} ({})",
        short(&route.arn),
        route.share_of(third).rounded(),
        target_group_name(third),
        scene.baseline.deployment,
        target_group_name(scene.baseline.target_group),
        scene.baseline.revision
    ))
}

fn repair(_: &Scene<'_>) -> Result<Action, String> {
    Err("it is not known whose traffic that is".to_owned())
}
