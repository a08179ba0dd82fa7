//! The JSON protocols: 1.1 of ECS, EventBridge and ECR, 1.0 of CloudWatch.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::error::ApiError;
use super::message::{Protocol, Request, Response};
use super::timestamp::as_timestamp;

/// The prefix of `x-amz-target` for ECS.
pub const ECS_TARGET: &str = "AmazonEC2ContainerServiceV20141113.";

const fn content_type(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Json10 => "application/x-amz-json-1.0",
        _ => "application/x-amz-json-1.1",
    }
}

/// The body as a JSON object; an empty body is an empty object.
pub fn parse(request: &Request) -> Result<Value, ApiError> {
    if request.body.is_empty() {
        return Ok(json!({}));
    }
    match serde_json::from_slice(&request.body) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(serialization("the body is no JSON object")),
        Err(error) => Err(serialization(&error.to_string())),
    }
}

fn serialization(message: &str) -> ApiError {
    ApiError::new("SerializationException", message)
}

/// Parameters as a type; a parameter that the type does not know is refused, never ignored.
pub fn decode<T: DeserializeOwned>(parameters: &Value) -> Result<T, ApiError> {
    T::deserialize(parameters).map_err(|error| ApiError::undecodable("InvalidParameterException", &error))
}

/// A result.
#[must_use]
pub fn success(protocol: Protocol, body: &Value, request_id: String) -> Response {
    let body = match protocol {
        Protocol::Json10 => plain(body).to_string(),
        _ => body.to_string(),
    };
    Response {
        status: 200,
        content_type: content_type(protocol),
        request_id,
        headers: Vec::new(),
        body: body.into_bytes(),
    }
}

/// Marked moments as their seconds, and no nulls.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(fields) => match as_timestamp(fields) {
            Some(seconds) => json!(seconds),
            None => Value::Object(
                fields
                    .iter()
                    .filter(|(_, field)| !field.is_null())
                    .map(|(key, field)| (key.clone(), plain(field)))
                    .collect(),
            ),
        },
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

/// An error.
#[must_use]
pub fn failure(protocol: Protocol, error: &ApiError, request_id: String) -> Response {
    let (kind, headers) = match protocol {
        Protocol::Json10 => (error.shape(), vec![("x-amzn-query-error", error.query_header())]),
        _ => (error.code.as_str(), Vec::new()),
    };
    Response {
        status: error.status,
        content_type: content_type(protocol),
        request_id,
        headers,
        body: json!({"__type": kind, "message": error.message}).to_string().into_bytes(),
    }
}
