//! Why a scenario cannot be used.

/// Why a scenario cannot be used, in words that say what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Problem(pub String);
