"""The errors that every operation may answer with although no model declares them.

They are those of the pages "Common Error Types" in the API references of the services, and those that the protocols
themselves define.
"""

from __future__ import annotations

COMMON_JSON = frozenset(
    {
        "AccessDeniedException",
        "ExpiredTokenException",
        "IncompleteSignatureException",
        "InternalFailure",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "NotAuthorized",
        "OptInRequired",
        "RequestExpired",
        "SerializationException",
        "ServiceUnavailableException",
        "ThrottlingException",
        "UnknownOperationException",
        "UnrecognizedClientException",
        "ValidationException",
    }
)

COMMON_QUERY = frozenset(
    {
        "AccessDenied",
        "ExpiredToken",
        "IncompleteSignature",
        "InternalFailure",
        "InvalidAction",
        "InvalidClientTokenId",
        "InvalidParameterCombination",
        "InvalidParameterValue",
        "InvalidQueryParameter",
        "MalformedQueryString",
        "MissingAction",
        "MissingAuthenticationToken",
        "MissingParameter",
        "NotAuthorized",
        "OptInRequired",
        "RequestExpired",
        "ServiceUnavailable",
        "SignatureDoesNotMatch",
        "Throttling",
        "ThrottlingException",
        "ValidationError",
    }
)

# Which of them are not 400, by documentation.
COMMON_STATUS = {
    "AccessDenied": {403},
    "ExpiredToken": {403},
    "InvalidClientTokenId": {403},
    "MissingAuthenticationToken": {400, 403},
    "OptInRequired": {403},
    "SignatureDoesNotMatch": {403},
    "InternalFailure": {500},
    "ServiceUnavailable": {503},
    "ServiceUnavailableException": {503},
    "AccessDeniedException": {400, 403},
    "ExpiredTokenException": {400, 403},
    "UnrecognizedClientException": {400, 403},
    "IncompleteSignatureException": {400, 403},
    "InvalidSignatureException": {400, 403},
    "MissingAuthenticationTokenException": {400, 403},
    "UnknownOperationException": {400, 404},
    "ThrottlingException": {400, 429},
}
