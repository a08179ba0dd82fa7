//! The weights by which a route gives a share: the smallest integers, such as 7 and 1 for 12.5 percent.

use sluice_api::Share;

use crate::platform::side::SplitWeights;

/// Most that a weight may be. (ELBv2 API reference, TargetGroupTuple.)
const MOST: i32 = 999;

/// Weights of the original and of the replacement that give the replacement this share.
///
/// Where someone else has a share of the route, the sum of the two stays what it is, as near as it can: else all that is
/// between the two would change what the third receives.
pub(super) fn weights(share: Share, now: Option<SplitWeights>) -> (i32, i32) {
    let (original, replacement) = smallest(share);
    let times = now.map_or(1, |now| times(now, original + replacement)).clamp(1, MOST / original.max(replacement));
    (original * times, replacement * times)
}

/// The smallest integers that give a share: at most 999 each, since one of the two is 0 where the other has it all.
fn smallest(share: Share) -> (i32, i32) {
    let (rest, own) = (i32::from(share.rest().tenths()), i32::from(share.tenths()));
    let divisor = greatest_common_divisor(rest, own);
    (rest / divisor, own / divisor)
}

/// How often the smallest sum is in what the two have now; once where nobody else has anything.
const fn times(now: SplitWeights, smallest: i32) -> i32 {
    let own = match (now.original, now.replacement) {
        (Some(original), Some(replacement)) => original + replacement,
        _ => return 1,
    };
    match (own, now.total) {
        (own, total) if own >= total => 1,
        // They have nothing that could stay: as hundredths.
        (0, _) => 100 / smallest,
        (own, _) => own / smallest,
    }
}

/// Of two numbers of which one is above 0.
const fn greatest_common_divisor(one: i32, other: i32) -> i32 {
    if other == 0 { one } else { greatest_common_divisor(other, one % other) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_weights_are_the_smallest_that_give_the_share() {
        let table = [
            (0, (1, 0)),
            (1, (999, 1)),
            (100, (9, 1)),
            (125, (7, 1)),
            (333, (667, 333)),
            (500, (1, 1)),
            (666, (167, 333)),
            (999, (1, 999)),
            (1000, (0, 1)),
        ];
        for (tenths, expected) in table {
            assert_eq!(weights(Share::from_tenths(tenths), None), expected, "{tenths}");
        }
    }

    /// Nobody else has a share, or somebody has.
    fn any_split() -> impl Strategy<Value = SplitWeights> {
        (0..=MOST, 0..=MOST, prop_oneof![Just(0), 1..=MOST]).prop_map(|(original, replacement, others)| SplitWeights {
            original: Some(original),
            replacement: Some(replacement),
            total: original + replacement + others,
        })
    }

    proptest! {
        #[test]
        fn every_share_is_exact_in_weights_that_a_route_takes(tenths in 0..=1000_u16, now in any_split()) {
            for now in [None, Some(now)] {
                let (original, replacement) = weights(Share::from_tenths(tenths), now);
                prop_assert!((0..=MOST).contains(&original) && (0..=MOST).contains(&replacement));
                prop_assert!(original + replacement > 0);
                prop_assert_eq!(replacement * 1000, i32::from(tenths) * (original + replacement));
            }
        }

        #[test]
        fn no_smaller_weights_give_the_share(tenths in 0..=1000_u16) {
            let (original, replacement) = weights(Share::from_tenths(tenths), None);
            let sum = original + replacement;
            let is_given_by = |smaller: i32| (i32::from(tenths) * smaller) % 1000 == 0;
            prop_assert!(!(1..sum).any(is_given_by), "{original}:{replacement}");
        }

        #[test]
        fn a_way_back_leaves_a_third_party_what_it_has(own in 1..=MOST, replacement in 0..=MOST, others in 1..=MOST) {
            let sum = own + replacement;
            let now = SplitWeights { original: Some(own), replacement: Some(replacement), total: sum + others };
            prop_assert_eq!(weights(Share::NONE, Some(now)), (sum.min(MOST), 0));
        }
    }
}
