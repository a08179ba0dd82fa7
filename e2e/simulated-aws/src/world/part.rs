//! A part of the traffic, as weights give it.

use std::cmp::Ordering;
use std::fmt;

/// A weight, and the sum of all that it is one of. Compared exactly: 1 of 10 and 10 of 100 are the same.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    weight: u32,
    of: u32,
}

impl Part {
    /// No traffic.
    pub const NONE: Self = Self { weight: 0, of: 1 };

    /// A weight of a sum; none of a sum of 0, which sends nothing.
    #[must_use]
    pub const fn of(weight: u32, sum: u32) -> Self {
        if sum == 0 { Self::NONE } else { Self { weight, of: sum } }
    }
}

impl Ord for Part {
    fn cmp(&self, other: &Self) -> Ordering {
        let product = |weight: u32, of: u32| u64::from(weight) * u64::from(of);
        product(self.weight, other.of).cmp(&product(other.weight, self.of))
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Part {}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} of {}", self.weight, self.of)
    }
}
