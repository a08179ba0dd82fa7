//! Where a release comes from, as its pipeline reports, and whether its scan lets it begin: `spec.requireScan`.
//!
//! A pipeline may well report later than it asks for the release. So what a Deployment says of its source is taken from the
//! revision that is in force, as long as that asks for the same; one that a user made says so itself.

use sluice_api::{Deployment, DeploymentGroupSpec, Reason, Revision, Scan, Source};

use super::deployments::sequence;
use crate::refusal::Refusal;

/// Where the release comes from. `in_force` is the revision that the group asks for now.
#[must_use]
pub fn source<'a>(deployment: &'a Deployment, in_force: Option<&'a Revision>) -> Option<&'a Source> {
    let own = deployment.spec.revision.as_ref()?;
    let reported = in_force.filter(|revision| {
        sequence(deployment).is_some() && revision.short_name() == own.short_name() && revision.source.is_some()
    });
    reported.unwrap_or(own).source.as_ref()
}

/// Whether the scan of what is released lets it begin. To go back is never held up: what served was let in before.
pub fn check(
    deployment: &Deployment,
    settings: &DeploymentGroupSpec,
    in_force: Option<&Revision>,
) -> Result<(), Refusal> {
    if !settings.require_scan || deployment.spec.rollback_of.is_some() {
        return Ok(());
    }
    let found = match source(deployment, in_force).and_then(|source| source.scan) {
        Some(Scan::Passed) => return Ok(()),
        Some(other) => format!("is reported as {other}"),
        None => "is not reported".to_owned(),
    };
    let (revision, group) = (deployment.revision_name(), &deployment.spec.group_ref);
    let message = format!(
        "spec.revision.source.scan: the scan of {revision} {found}, and group {group} requires passed: release a revision whose scan passed, have its pipeline report that, or set spec.requireScan of the group to false"
    );
    Err(Refusal::new(Reason::ScanNotPassed, message))
}
