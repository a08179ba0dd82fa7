//! A failure of a category, with its stage, its code and a hint.

use sluice_api::{Failure, FailureCategory, FailureCode, FailureStage};

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
    }
}
