//! Requests and answers as bytes with a little structure, and the encodings of the three services.

pub mod credentials;
pub mod json;
pub mod query;
pub mod xml;

use std::time::Duration;

use crate::control::ClockChange;

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
    /// A change to the clock that drives the simulator, asked for through the control interface.
    pub clock: Option<ClockChange>,
}

impl Outcome {
    /// An immediate answer.
    #[must_use]
    pub const fn answer(response: Response) -> Self {
        Self { reply: Reply::Answer(response), delay: Duration::ZERO, clock: None }
    }
}

/// The protocol a service speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `application/x-amz-json-1.1`.
    Json,
    /// A form in, XML out.
    Query,
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
}

impl ApiError {
    /// An error with status 400.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), status: 400 }
    }

    /// The same error with another status.
    #[must_use]
    pub const fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// ECS's answer to a parameter it does not accept.
    pub fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    /// The answer to a caller that calls too often.
    #[must_use]
    pub fn throttled(protocol: Protocol) -> Self {
        match protocol {
            Protocol::Json => Self::new("ThrottlingException", "Rate exceeded"),
            Protocol::Query => Self::new("Throttling", "Rate exceeded"),
        }
    }

    /// The query protocol's answer to a parameter it does not accept.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", message)
    }
}
