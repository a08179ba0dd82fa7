//! When the status of an object was written last: what changes often is told together.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// When statuses were written last, by UID, for as long as that matters.
#[derive(Debug, Default)]
pub struct Told(Mutex<HashMap<String, (Instant, Duration)>>);

impl Told {
    /// It is written now, and that matters for so long.
    pub fn now(&self, uid: &str, matters_for: Duration) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.retain(|_, (at, matters_for)| at.elapsed() < *matters_for);
        told.insert(uid.to_owned(), (Instant::now(), matters_for));
    }

    /// What is left of a pause after the last time, if anything is.
    pub fn rest(&self, uid: &str, pause: Duration) -> Option<Duration> {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, _) = told.get(uid)?;
        pause.checked_sub(at.elapsed()).filter(|rest| !rest.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_begins_with_what_was_told_and_ends() {
        let told = Told::default();
        let hour = Duration::from_hours(1);
        assert_eq!(told.rest("a", hour), None);
        told.now("a", hour);
        assert!(told.rest("a", hour).is_some_and(|rest| rest <= hour));
        assert_eq!((told.rest("a", Duration::ZERO), told.rest("b", hour)), (None, None));
    }
}
