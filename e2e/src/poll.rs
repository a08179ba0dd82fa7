//! Waiting for something to become so, never for time to pass.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::{Error, Result};

/// How long anything may take before it counts as failed: slow CI machines included.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// How often it is looked.
const INTERVAL: Duration = Duration::from_millis(100);

/// How often it is looked where the very moment matters.
const CLOSE_INTERVAL: Duration = Duration::from_millis(10);

/// Looks again and again until there is a value. What was awaited is told when that takes longer than [`PATIENCE`].
pub fn until<T>(what: &str, look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    within(PATIENCE, what, look)
}

/// The same, with a patience of its own.
pub fn within<T>(patience: Duration, what: &str, look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    every(INTERVAL, patience, what, look)
}

/// The same, with a look every few milliseconds: for what is to be met at the very moment.
pub fn closely<T>(what: &str, look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    every(CLOSE_INTERVAL, PATIENCE, what, look)
}

fn every<T>(
    interval: Duration,
    patience: Duration,
    what: &str,
    mut look: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(value) = look()? {
            return Ok(value);
        }
        if Instant::now() >= deadline {
            return Err(Error::new(format!("waited {} s in vain for {what}", patience.as_secs())));
        }
        sleep(interval);
    }
}
