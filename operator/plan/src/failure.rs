//! A failure of a category, with its stage, its code and a hint.

use sluice_api::{Failure, FailureCategory, FailureCode, FailureStage};
use sluice_explain::{Explanation, docs_of};

/// A failure of this category, with its stage, its code and a hint.
pub(crate) fn failure(category: FailureCategory, message: &str) -> Failure {
    let (stage, code, hint) = match category {
        FailureCategory::Startup => (
            FailureStage::Rollout,
            FailureCode::DeploymentVerificationFailed,
            "look at the image, the command and the logs of the stopped tasks",
        ),
        FailureCategory::HealthCheck => (
            FailureStage::Verify,
            FailureCode::DeploymentVerificationFailed,
            "look at the health check of the target group and the logs of the tasks",
        ),
        FailureCategory::Infrastructure => (
            FailureStage::Rollout,
            FailureCode::InfrastructureNetworkFailure,
            "the same release may pass later: create the Deployment again",
        ),
        FailureCategory::Rollback => (
            FailureStage::Rollback,
            FailureCode::AutomaticRollbackFailed,
            "look at what serves the traffic now; a person must decide",
        ),
        FailureCategory::Auth => (
            FailureStage::Auth,
            FailureCode::AuthenticationFailed,
            "look at the credentials and the permissions of the operator",
        ),
        FailureCategory::Build | FailureCategory::Unknown => (
            FailureStage::Deploy,
            FailureCode::DeploymentFailedGeneric,
            "the message tells what AWS refused; mend the group or the revision",
        ),
    };
    Failure {
        stage,
        category,
        code,
        retryable: code.is_retryable(),
        message: sluice_api::bounded_message(message),
        hint: hint.to_owned(),
        docs: docs_of(code),
    }
}

/// The same failure with another code, and what follows from that.
pub(crate) fn with_code(code: FailureCode, failure: Failure) -> Failure {
    Failure { code, retryable: code.is_retryable(), docs: docs_of(code), ..failure }
}

/// A failure by what its words mean, told in a message of ours.
pub(crate) fn explained(explanation: &Explanation, message: &str) -> Failure {
    Failure {
        stage: explanation.stage,
        hint: explanation.hint.to_owned(),
        ..with_code(explanation.code, failure(explanation.category, message))
    }
}
