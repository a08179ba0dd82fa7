//! The groups that a promotion names.

use sluice_api::DeploymentGroup;

use super::known::{Known, Together};
use crate::lint::finding::Finding;
use crate::lint::path::Path;

pub(super) fn of_another(together: &Together<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (known, application) in &together.applications {
        let Some(promotion) = &application.spec.promotion else { continue };
        let promotion_path = Path::of(&["spec", "promotion"]);
        let listed = promotion.groups.iter().enumerate();
        let listed = listed.map(|(index, name)| (promotion_path.field("groups").index(index), name));
        let staged = promotion.stages.iter().enumerate().flat_map(|(stage, one)| {
            let stage = promotion_path.field("stages").index(stage).field("groups");
            one.groups.iter().enumerate().map(move |(index, name)| (stage.index(index), name))
        });
        for (path, name) in listed.chain(staged) {
            let is_it = |other: &&(&Known, DeploymentGroup)| other.0.name() == name && known.is_beside(other.0);
            let own = known.name();
            match together.groups.iter().find(is_it) {
                Some((_, group)) if group.spec.application_ref != own => {
                    let other = &group.spec.application_ref;
                    let message = format!("group {name} is of Application {other}: name groups of {own} alone");
                    findings.push(known.error(&path, message));
                }
                Some(_) => {}
                None => {
                    let message =
                        format!("DeploymentGroup {name} is not among these files: it has to be in the cluster");
                    findings.push(known.note_at(&path, message));
                }
            }
        }
    }
    findings
}
