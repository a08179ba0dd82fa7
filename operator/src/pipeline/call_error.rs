//! From an AWS error to what a status says of it.

use sluice_api::{Reason, bounded_message};
use sluice_aws::{AwsError, ErrorClass};
use sluice_plan::CallError;

/// What a status says of an AWS error.
#[must_use]
pub fn call_error(error: &AwsError) -> CallError {
    let (reason, stalled, refused, remedy) = match error.class {
        ErrorClass::Throttled => (Reason::Throttled, false, false, "; it is tried again, more slowly"),
        ErrorClass::Unavailable | ErrorClass::Unknown | ErrorClass::Fenced => {
            (Reason::AwsUnavailable, false, false, "; it is tried again")
        }
        ErrorClass::Credentials => {
            (Reason::AuthenticationFailed, true, false, "; give the operator credentials that work")
        }
        ErrorClass::AccessDenied => (Reason::AccessDenied, true, false, "; allow the operator's role this action"),
        ErrorClass::NotFound | ErrorClass::Refused => (Reason::RequestRefused, false, true, ""),
    };
    CallError { reason, message: bounded_message(&format!("{error}{remedy}")), stalled, refused }
}
