//! What an error code says.

/// What an error code says of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeClass {
    /// Too many requests: the same may pass later.
    Throttled,
    /// The service was not well: the same may pass later.
    Unavailable,
    /// Something is changed or made ready just now: the same may pass once that is over.
    Busy,
    /// There was no room for it.
    Capacity,
    /// No credentials, or some that are not accepted.
    Credentials,
    /// Credentials that may not do this.
    AccessDenied,
    /// Something named in the request does not exist.
    NotFound,
    /// It would be more than a quota allows.
    Limit,
    /// Something is there already, or in a state in which it cannot be done.
    Conflict,
    /// The request can never pass as it is.
    Invalid,
}
