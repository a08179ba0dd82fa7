//! A result in the protocol of its request.

use serde_json::Value;

use super::decoded::Decoded;
use super::error::ApiError;
use super::message::{Protocol, Response};
use super::{json, query, rest};

/// The answer in the request's protocol.
#[must_use]
pub fn answer(decoded: &Decoded, result: &Result<Value, ApiError>, request_id: String) -> Response {
    match (decoded.protocol, result) {
        (protocol @ (Protocol::Json | Protocol::Json10), Ok(body)) => json::success(protocol, body, request_id),
        (protocol @ (Protocol::Json | Protocol::Json10), Err(error)) => json::failure(protocol, error, request_id),
        (Protocol::Cbor, Ok(body)) => rest::cbor_success(body, request_id),
        (Protocol::Cbor, Err(error)) => rest::cbor_failure(error, request_id),
        (Protocol::Rest, Ok(body)) => rest::success(body, request_id),
        (Protocol::Rest, Err(error)) => rest::failure(error, request_id),
        (Protocol::Query, Ok(body)) => query::success(&decoded.form, body, request_id),
        (Protocol::Query, Err(error)) => query::failure(&decoded.form, error, request_id),
    }
}
