//! Someone deleted the target group of the replacement.

use sluice_api::{Failure, RollbackTrigger};

use super::detector::Detector;
use crate::names::target_group_name;
use crate::progress::position::{Position, position};
use crate::view::View;

pub(super) const DETECTOR: Detector =
    Detector { name: "lost target group", trigger: RollbackTrigger::DeploymentFailure, detect };

/// A target group can be deleted only when no route names it any more, so that two answers say the same here: it is gone,
/// and nothing reaches the replacement. While weights are still to move, the progress deadline gives it time to come back;
/// afterwards there is none, and to wait would be without end.
fn detect(view: &View<'_>) -> Option<Failure> {
    if !matches!(position(view.progress()), Position::Bake | Position::TerminateOriginal) {
        return None;
    }
    let arn = view.input.release.replacement_group;
    let is_gone = view.observed().target_group(arn).is_some_and(|group| !group.exists);
    let unreachable = is_gone && view.unread_route().is_none() && !view.replacement_has_traffic();
    let name = target_group_name(arn);
    (unreachable && view.original().is_some())
        .then(|| view.failure_of_replacement(&format!("no route reaches the replacement without {name}")))
}
