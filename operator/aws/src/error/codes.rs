//! From codes, statuses and causes to classes.

use std::error::Error;

use aws_smithy_runtime_api::{
    client::result::SdkError,
    http::{Response, StatusCode},
};

use sluice_explain::codes::{CodeClass, class_of, known_class};

use super::{causes::causes, class::ErrorClass, fenced::Fenced};

/// Class of a code, by the table that explains failures too.
pub(super) fn class_of_code(code: &str, message: &str, status: Option<StatusCode>) -> ErrorClass {
    // ECS answers with its general ClientException where it has no code of its own: CreateTaskSet, DeleteTaskSet and
    // DescribeTaskDefinition name what is missing in the message alone.
    if code == "ClientException" && says_missing(message) {
        return ErrorClass::NotFound;
    }
    if OF_A_FUNCTION.contains(&code) {
        return ErrorClass::Refused;
    }
    let status_decides = known_class(code).is_none() && status.is_some_and(StatusCode::is_server_error);
    // What only looks like a refusal, and is the service's own fault by its status, may pass.
    match class_of(code).filter(|_| !status_decides) {
        Some(CodeClass::Throttled) => ErrorClass::Throttled,
        Some(CodeClass::Unavailable | CodeClass::Busy | CodeClass::Capacity) => ErrorClass::Unavailable,
        Some(CodeClass::Credentials) => ErrorClass::Credentials,
        Some(CodeClass::AccessDenied) => ErrorClass::AccessDenied,
        Some(CodeClass::NotFound) => ErrorClass::NotFound,
        Some(CodeClass::Limit | CodeClass::Conflict | CodeClass::Invalid) => ErrorClass::Refused,
        None => by_status(status),
    }
}

/// Lambda's codes for what a function, and not its caller, may not do.
const OF_A_FUNCTION: &[&str] = &["KMSAccessDeniedException", "EC2AccessDeniedException"];

/// Whether this is a code by which AWS says: too many calls.
pub(crate) fn is_throttle(code: &str) -> bool {
    class_of(code) == Some(CodeClass::Throttled)
}

fn says_missing(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["does not exist", "not found", "unable to describe task definition"].iter().any(|words| message.contains(words))
}

fn by_status(status: Option<StatusCode>) -> ErrorClass {
    match status.map(StatusCode::as_u16) {
        Some(429) => ErrorClass::Throttled,
        Some(500..) => ErrorClass::Unavailable,
        Some(401) => ErrorClass::Credentials,
        Some(403) => ErrorClass::AccessDenied,
        _ => ErrorClass::Unknown,
    }
}

/// Class of an error that has no code, by what happened in place of an answer.
pub(super) fn class_without_code<E: Error + 'static>(
    error: &SdkError<E, Response>,
    status: Option<StatusCode>,
) -> ErrorClass {
    if causes(error).any(<dyn Error>::is::<Fenced>) {
        return ErrorClass::Fenced;
    }
    if causes(error).any(is_about_credentials) {
        return ErrorClass::Credentials;
    }
    match error {
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) => ErrorClass::Unavailable,
        // The SDK itself found the request incomplete.
        SdkError::ConstructionFailure(_) => ErrorClass::Refused,
        _ => by_status(status),
    }
}

/// Whether an error is one of the SDK's about credentials. It gives them no type that a caller could name without a
/// crate more, so that their words are compared (aws-credential-types, `CredentialsError` and `TokenError`; the last
/// two are the orchestrator's, when no provider is configured at all).
fn is_about_credentials(error: &(dyn Error + 'static)) -> bool {
    let words = error.to_string();
    [
        "the credential provider was not enabled",
        "credentials provider timed out",
        "the credentials provider was not properly configured",
        "an error occurred while loading credentials",
        "unexpected credentials error",
        "failed to load credentials",
        "no credentials in the property bag",
        "identity resolver timed out",
    ]
    .iter()
    .any(|known| words.to_ascii_lowercase().contains(known))
}
