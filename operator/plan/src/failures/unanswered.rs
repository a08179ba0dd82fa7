//! An approval was waited for, nobody gave it in time, and the step says that traffic returns then.

use sluice_api::{Failure, FailureCategory, FailureCode, FailureStage, GateTimeout, RollbackTrigger};

use super::detector::Detector;
use crate::failure::{failure, with_code};
use crate::view::View;

pub(super) const DETECTOR: Detector =
    Detector { name: "unanswered", trigger: RollbackTrigger::DeploymentFailure, detect };

fn detect(view: &View<'_>) -> Option<Failure> {
    let gate = view.unanswered(GateTimeout::Rollback)?;
    let message = format!("nobody approved step {} in time, and its approval.onTimeout is Rollback", gate.name);
    let code = FailureCode::DeploymentVerificationFailed;
    Some(Failure {
        stage: FailureStage::Verify,
        hint: "create the Deployment again, and approve the step in time".to_owned(),
        ..with_code(code, failure(FailureCategory::Unknown, &message))
    })
}
