//! How a write that the fence held back is told from one that AWS did not answer.

/// The error inside an SDK error when the fence was closed.
#[derive(Debug, thiserror::Error)]
#[error("the lease is not valid any more, so that nothing was sent")]
pub(crate) struct Fenced;
