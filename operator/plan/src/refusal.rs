//! Why nothing begins.

use sluice_api::Reason;

/// Why nothing begins, for as long as the cause stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// One word, for conditions and metrics.
    pub reason: Reason,
    /// What was found, and what to do.
    pub message: String,
}

impl Refusal {
    /// A refusal in words.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into() }
    }
}
