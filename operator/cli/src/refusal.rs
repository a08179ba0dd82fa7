//! Why what was asked for is not done.

use thiserror::Error;

/// What was asked for is not done, and nothing was written: what was found, and what to type instead.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct Refusal {
    message: String,
}

impl Refusal {
    /// A refusal in these words: field or name, what was found, what to do.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}
