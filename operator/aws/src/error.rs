//! The one form in which a failed call comes back. No other file knows an error code.

use std::{error::Error, time::Duration};

use aws_smithy_runtime_api::{
    client::result::SdkError,
    http::{Response, StatusCode},
};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::{Operation, ServiceKind, fence, limits};

/// A call that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("failed to call {service}:{operation}: {}", self.detail())]
pub struct AwsError {
    /// The service.
    pub service: ServiceKind,
    /// The operation.
    pub operation: Operation,
    /// What follows from it.
    pub class: ErrorClass,
    /// AWS's code; none when no answer with a code came.
    pub code: Option<String>,
    /// AWS's words, or what happened in their place: one line of at most 256 characters.
    pub message: String,
    /// When AWS says to come back.
    pub retry_after: Option<Duration>,
}

/// What follows from a failed call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorClass {
    /// Too many calls: come back later.
    Throttled,
    /// No answer, or an answer that AWS is not well. A write may or may not have taken effect.
    Unavailable,
    /// No credentials, or credentials that AWS does not accept.
    Credentials,
    /// Credentials that may not do this.
    AccessDenied,
    /// Something named in the request does not exist.
    NotFound,
    /// The request can never pass as it is.
    Refused,
    /// The lease was not valid any more; nothing was sent.
    Fenced,
    /// An answer that is not understood.
    Unknown,
}

impl ErrorClass {
    /// Every class.
    pub const ALL: [Self; 8] = [
        Self::Throttled,
        Self::Unavailable,
        Self::Credentials,
        Self::AccessDenied,
        Self::NotFound,
        Self::Refused,
        Self::Fenced,
        Self::Unknown,
    ];

    /// Its name, as in labels and reasons.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Throttled => "Throttled",
            Self::Unavailable => "Unavailable",
            Self::Credentials => "Credentials",
            Self::AccessDenied => "AccessDenied",
            Self::NotFound => "NotFound",
            Self::Refused => "Refused",
            Self::Fenced => "Fenced",
            Self::Unknown => "Unknown",
        }
    }

    /// Whether the same call is likely to pass soon, without anybody's help.
    #[must_use]
    pub fn is_transient(self) -> bool {
        matches!(self, Self::Throttled | Self::Unavailable)
    }
}

impl AwsError {
    /// An error without an answer of AWS: the adapters' own refusals, and fakes.
    #[must_use]
    pub fn new(operation: Operation, class: ErrorClass, message: impl AsRef<str>) -> Self {
        Self {
            service: operation.service(),
            operation,
            class,
            code: None,
            message: one_line(message.as_ref()),
            retry_after: None,
        }
    }

    /// The same error with AWS's code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Whether the same call is likely to pass soon, without anybody's help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.class.is_transient()
    }

    fn detail(&self) -> String {
        match &self.code {
            Some(code) if self.message.is_empty() => code.clone(),
            Some(code) => format!("{code}: {}", self.message),
            None => self.message.clone(),
        }
    }

    pub(crate) fn from_sdk<E>(operation: Operation, error: &SdkError<E, Response>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let status = error.raw_response().map(Response::status);
        if let SdkError::ServiceError(answer) = error
            && let Some(code) = answer.err().code()
        {
            let message = answer.err().message().unwrap_or_default();
            let mut failed = Self::new(operation, classify(code, message, status), message).with_code(code);
            failed.retry_after = retry_after(answer.raw());
            return failed;
        }
        let mut failed = Self::new(operation, class_without_code(error, status), chain(error));
        failed.retry_after = error.raw_response().and_then(retry_after);
        failed
    }
}

/// Class of a code. ECS API reference and ELBv2 API reference, "Errors" of each operation and "Common errors".
fn classify(code: &str, message: &str, status: Option<StatusCode>) -> ErrorClass {
    // ECS answers with its general ClientException where it has no code of its own: CreateTaskSet, DeleteTaskSet and
    // DescribeTaskDefinition name what is missing in the message alone.
    if code == "ClientException" && says_missing(message) {
        return ErrorClass::NotFound;
    }
    CODES
        .iter()
        .find(|(_, codes)| codes.contains(&code))
        .map(|(class, _)| *class)
        // Quotas of ELBv2 are a family: TooManyTargetGroups, TooManyActions, TooManyUniqueTargetGroupsPerLoadBalancer.
        .or_else(|| code.starts_with("TooMany").then_some(ErrorClass::Refused))
        .unwrap_or_else(|| by_status(status))
}

fn says_missing(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["does not exist", "not found", "unable to describe task definition"].iter().any(|words| message.contains(words))
}

const CODES: &[(ErrorClass, &[&str])] = &[
    (
        ErrorClass::Throttled,
        &[
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestThrottled",
            "RequestThrottledException",
            "RequestLimitExceeded",
            "TooManyRequestsException",
            "PriorRequestNotComplete",
            "SlowDown",
        ],
    ),
    (
        ErrorClass::Unavailable,
        &[
            "ServerException",
            "InternalError",
            "InternalFailure",
            "InternalServerError",
            "InternalServiceError",
            "ServiceUnavailable",
            "ServiceUnavailableException",
            "RequestTimeout",
            "RequestTimeoutException",
            "HealthUnavailable",
        ],
    ),
    (
        ErrorClass::Credentials,
        &[
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "InvalidClientTokenIdException",
            "ExpiredToken",
            "ExpiredTokenException",
            "InvalidToken",
            "InvalidIdentityToken",
            "RequestExpired",
            "AuthFailure",
            "InvalidAccessKeyId",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
        ],
    ),
    (
        ErrorClass::AccessDenied,
        &[
            "AccessDenied",
            "AccessDeniedException",
            "UnauthorizedOperation",
            "NotAuthorized",
            "OptInRequired",
            "BlockedException",
        ],
    ),
    (
        ErrorClass::NotFound,
        &[
            "ClusterNotFoundException",
            "ServiceNotFoundException",
            "TaskSetNotFoundException",
            "NamespaceNotFoundException",
            "ResourceNotFoundException",
            "LoadBalancerNotFound",
            "ListenerNotFound",
            "RuleNotFound",
            "TargetGroupNotFound",
        ],
    ),
    (
        ErrorClass::Refused,
        &[
            "ClientException",
            "InvalidParameterException",
            "LimitExceededException",
            "UnsupportedFeatureException",
            "PlatformUnknownException",
            "PlatformTaskDefinitionIncompatibilityException",
            "ServiceNotActiveException",
            "ValidationError",
            "ValidationException",
            "MissingParameter",
            "InvalidParameterValue",
            "InvalidParameterCombination",
            "InvalidAction",
            "SerializationException",
            "UnknownOperationException",
            "OperationNotPermitted",
            "InvalidConfigurationRequest",
            "InvalidLoadBalancerAction",
            "IncompatibleProtocols",
            "UnsupportedProtocol",
            "TargetGroupAssociationLimit",
            "PriorityInUse",
            "DuplicateListener",
            "ResourceInUse",
        ],
    ),
];

fn by_status(status: Option<StatusCode>) -> ErrorClass {
    match status.map(StatusCode::as_u16) {
        Some(429) => ErrorClass::Throttled,
        Some(500..) => ErrorClass::Unavailable,
        Some(401) => ErrorClass::Credentials,
        Some(403) => ErrorClass::AccessDenied,
        _ => ErrorClass::Unknown,
    }
}

fn class_without_code<E: Error + 'static>(error: &SdkError<E, Response>, status: Option<StatusCode>) -> ErrorClass {
    if causes(error).any(<dyn Error>::is::<fence::Closed>) {
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

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

/// An error and its causes in one line. A cause whose words the one above it already has is left out.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut words = String::new();
    for cause in causes(error).map(ToString::to_string) {
        if words.is_empty() {
            words = cause;
        } else if !words.contains(&cause) {
            words = format!("{words}: {cause}");
        }
    }
    words
}

/// The first line, cut. What follows it is never for a reader: with a wrong signature AWS sends back the whole signed
/// request, session token and all.
fn one_line(message: &str) -> String {
    message
        .trim()
        .lines()
        .next()
        .unwrap_or_default()
        .trim_end()
        .chars()
        .take(limits::MESSAGE_LENGTH)
        .collect()
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds: u64 = response.headers().get("retry-after")?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(limits::RETRY_AFTER))
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
