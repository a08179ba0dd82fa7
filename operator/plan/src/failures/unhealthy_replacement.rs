//! The replacement has traffic, and no healthy target any more.

use sluice_api::{Failure, FailureCategory};

use super::detector::Detector;
use crate::failure::failure;
use crate::progress::position::{Position, position};
use crate::view::View;

pub(super) const DETECTOR: Detector = Detector { name: "unhealthy replacement", detect };

/// Before the first increment traffic reaches the replacement only by someone else's hand, and is put back.
fn detect(view: &View<'_>) -> Option<Failure> {
    if position(view.progress()) == Position::Install {
        return None;
    }
    let down = view.replacement_has_traffic() && view.replacement_is_down() && view.original_is_healthy();
    down.then(|| {
        let symptom = view.symptom().map(|symptom| format!("; {symptom}")).unwrap_or_default();
        failure(
            FailureCategory::HealthCheck,
            &format!("no target of the replacement is healthy, and it receives traffic{symptom}"),
        )
    })
}
