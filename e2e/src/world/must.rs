//! Where a test stands or falls.

use crate::error::Result;

/// Unwraps a result of the harness where a test stands or falls with it.
#[track_caller]
pub fn must<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}
