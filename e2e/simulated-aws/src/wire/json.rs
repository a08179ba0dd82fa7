//! The JSON 1.1 protocol of ECS.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{ApiError, Request, Response};

/// The prefix of `x-amz-target` for ECS.
pub const ECS_TARGET: &str = "AmazonEC2ContainerServiceV20141113.";

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

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
    T::deserialize(parameters).map_err(|error| ApiError::invalid_parameter(error.to_string()))
}

/// A result.
#[must_use]
pub fn success(body: &Value, request_id: String) -> Response {
    Response { status: 200, content_type: CONTENT_TYPE, request_id, body: body.to_string().into_bytes() }
}

/// An error.
#[must_use]
pub fn failure(error: &ApiError, request_id: String) -> Response {
    Response {
        status: error.status,
        content_type: CONTENT_TYPE,
        request_id,
        body: json!({"__type": error.code, "message": error.message}).to_string().into_bytes(),
    }
}
