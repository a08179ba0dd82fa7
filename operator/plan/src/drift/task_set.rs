//! The task set that the last release left is gone.

use sluice_api::DriftKind;

use super::kind::{Kind, Scene};
use crate::action::Action;
use crate::names::short;

pub(super) const KIND: Kind = Kind { of: DriftKind::TaskSet, find, repair };

fn find(scene: &Scene<'_>) -> Option<String> {
    let is_looked_at = scene.observed.service.as_ref().is_some_and(|service| service.active);
    (is_looked_at && scene.task_set().is_none()).then(|| {
        format!(
            "{} ({}), which {} left, is gone: create a Deployment of {} to bring it back",
            short(scene.baseline.task_set),
            scene.baseline.revision,
            scene.baseline.deployment,
            scene.baseline.revision
        )
    })
}

fn repair(_: &Scene<'_>) -> Result<Action, String> {
    Err("only a Deployment makes a task set".to_owned())
}
