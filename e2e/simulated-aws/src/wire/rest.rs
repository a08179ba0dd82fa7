//! The protocols in which the path tells the operation: Lambda's REST with JSON, and CloudWatch's RPC with CBOR.

use serde_json::{Value, json};

use super::cbor;
use super::decoded::Decoded;
use super::error::ApiError;
use super::message::{Protocol, Request, Response};
use super::query::Form;
use crate::service::Service;

/// Where Lambda's operations are.
pub const API_PATH: &str = "/2015-03-31/";

/// Where its functions are.
const FUNCTIONS_PATH: &str = "/2015-03-31/functions/";

/// The member of a result that is the body as it is, in place of the payload.
pub const RAW: &str = "$raw";

/// The member of a result that says how many bytes the body has, in place of the payload.
pub const BYTES: &str = "$bytes";

/// Reads a request to Lambda. The parameters bear the names of the service's model.
pub fn decode(request: &Request) -> (Decoded, Result<(), ApiError>) {
    let rest = request.path.strip_prefix(FUNCTIONS_PATH).unwrap_or_default();
    let (action, name) = match (request.method.as_str(), rest.strip_suffix("/invocations")) {
        ("POST", Some(name)) => ("Invoke".to_owned(), name),
        (method, _) => (format!("{method} {}", request.path), rest),
    };
    let mut parameters = json!({"FunctionName": decoded(name)});
    for (key, header) in [
        ("InvocationType", "x-amz-invocation-type"),
        ("LogType", "x-amz-log-type"),
        ("ClientContext", "x-amz-client-context"),
    ] {
        if let Some(value) = request.header(header) {
            parameters[key] = json!(value);
        }
    }
    if let Some(qualifier) = request.parameter("Qualifier") {
        parameters["Qualifier"] = json!(qualifier);
    }
    let payload = if request.body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&request.body) };
    let verdict = match payload {
        Ok(payload) => {
            parameters["Payload"] = payload;
            Ok(())
        }
        Err(error) => Err(ApiError::new(
            "InvalidRequestContentException",
            format!("Could not parse request body into json: {error}"),
        )),
    };
    let form = Form { action, version: String::new(), parameters };
    (Decoded { service: Service::Lambda, protocol: Protocol::Rest, form }, verdict)
}

/// A path segment without its percent signs.
fn decoded(segment: &str) -> String {
    // A plus sign means itself in a path, and a space in a form.
    let pair = format!("k={}", segment.replace('+', "%2B"));
    form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// A result of Lambda: status and headers come from the members that the model places there.
#[must_use]
pub fn success(body: &Value, request_id: String) -> Response {
    let headers = [
        ("x-amz-function-error", "FunctionError"),
        ("x-amz-executed-version", "ExecutedVersion"),
        ("x-amz-log-result", "LogResult"),
    ]
    .into_iter()
    .filter_map(|(header, member)| Some((header, body[member].as_str()?.to_owned())));
    Response {
        status: body["StatusCode"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(200),
        content_type: "application/json",
        request_id,
        headers: headers.collect(),
        body: payload(body),
    }
}

/// What a function answered, or what is sent in its place.
fn payload(body: &Value) -> Vec<u8> {
    if let Some(raw) = body[RAW].as_str() {
        return raw.as_bytes().to_vec();
    }
    if let Some(length) = body[BYTES].as_u64() {
        return vec![b'x'; usize::try_from(length).unwrap_or(0)];
    }
    body.get("Payload").map(|payload| payload.to_string().into_bytes()).unwrap_or_default()
}

/// An error of Lambda.
#[must_use]
pub fn failure(error: &ApiError, request_id: String) -> Response {
    let fault = if error.status >= 500 { "Service" } else { "User" };
    Response {
        status: error.status,
        content_type: "application/json",
        request_id,
        headers: vec![("x-amzn-errortype", error.code.clone())],
        body: json!({"Type": fault, "Message": error.message, "message": error.message}).to_string().into_bytes(),
    }
}

fn cbor_response(status: u16, body: &Value, request_id: String) -> Response {
    Response {
        status,
        content_type: "application/cbor",
        request_id,
        headers: vec![("smithy-protocol", "rpc-v2-cbor".to_owned())],
        body: cbor::encode(body),
    }
}

/// A result in CBOR.
#[must_use]
pub fn cbor_success(body: &Value, request_id: String) -> Response {
    cbor_response(200, body, request_id)
}

/// An error in CBOR. The header repeats the code that the query protocol used to have.
#[must_use]
pub fn cbor_failure(error: &ApiError, request_id: String) -> Response {
    let body = json!({"__type": format!("com.amazonaws.cloudwatch#{}", error.shape()), "message": error.message});
    let mut response = cbor_response(error.status, &body, request_id);
    response.headers.push(("x-amzn-query-error", error.query_header()));
    response
}
