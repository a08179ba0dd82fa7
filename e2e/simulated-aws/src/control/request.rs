//! A control request, its answer, and what it cannot have.

use serde_json::Value;

use crate::time::{ClockChange, Moment};
use crate::wire::message::Request;

/// A control request.
pub struct Ask<'a> {
    /// The request.
    pub request: &'a Request,
    /// What stands in its path where the table has a word in capitals.
    pub name: &'a str,
    /// The moment.
    pub now: Moment,
}

/// What it is answered with.
pub struct Answer {
    /// The body.
    pub body: Value,
    /// What is to become of the clock.
    pub clock: Option<ClockChange>,
}

impl From<Value> for Answer {
    fn from(body: Value) -> Self {
        Self { body, clock: None }
    }
}

/// What it cannot have.
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Why.
    pub message: String,
}

impl Refusal {
    /// A refusal with that status.
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }
}
