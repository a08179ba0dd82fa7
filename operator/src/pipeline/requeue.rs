//! When an object is looked at again: a table over what its reconcile came to.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use kube::runtime::controller::Action;

/// What a reconcile came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requeue {
    /// Something was done or moved on: look again at once.
    Now,
    /// Nothing is due before this moment.
    At(Timestamp),
    /// Nothing is due, and someone may mend something: look again after this time.
    After(Duration),
    /// AWS or Kubernetes did not do what they should: look again after a growing time.
    BackOff,
    /// The same while traffic returns to the original, which must not wait long once AWS is back (L7).
    BackOffBriefly,
    /// Nothing is due until the object changes.
    OnChange,
}

/// First time between two tries.
const FIRST: Duration = Duration::from_millis(500);

/// Longest time between two tries.
const LONGEST: Duration = Duration::from_secs(30);

/// Longest time between two tries of a rollback: few at a time roll back, and users wait for them.
const LONGEST_OF_A_ROLLBACK: Duration = Duration::from_secs(4);

/// Failures in a row, by UID, for the growth of the back-off. Reset by the first success.
#[derive(Debug, Default)]
pub struct FailureCounts(Mutex<HashMap<String, u32>>);

impl FailureCounts {
    /// How many reconciles of an object failed in a row.
    pub fn in_a_row(&self, uid: &str) -> u32 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(uid).copied().unwrap_or(0)
    }

    /// The action for an object, with jitter where many objects may have failed together.
    pub fn action(&self, uid: &str, requeue: Requeue, now: Timestamp) -> Action {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(requeue, Requeue::BackOff | Requeue::BackOffBriefly) {
            failures.remove(uid);
        }
        match requeue {
            Requeue::Now => Action::requeue(Duration::ZERO),
            Requeue::At(at) => Action::requeue(Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO)),
            Requeue::After(after) => Action::requeue(jittered(after)),
            Requeue::OnChange => Action::await_change(),
            Requeue::BackOff | Requeue::BackOffBriefly => {
                let count = failures.entry(uid.to_owned()).or_default();
                *count = count.saturating_add(1);
                let longest = if requeue == Requeue::BackOff { LONGEST } else { LONGEST_OF_A_ROLLBACK };
                Action::requeue(jittered(back_off(*count, longest)))
            }
        }
    }
}

/// Doubles with each failure in a row, up to the longest.
fn back_off(failures: u32, longest: Duration) -> Duration {
    let doubled = FIRST.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1).min(16)));
    doubled.min(longest)
}

/// Between 75 and 100 percent of it, so that objects that failed together do not come back together.
fn jittered(duration: Duration) -> Duration {
    duration.mul_f64(rand::random_range(0.75..=1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_back_off_doubles_up_to_its_longest() {
        let millis = |longest| [1, 2, 3, 4, 7, 40].map(|count| back_off(count, longest).as_millis());
        assert_eq!(millis(LONGEST), [500, 1000, 2000, 4000, 30_000, 30_000]);
        assert_eq!(millis(LONGEST_OF_A_ROLLBACK), [500, 1000, 2000, 4000, 4000, 4000]);
    }
}
