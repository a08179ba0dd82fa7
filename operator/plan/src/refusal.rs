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

    /// The same, where it is about this field, of the field in which its value was written.
    #[must_use]
    pub(crate) fn of_field(mut self, field: &str, written: &str) -> Self {
        if let Some(rest) = self.message.strip_prefix(field).filter(|rest| rest.starts_with([':', '.'])) {
            self.message = format!("{written}{rest}");
        }
        self
    }
}
