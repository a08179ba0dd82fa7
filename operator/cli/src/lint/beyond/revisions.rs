//! What is released: an AppSpec is a language of its own.

use sluice_api::Revision;
use sluice_plan::app_spec;

use super::known::{Known, Together};
use crate::lint::finding::Finding;
use crate::lint::path::Path;

pub(super) fn unreadable(together: &Together<'_>) -> Vec<Finding> {
    let of_applications = together.applications.iter().map(|(known, one)| (*known, one.spec.revision.as_ref()));
    let of_groups = together.groups.iter().map(|(known, one)| (*known, one.spec.revision.as_ref()));
    let of_deployments = together.deployments.iter().map(|(known, one)| (*known, one.spec.revision.as_ref()));
    let all = of_applications.chain(of_groups).chain(of_deployments);
    all.filter_map(|(known, revision)| of_app_spec(known, revision?)).collect()
}

fn of_app_spec(known: &Known, revision: &Revision) -> Option<Finding> {
    let problem = app_spec::parse(revision.app_spec.as_deref()?).err()?;
    let path = Path::of(&["spec", "revision", "appSpec"]);
    let mut finding = known.error(&path, problem.to_string());
    // A text of several lines begins below its key.
    if revision.app_spec.as_deref().is_some_and(|text| text.contains('\n')) {
        finding.line += problem.line;
    }
    Some(finding)
}
