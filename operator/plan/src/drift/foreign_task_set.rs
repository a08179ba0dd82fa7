//! Task sets beside the one that the last release left. None is ever ended for that.

use sluice_api::DriftKind;

use super::kind::{Kind, Scene};
use crate::action::Action;
use crate::names::short;

pub(super) const KIND: Kind = Kind { of: DriftKind::ForeignTaskSet, find, repair };

fn find(scene: &Scene<'_>) -> Option<String> {
    let service = scene.observed.service.as_ref()?;
    let others: Vec<String> = service
        .task_sets
        .iter()
        .filter(|set| set.is_live() && set.id != scene.baseline.task_set)
        .map(|set| format!("{} ({})", short(&set.id), short(&set.task_definition)))
        .collect();
    let is = if others.len() == 1 { "is" } else { "are" };
    (!others.is_empty()).then(|| {
        format!(
            "{} {is} there too, and {} left {} ({}) alone: look whether it serves someone",
            others.join(" and "),
            scene.baseline.deployment,
            short(scene.baseline.task_set),
            scene.baseline.revision
        )
    })
}

fn repair(_: &Scene<'_>) -> Result<Action, String> {
    Err("what others made is theirs to end".to_owned())
}
