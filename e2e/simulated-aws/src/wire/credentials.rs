//! Who is calling, as far as the `SigV4` header tells. Signatures are not checked: there is no secret to check with.

use super::error::ApiError;
use super::message::{Protocol, Request};

/// The credential scope of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The access key id.
    pub access_key: String,
    /// The region the request was signed for.
    pub region: String,
    /// The service it was signed for.
    pub service: String,
}

/// Reads `Credential=AKID/date/region/service/aws4_request` from the `Authorization` header.
pub fn scope(request: &Request, protocol: Protocol) -> Result<Scope, ApiError> {
    let header = request.header("authorization").ok_or_else(|| missing(protocol))?;
    let scope = header
        .split("Credential=")
        .nth(1)
        .and_then(|rest| rest.split([',', ' ']).next())
        .ok_or_else(|| incomplete(protocol, header))?;
    let parts: Vec<&str> = scope.split('/').collect();
    match parts.as_slice() {
        [access_key, _date, region, service, "aws4_request"] => Ok(Scope {
            access_key: (*access_key).to_owned(),
            region: (*region).to_owned(),
            service: (*service).to_owned(),
        }),
        _ => Err(incomplete(protocol, header)),
    }
}

/// The answer to a request that carries no credentials.
fn missing(protocol: Protocol) -> ApiError {
    if protocol.is_query() {
        ApiError::new("MissingAuthenticationToken", "Request is missing Authentication Token").with_status(403)
    } else {
        ApiError::new("MissingAuthenticationTokenException", "Missing Authentication Token")
    }
}

/// The answer to a header that is no `SigV4` header.
fn incomplete(protocol: Protocol, header: &str) -> ApiError {
    let scheme = header.split(' ').next().unwrap_or_default();
    let message = format!("Authorization header requires a 'Credential' parameter of five parts (scheme: {scheme}).");
    let code = if protocol.is_query() { "IncompleteSignature" } else { "IncompleteSignatureException" };
    ApiError::new(code, message)
}

/// The answer to an access key that the scenario lists as invalid.
#[must_use]
pub fn invalid(protocol: Protocol) -> ApiError {
    let message = "The security token included in the request is invalid.";
    if protocol.is_query() {
        ApiError::new("InvalidClientTokenId", message).with_status(403)
    } else {
        ApiError::new("UnrecognizedClientException", message)
    }
}

/// The answer to a session that is over.
#[must_use]
pub fn expired(protocol: Protocol) -> ApiError {
    let message = "The security token included in the request is expired";
    if protocol.is_query() {
        ApiError::new("ExpiredToken", message).with_status(403)
    } else {
        ApiError::new("ExpiredTokenException", message)
    }
}
