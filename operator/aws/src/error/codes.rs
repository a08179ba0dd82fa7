//! From codes, statuses and causes to classes.

use std::error::Error;

use aws_smithy_runtime_api::{
    client::result::SdkError,
    http::{Response, StatusCode},
};

use super::{causes::causes, class::ErrorClass, fenced::Fenced};

/// Class of a code. ECS API reference and ELBv2 API reference, "Errors" of each operation and "Common errors".
pub(super) fn class_of_code(code: &str, message: &str, status: Option<StatusCode>) -> ErrorClass {
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

/// Whether this is a code by which AWS says: too many calls.
pub(crate) fn is_throttle(code: &str) -> bool {
    CODES.iter().any(|(class, codes)| *class == ErrorClass::Throttled && codes.contains(&code))
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
            // Lambda: while a function, or its network, is made ready or changed.
            "ServiceException",
            "ResourceConflictException",
            "ResourceNotReadyException",
            "EC2ThrottledException",
            "EC2UnexpectedException",
            "ENILimitReachedException",
            "SnapStartNotReadyException",
            "SnapStartTimeoutException",
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
            "InvalidParameterValueException",
            "InvalidRequestContentException",
            "InvalidRuntimeException",
            "RequestTooLargeException",
            "UnsupportedMediaTypeException",
            "KMSAccessDeniedException",
            "KMSDisabledException",
            "KMSInvalidStateException",
            "KMSNotFoundException",
            "EC2AccessDeniedException",
            "EFSMountConnectivityException",
            "EFSMountFailureException",
            "EFSMountTimeoutException",
            "EFSIOException",
            "RecursiveInvocationException",
            "SnapStartException",
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
