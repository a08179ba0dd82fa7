//! Moments as AWS sends them.

use aws_smithy_types::DateTime;
use jiff::{Timestamp, Unit};

/// To the millisecond: AWS sends seconds with a fraction, of which a float keeps no more than that.
pub(crate) fn timestamp(from: DateTime) -> Option<Timestamp> {
    Timestamp::from_nanosecond(from.as_nanos()).ok()?.round(Unit::Millisecond).ok()
}
