//! Waiting for something to become so, never for time to pass.

use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// Names how many seconds anything may take before it counts as failed, see [`time_limit`].
const VARIABLE: &str = "SLUICE_TEST_TIME_LIMIT";

/// The same where nobody says: long, because it ends what hangs, and judges nothing by its speed.
const TIME_LIMIT: Duration = Duration::from_mins(5);

/// Shortest and longest time between two looks. In between it is an eighth of the time that was waited already: what
/// comes soon is seen soon, and what takes long costs the machine, which others wait for too, few looks.
const INTERVALS: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(300));

/// How often it is looked where the very moment matters.
const CLOSE_INTERVAL: Duration = Duration::from_millis(10);

/// How long anything may take before it counts as failed: `SLUICE_TEST_TIME_LIMIT` in seconds, else five minutes. It
/// is there to end a test that hangs; no test is faster or slower for it.
#[must_use]
pub fn time_limit() -> Duration {
    static LIMIT: OnceLock<Duration> = OnceLock::new();
    *LIMIT.get_or_init(|| {
        let seconds = std::env::var(VARIABLE).ok().and_then(|text| text.parse().ok());
        seconds.map_or(TIME_LIMIT, Duration::from_secs)
    })
}

/// Looks again and again until there is a value. What was awaited is told when that takes longer than [`time_limit`].
pub fn until<T>(what: &str, look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    within(time_limit(), what, look)
}

/// The same, with a limit of its own.
pub fn within<T>(limit: Duration, what: &str, look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    every(|waited| (waited / 8).clamp(INTERVALS.0, INTERVALS.1), limit, what, look)
}

/// The same, with a look every few milliseconds: for what is to be met at the very moment.
pub fn closely<T>(what: &str, look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    every(|_| CLOSE_INTERVAL, time_limit(), what, look)
}

fn every<T>(
    interval: impl Fn(Duration) -> Duration,
    limit: Duration,
    what: &str,
    mut look: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let began = Instant::now();
    loop {
        if let Some(value) = look()? {
            return Ok(value);
        }
        let waited = began.elapsed();
        if waited >= limit {
            return Err(Error::new(format!("waited {} s in vain for {what}", limit.as_secs())));
        }
        sleep(interval(waited));
    }
}
