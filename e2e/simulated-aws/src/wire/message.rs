//! Requests and answers as bytes with a little structure.

use std::time::Duration;

use crate::time::{ClockChange, Moment};

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
