//! Numbers over time.

use std::collections::BTreeMap;

/// A value for each period in which there is one, by the beginning of the period in milliseconds.
pub type Series = BTreeMap<i64, f64>;
