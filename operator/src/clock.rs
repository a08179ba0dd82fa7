//! The clock.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The time, read once in a reconcile, to the millisecond: more would only make statuses longer.
pub fn now() -> Timestamp {
    #[allow(clippy::disallowed_methods, reason = "the one place where a reconcile reads the clock")]
    let now = Timestamp::now();
    now.round(jiff::Unit::Millisecond).unwrap_or(now)
}

/// A length of time of the standard library as one of the time library.
pub fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}
