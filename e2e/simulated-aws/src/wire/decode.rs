//! Tells by path, headers and form which operation of which service a request asks for.

use serde_json::Value;

use super::decoded::Decoded;
use super::error::ApiError;
use super::message::{Protocol, Request};
use super::query::{CLOUDWATCH_VERSION, ELBV2_VERSION, SNS_VERSION, STS_VERSION};
use super::{cbor, json, query, rest};
use crate::service::Service;

const CBOR_PATH: &str = "/service/GraniteServiceVersion20100801/operation/";

const CLOUDWATCH_TARGET: &str = "GraniteServiceVersion20100801.";

const EVENTS_TARGET: &str = "AWSEvents.";

const ECR_TARGET: &str = "AmazonEC2ContainerRegistry_V20150921.";

/// Reads a request; the second half tells whether it makes sense.
pub fn decode(request: &Request) -> (Decoded, Result<(), ApiError>) {
    let (decoded, verdict) = decode_body(request);
    match request.header("content-encoding") {
        Some(encoding) if encoding != "identity" => {
            let problem = format!(
                "This simulation does not read bodies in {encoding}; set AWS_DISABLE_REQUEST_COMPRESSION=true for the client."
            );
            (decoded, Err(ApiError::new("SerializationException", problem)))
        }
        _ => (decoded, verdict),
    }
}

fn decode_body(request: &Request) -> (Decoded, Result<(), ApiError>) {
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
        (ECR_TARGET, Service::Ecr, Protocol::Json),
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
