//! What became of an action.

use jiff::Timestamp;
use sluice_api::Reason;

/// What became of a plan's action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There was no action.
    Nothing,
    /// It was done.
    Done {
        /// When the answer was there.
        at: Timestamp,
    },
    /// It was not, or no one knows: the answer may have been lost.
    Failed {
        /// What AWS said.
        error: CallError,
        /// When the call was over.
        at: Timestamp,
    },
}

impl Outcome {
    /// When the call was over; none when there was no call.
    #[must_use]
    pub const fn acted_at(&self) -> Option<Timestamp> {
        match self {
            Self::Nothing => None,
            Self::Done { at } | Self::Failed { at, .. } => Some(*at),
        }
    }
}

/// A call to AWS that did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// One word for it.
    pub reason: Reason,
    /// What AWS said.
    pub message: String,
    /// Whether someone must mend something before it can pass.
    pub stalled: bool,
    /// Whether AWS refused this very request, so that the same one never passes.
    pub refused: bool,
}
