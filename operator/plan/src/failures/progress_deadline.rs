//! The position in progress took longer than the progress deadline.

use sluice_api::{Failure, FailureCategory};

use super::detector::Detector;
use crate::failure::failure;
use crate::progress::position::{Position, position};
use crate::view::View;
use crate::view::symptom::{category, last_failed_task};

pub(super) const DETECTOR: Detector = Detector { name: "progress deadline", detect };

fn detect(view: &View<'_>) -> Option<Failure> {
    let progress = view.progress();
    // A user's hold stops the clock.
    let due = view.deadline().is_some_and(|deadline| deadline <= view.now());
    if view.input.release.controls.paused || progress.paused_at.is_some() || !due {
        return None;
    }
    let late = match position(progress) {
        Position::Install if view.blocked_route().is_some() => {
            Some("before every route was read, with the pair alone in it")
        }
        Position::Install if view.outsider().is_some() => Some("while someone else had a share"),
        Position::Install => view.replacement_is_ready().is_err().then_some("before the replacement was ready"),
        Position::AllowTraffic(index) => {
            let verified = progress.steps.get(index).is_some_and(|step| step.verified_at.is_some());
            (!verified).then_some("before the increment was made and read back")
        }
        // All traffic has moved: only a replacement that is down would turn it round.
        Position::Bake | Position::TerminateOriginal | Position::Rollback | Position::Ended => None,
    };
    late.map(|what| passed(view, what))
}

/// Classified by a route that is not read, else by the last failed task, else by the health checks.
fn passed(view: &View<'_>, what: &str) -> Failure {
    let deadline = view.input.release.settings.progress_deadline;
    let passed = format!("progress deadline of {deadline} passed {what}");
    if let Some(unread) = view.blocked_route() {
        // Whatever the targets say: without the route they say nothing of the release.
        let message = format!("{passed}; {}: {}", unread.what, unread.remedy);
        return Failure {
            hint: "mend the route, then create the Deployment again".to_owned(),
            ..failure(FailureCategory::Infrastructure, &message)
        };
    }
    let category = last_failed_task(view.observed().stopped_tasks()).and_then(category);
    let symptom = view.symptom().map(|symptom| format!("; {symptom}")).unwrap_or_default();
    failure(category.unwrap_or(FailureCategory::HealthCheck), &format!("{passed}{symptom}"))
}
