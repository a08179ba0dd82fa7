//! Requests and answers as bytes with a little structure, and the encodings of the services.

pub mod cbor;
pub mod credentials;
pub mod decode;
pub mod json;
pub mod query;
pub mod rest;
pub mod xml;

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::control::ClockChange;
use crate::service::Service;
use crate::time::Moment;

/// An HTTP request, free of sockets.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The path, without the query string.
    pub path: String,
    /// The query string, without its question mark.
    pub query: String,
    /// Header names in lower case, and their values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A header's value, if it was sent; `name` is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The query string's parameters.
    pub fn parameters(&self) -> impl Iterator<Item = (String, String)> + '_ {
        form_urlencoded::parse(self.query.as_bytes()).into_owned()
    }

    /// One parameter of the query string.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

/// An HTTP response, free of sockets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The value of the `content-type` header.
    pub content_type: &'static str,
    /// The identifier that the services send in `x-amzn-requestid`.
    pub request_id: String,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What the peer gets to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A response.
    Answer(Response),
    /// The connection closes without a response.
    Reset,
}

/// What a request led to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What to send.
    pub reply: Reply,
    /// How long, in real time, to hold the reply back.
    pub delay: Duration,
    /// The moment of simulated time before which the reply is not sent.
    pub not_before: Option<Moment>,
    /// A change to the clock that drives the simulator, asked for through the control interface.
    pub clock: Option<ClockChange>,
}

impl Outcome {
    /// An immediate answer.
    #[must_use]
    pub const fn answer(response: Response) -> Self {
        Self { reply: Reply::Answer(response), delay: Duration::ZERO, not_before: None, clock: None }
    }
}

/// The protocol a service speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `application/x-amz-json-1.1`.
    Json,
    /// `application/x-amz-json-1.0`, with the error codes of the query protocol in a header.
    Json10,
    /// `application/cbor`, with the same header.
    Cbor,
    /// A path and JSON.
    Rest,
    /// A form in, XML out.
    Query,
}

impl Protocol {
    /// Whether it is a form in and XML out.
    #[must_use]
    pub const fn is_query(self) -> bool {
        matches!(self, Self::Query)
    }
}

/// A moment in a tree, for the protocols that mark one.
#[must_use]
pub fn timestamp(at: Moment) -> Value {
    json!({"$timestamp": at.epoch_seconds()})
}

/// The seconds of an object that [`timestamp`] made.
fn as_timestamp(fields: &Map<String, Value>) -> Option<f64> {
    fields.get("$timestamp").and_then(Value::as_f64)
}

/// An error as a service reports it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// The code that goes over the wire.
    pub code: String,
    /// The message.
    pub message: String,
    /// The HTTP status.
    pub status: u16,
    /// The parameter that this simulation does not know, if that is what is wrong.
    pub unmodelled: Option<String>,
}

impl ApiError {
    /// An error with status 400.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), status: 400, unmodelled: None }
    }

    /// The same error with another status.
    #[must_use]
    pub const fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The error for parameters that do not fit their type; it notes one that the type does not know.
    #[must_use]
    pub fn undecodable(code: &str, error: &serde_json::Error) -> Self {
        let message = error.to_string();
        let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
        Self { unmodelled: unknown.map(str::to_owned), ..Self::new(code, message.clone()) }
    }

    /// ECS's answer to a parameter it does not accept.
    pub fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    /// The answer to a caller that calls too often.
    #[must_use]
    pub fn throttled(service: Service) -> Self {
        match service {
            Service::Ecs | Service::Events => Self::new("ThrottlingException", "Rate exceeded"),
            Service::Elbv2 | Service::Sts | Service::Cloudwatch | Service::Sns => {
                Self::new("Throttling", "Rate exceeded")
            }
            Service::Lambda => Self::new("TooManyRequestsException", "Rate Exceeded.").with_status(429),
        }
    }

    /// The query protocol's answer to a parameter it does not accept.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", message)
    }

    /// The shape that stands for the code in CloudWatch's model.
    #[must_use]
    pub fn shape(&self) -> &str {
        match self.code.as_str() {
            "InvalidParameterValue" => "InvalidParameterValueException",
            "ValidationError" => "ValidationException",
            "InvalidParameterCombination" => "InvalidParameterCombinationException",
            "MissingParameter" => "MissingRequiredParameterException",
            "InvalidFormat" => "InvalidFormatFault",
            "LimitExceeded" => "LimitExceededFault",
            "InternalServiceError" => "InternalServiceFault",
            other => other,
        }
    }

    /// The value of `x-amzn-query-error`.
    #[must_use]
    pub fn query_header(&self) -> String {
        format!("{};{}", self.code, if self.status >= 500 { "Receiver" } else { "Sender" })
    }
}
