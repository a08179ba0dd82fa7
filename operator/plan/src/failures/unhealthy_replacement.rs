//! The replacement has traffic, and no healthy target any more.

use sluice_api::{Failure, RollbackTrigger};

use super::detector::Detector;
use crate::progress::position::{Position, position};
use crate::view::View;

pub(super) const DETECTOR: Detector =
    Detector { name: "unhealthy replacement", trigger: RollbackTrigger::DeploymentFailure, detect };

/// Before the first increment traffic reaches the replacement only by someone else's hand, and is put back. A service that
/// wants no tasks, or has none again yet, has no healthy target anywhere.
fn detect(view: &View<'_>) -> Option<Failure> {
    let at = position(view.progress());
    let is_before_traffic = at.is_before_all_traffic() && !matches!(at, Position::AllowTraffic(_));
    if is_before_traffic || view.is_idle() {
        return None;
    }
    let down = view.replacement_has_traffic() && view.replacement_is_down() && view.original_is_healthy();
    let what = if view.is_by_size() {
        "no task of the replacement runs, and it has a part of the work"
    } else {
        "no target of the replacement is healthy, and it receives traffic"
    };
    down.then(|| view.failure_of_replacement(what))
}
