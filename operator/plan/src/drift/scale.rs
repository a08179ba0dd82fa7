//! The size of the task set that serves: it is raised again, and never lowered.

use sluice_api::{DriftKind, Share};

use super::kind::{Kind, Scene};
use crate::action::Action;
use crate::names::short;

pub(super) const KIND: Kind = Kind { of: DriftKind::Scale, find, repair };

fn find(scene: &Scene<'_>) -> Option<String> {
    let (set, left) = (scene.task_set()?, scene.baseline.scale?);
    (set.scale < f64::from(left)).then(|| {
        format!(
            "{} ({}) has a scale of {} %, and {} left it at {left} %",
            short(&set.id),
            scene.baseline.revision,
            set.scale,
            scene.baseline.deployment
        )
    })
}

fn repair(scene: &Scene<'_>) -> Result<Action, String> {
    let (set, left) = scene.task_set().zip(scene.baseline.scale).ok_or_else(|| "the task set is gone".to_owned())?;
    // Before it gets traffic back that nobody answers, it is as large as that needs.
    if !scene.observed.serves(scene.baseline.target_group) && !scene.nobody_else_answers() {
        return Err("it has no traffic any more".to_owned());
    }
    Ok(Action::ScaleTaskSet { task_set: set.id.clone(), size: Share::from_percent(u8::try_from(left).unwrap_or(100)) })
}
