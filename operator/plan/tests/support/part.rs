//! A share as weights give it, in arithmetic of its own.

use sluice_api::Share;

/// A weight, and the sum of all that it is one of.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub weight: i32,
    pub of: i32,
}

impl Part {
    /// Whether it is the greater share; exact.
    pub fn is_above(self, other: Self) -> bool {
        let product = |one: i32, of: i32| i64::from(one) * i64::from(of.max(1));
        product(self.weight, other.of) > product(other.weight, self.of)
    }

    /// In percent, rounded down to a tenth.
    pub fn rounded(self) -> Share {
        Share::from_tenths(u16::try_from(self.weight * 1000 / self.of.max(1)).unwrap())
    }
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        !self.is_above(*other) && !other.is_above(*self)
    }
}
