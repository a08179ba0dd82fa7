//! Tells by path, headers and form which operation of which service a request asks for.

use serde_json::Value;

use super::query::{CLOUDWATCH_VERSION, ELBV2_VERSION, Form, SNS_VERSION, STS_VERSION};
use super::{ApiError, Protocol, Request, Response, cbor, json, query, rest};
use crate::service::Service;

const CBOR_PATH: &str = "/service/GraniteServiceVersion20100801/operation/";
const CLOUDWATCH_TARGET: &str = "GraniteServiceVersion20100801.";
const EVENTS_TARGET: &str = "AWSEvents.";

/// A request, decoded as far as its protocol goes.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The service.
    pub service: Service,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// Operation and parameters; the version tells the XML namespace.
    pub form: Form,
}

impl Decoded {
    fn new(service: Service, protocol: Protocol, action: &str, parameters: Value) -> Self {
        Self { service, protocol, form: Form { action: action.to_owned(), version: String::new(), parameters } }
    }

    /// A call that a scenario's script makes: its parameters are a tree as the service's own protocol would give.
    #[must_use]
    pub fn scripted(service: Service, operation: &str, parameters: Value) -> Self {
        let (protocol, version) = match service {
            Service::Ecs | Service::Events => (Protocol::Json, ""),
            Service::Cloudwatch => (Protocol::Json10, ""),
            Service::Lambda => (Protocol::Rest, ""),
            Service::Elbv2 => (Protocol::Query, ELBV2_VERSION),
            Service::Sts => (Protocol::Query, STS_VERSION),
            Service::Sns => (Protocol::Query, SNS_VERSION),
        };
        let parameters = if protocol.is_query() { as_text(parameters) } else { parameters };
        let mut decoded = Self::new(service, protocol, operation, parameters);
        version.clone_into(&mut decoded.form.version);
        decoded
    }

    /// Whether it can change anything.
    #[must_use]
    pub fn is_write(&self) -> bool {
        !["Describe", "List", "Get", "AssumeRole"].iter().any(|prefix| self.form.action.starts_with(prefix))
    }

    /// The answer in the request's protocol.
    #[must_use]
    pub fn answer(&self, result: &Result<Value, ApiError>, request_id: String) -> Response {
        match (self.protocol, result) {
            (Protocol::Json | Protocol::Json10, Ok(body)) => json::success(self.protocol, body, request_id),
            (Protocol::Json | Protocol::Json10, Err(error)) => json::failure(self.protocol, error, request_id),
            (Protocol::Cbor, Ok(body)) => rest::cbor_success(body, request_id),
            (Protocol::Cbor, Err(error)) => rest::cbor_failure(error, request_id),
            (Protocol::Rest, Ok(body)) => rest::success(body, request_id),
            (Protocol::Rest, Err(error)) => rest::failure(error, request_id),
            (Protocol::Query, Ok(body)) => query::success(&self.form, body, request_id),
            (Protocol::Query, Err(error)) => query::failure(&self.form, error, request_id),
        }
    }
}

/// Every leaf as text, which is how a form carries it.
fn as_text(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(boolean) => Value::String(boolean.to_string()),
        Value::Array(items) => items.into_iter().map(as_text).collect(),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(key, value)| (key, as_text(value))).collect()),
        other => other,
    }
}

/// Reads a request; the second half tells whether it makes sense.
pub fn decode(request: &Request) -> (Decoded, Result<(), ApiError>) {
    if let Some(operation) = request.path.strip_prefix(CBOR_PATH) {
        return match cbor::decode(&request.body) {
            Ok(parameters) => (Decoded::new(Service::Cloudwatch, Protocol::Cbor, operation, parameters), Ok(())),
            Err(problem) => {
                let decoded = Decoded::new(Service::Cloudwatch, Protocol::Cbor, operation, Value::Null);
                (decoded, Err(ApiError::new("SerializationException", problem)))
            }
        };
    }
    if request.path.starts_with(rest::API_PATH) {
        return rest::decode(request);
    }
    match request.header("x-amz-target") {
        Some(target) => decode_target(request, target),
        None => decode_form(request),
    }
}

fn decode_target(request: &Request, target: &str) -> (Decoded, Result<(), ApiError>) {
    let known = [
        (json::ECS_TARGET, Service::Ecs, Protocol::Json),
        (CLOUDWATCH_TARGET, Service::Cloudwatch, Protocol::Json10),
        (EVENTS_TARGET, Service::Events, Protocol::Json),
    ];
    let found = known
        .into_iter()
        .find_map(|(prefix, service, protocol)| Some((service, protocol, target.strip_prefix(prefix)?)));
    let Some((service, protocol, operation)) = found else {
        let error = ApiError::new("UnknownOperationException", format!("The target {target} is not known."));
        return (Decoded::new(Service::Ecs, Protocol::Json, target, Value::Null), Err(error));
    };
    match json::parse(request) {
        Ok(parameters) => (Decoded::new(service, protocol, operation, parameters), Ok(())),
        Err(error) => (Decoded::new(service, protocol, operation, Value::Null), Err(error)),
    }
}

fn decode_form(request: &Request) -> (Decoded, Result<(), ApiError>) {
    let form = query::parse(request);
    let service = match form.version.as_str() {
        STS_VERSION => Some(Service::Sts),
        SNS_VERSION => Some(Service::Sns),
        ELBV2_VERSION => Some(Service::Elbv2),
        _ => None,
    };
    let verdict = if form.action.is_empty() {
        Err(ApiError::new("MissingAction", "The request must contain the parameter Action."))
    } else if form.version == CLOUDWATCH_VERSION {
        Err(ApiError::new(
            "InvalidAction",
            "This simulation speaks CBOR and JSON with CloudWatch, as every current SDK does.",
        ))
    } else if service.is_some() {
        Ok(())
    } else {
        Err(ApiError::new("InvalidAction", format!("Could not find version {} of any service.", form.version)))
    };
    (Decoded { service: service.unwrap_or(Service::Elbv2), protocol: Protocol::Query, form }, verdict)
}
