//! An approval was waited for, nobody gave it in time, and the step says that traffic returns then.

use sluice_api::{Failure, FailureCategory, FailureCode, FailureStage, GateKind, GateTimeout, RollbackTrigger};

use super::detector::Detector;
use crate::failure::{failure, with_code};
use crate::view::View;

pub(super) const DETECTOR: Detector =
    Detector { name: "unanswered", trigger: RollbackTrigger::DeploymentFailure, detect };

fn detect(view: &View<'_>) -> Option<Failure> {
    let gate = view.unanswered(GateTimeout::Rollback)?;
    let (message, hint) = if gate.kind == GateKind::Multi {
        let message = format!("it was not to end in time with those that are released as one with it: {}", gate.why);
        (message, "look at the others, or give them more time by multi.wait of the stage")
    } else {
        let message = format!("nobody approved step {} in time, and its approval.onTimeout is Rollback", gate.name);
        (message, "create the Deployment again, and approve the step in time")
    };
    let code = FailureCode::DeploymentVerificationFailed;
    Some(Failure {
        stage: FailureStage::Verify,
        hint: hint.to_owned(),
        ..with_code(code, failure(FailureCategory::Unknown, &message))
    })
}
