//! What is answered.

use serde::Serialize;
use sluice_api::{FailureCategory, FailureCode, FailureStage};

/// Where the pages of the codes are.
const PAGES: &str = "https://github.com/sluice-dev/sluice/blob/main/docs/errors";

/// What a message means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The part of the pipeline that failed.
    pub stage: FailureStage,
    /// The kind.
    pub category: FailureCategory,
    /// The code; it decides `retryable`.
    pub code: FailureCode,
    /// Whether the same, unchanged, may pass when it is tried again.
    pub retryable: bool,
    /// Whether it is a failure at all: a service that reached a steady state tells of none.
    pub failure: bool,
    /// What to do, in a sentence of ours; nothing of the message is repeated in it.
    pub hint: &'static str,
    /// The rule that decided.
    #[serde(skip)]
    pub rule: &'static str,
}

impl Explanation {
    /// Whether AWS took away what it ran on: that says nothing of what ran.
    #[must_use]
    pub fn tells_of_a_lost_host(&self) -> bool {
        self.rule == LOST_HOST
    }

    /// Whether a container used up its memory.
    #[must_use]
    pub fn tells_of_memory(&self) -> bool {
        self.rule == OUT_OF_MEMORY
    }
}

/// Rules that are asked for by name.
pub(crate) const LOST_HOST: &str = "a host that went away";
pub(crate) const OUT_OF_MEMORY: &str = "out of memory";

/// The page about a code.
#[must_use]
pub fn docs_of(code: FailureCode) -> String {
    format!("{PAGES}/{code}.md")
}
