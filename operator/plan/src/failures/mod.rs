//! When traffic must go back. Asked at every observation; whatever a user holds, a failure comes first.

mod alarm;
mod detector;
mod failed_hook;
mod lost_replacement;
mod lost_target_group;
mod progress_deadline;
mod stopped_tasks;
mod unanswered;
mod unhealthy_replacement;

use sluice_api::{Failure, RollbackTrigger};

use crate::view::View;
use detector::Detector;

/// In the order in which they are asked. A new detector is a new file and a line here.
const DETECTORS: &[Detector] = &[
    lost_replacement::DETECTOR,
    lost_target_group::DETECTOR,
    stopped_tasks::DETECTOR,
    unhealthy_replacement::DETECTOR,
    alarm::DETECTOR,
    failed_hook::DETECTOR,
    progress_deadline::DETECTOR,
    unanswered::DETECTOR,
];

/// The first failure that is seen, and what the return comes from. One that is remembered, from a call that AWS refused, goes
/// before all.
pub(crate) fn first(view: &View<'_>) -> Option<(RollbackTrigger, Failure)> {
    let remembered = view.progress().failure.clone().map(|failure| (RollbackTrigger::DeploymentFailure, failure));
    let seen = |detector: &Detector| Some((detector.trigger, (detector.detect)(view)?));
    remembered.or_else(|| DETECTORS.iter().find_map(seen))
}

/// Names of the detectors, in their order.
pub(crate) fn names() -> Vec<&'static str> {
    DETECTORS.iter().map(|detector| detector.name).collect()
}
