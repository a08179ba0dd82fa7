//! Someone deleted the replacement.

use sluice_api::{Failure, FailureCategory, RollbackTrigger};

use super::detector::Detector;
use crate::failure::failure;
use crate::names::short;
use crate::platform::side::Presence;
use crate::view::View;

pub(super) const DETECTOR: Detector =
    Detector { name: "lost replacement", trigger: RollbackTrigger::DeploymentFailure, detect };

/// A replacement that was seen and is gone was deleted by someone else.
fn detect(view: &View<'_>) -> Option<Failure> {
    let seen = view.progress().replacement.as_ref()?;
    let created = view.progress().intent.as_ref().map_or_else(|| view.now(), |intent| intent.issued_at);
    // Within the barrier ECS may not show yet what it just made.
    let settled = view.now() >= created + view.input.release.limits.barrier;
    (settled && matches!(view.sides.replacement, Presence::Gone)).then(|| {
        failure(
            FailureCategory::Unknown,
            &format!("the replacement {} is gone: someone deleted it", short(&seen.task_set)),
        )
    })
}
