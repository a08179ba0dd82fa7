//! When groups in which nothing happens are looked at: together, so that they share calls.
//!
//! AWS answers for ten services in one call, and for twenty rules. A thousand groups, each at a time of its own, would need as
//! many calls as there are groups; in waves they need a tenth. All at once they would need few more calls less, and hold up
//! what is released meanwhile.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use jiff::Timestamp;

/// How many groups there are in a wave, about.
const WAVE: usize = 100;

/// When a group is looked at next, by its UID, of so many groups in all: within the period, with the others of its wave.
#[must_use]
pub fn next_wave(now: Timestamp, period: Duration, uid: &str, groups: usize) -> Timestamp {
    let period = i128::try_from(period.as_nanos()).unwrap_or(i128::MAX).max(1);
    let waves = u64::try_from(groups.div_ceil(WAVE)).unwrap_or(1).max(1);
    let mut hasher = DefaultHasher::new();
    uid.hash(&mut hasher);
    let offset = period * i128::from(hasher.finish() % waves) / i128::from(waves);
    let since = (now.as_nanosecond() - offset).rem_euclid(period);
    Timestamp::from_nanosecond(now.as_nanosecond() + period - since).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn groups_are_looked_at_within_the_period_in_waves_of_about_a_hundred() {
        let (period, now) = (Duration::from_mins(10), Timestamp::from_second(1_767_225_601).unwrap());
        for (groups, expected) in [(0, 1), (1, 1), (100, 1), (101, 2), (1000, 10)] {
            let mut waves: BTreeMap<Timestamp, usize> = BTreeMap::new();
            for index in 0..1000 {
                let next = next_wave(now, period, &format!("uid-{index}"), groups);
                let wait = Duration::try_from(next.duration_since(now)).unwrap();
                assert!(!wait.is_zero() && wait <= period, "{wait:?}");
                // And again one period later.
                assert_eq!(next_wave(next, period, &format!("uid-{index}"), groups), next + period);
                *waves.entry(next).or_default() += 1;
            }
            assert_eq!(waves.len(), expected, "{groups}");
            assert!(waves.values().all(|count| *count > 500 / expected), "{waves:?}");
        }
    }
}
