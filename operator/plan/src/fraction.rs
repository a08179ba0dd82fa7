//! A part of a route's traffic, exactly as its weights give it.

use std::cmp::Ordering;

use sluice_api::Share;

/// A part of the traffic: one weight of the sum of all. Compared by cross-multiplication, so that nothing is ever rounded
/// that a rule looks at; 1 of 10 and 10 of 100 are the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fraction {
    part: i64,
    /// Above 0.
    whole: i64,
}

impl Fraction {
    pub(crate) const NONE: Self = Self { part: 0, whole: 1 };
    pub(crate) const ALL: Self = Self { part: 1, whole: 1 };

    /// A weight of a sum of weights; nothing of a sum of 0, which sends nothing.
    pub(crate) fn of(part: i32, whole: i32) -> Self {
        if whole <= 0 { Self::NONE } else { Self { part: part.into(), whole: whole.into() } }
    }

    pub(crate) fn is_above_none(self) -> bool {
        self.part > 0
    }

    /// To a tenth of a percent, for people: what is something is never shown as nothing, and what is not all never as all.
    pub(crate) fn rounded(self) -> Share {
        let tenths = (2000 * self.part + self.whole) / (2 * self.whole);
        let tenths = u16::try_from(tenths.max(0)).unwrap_or(u16::MAX);
        let all = Share::ALL.tenths();
        Share::from_tenths(match self.part {
            ..=0 => 0,
            part if part >= self.whole => all,
            _ => tenths.clamp(1, all - 1),
        })
    }
}

impl From<Share> for Fraction {
    fn from(share: Share) -> Self {
        Self { part: share.tenths().into(), whole: Share::ALL.tenths().into() }
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.part * other.whole).cmp(&(other.part * self.whole))
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Fraction {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Fraction {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_share_is_the_same_whatever_its_weights_add_up_to() {
        for (one, other) in [((1, 10), (10, 100)), ((1, 3), (333, 999)), ((0, 5), (0, 0)), ((7, 7), (999, 999))] {
            assert_eq!(Fraction::of(one.0, one.1), Fraction::of(other.0, other.1));
        }
        assert!(Fraction::of(333, 1000) < Fraction::of(1, 3));
        assert!(Fraction::of(1, 8) == Fraction::from(Share::from_tenths(125)));
    }

    #[test]
    fn what_people_read_is_rounded_and_never_to_nothing_or_all() {
        let table = [
            ((0, 10), "0"),
            ((10, 10), "100"),
            ((1, 3), "33.3"),
            ((2, 3), "66.7"),
            ((1, 8), "12.5"),
            ((1, 1998), "0.1"),
            ((1, 100_000), "0.1"),
            ((99_999, 100_000), "99.9"),
            ((0, 0), "0"),
        ];
        for ((part, whole), expected) in table {
            assert_eq!(Fraction::of(part, whole).rounded().to_string(), expected, "{part} of {whole}");
        }
    }
}
