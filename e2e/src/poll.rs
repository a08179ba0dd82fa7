//! Waiting for something to become so, never for time to pass.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::{Error, Result};

/// How long anything may take before it counts as failed: slow CI machines included.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// How often it is looked.
const INTERVAL: Duration = Duration::from_millis(100);

/// Looks again and again until there is a value. What was awaited is told when that takes longer than [`PATIENCE`].
pub fn until<T>(what: &str, look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    within(PATIENCE, what, look)
}

/// The same, with a patience of its own.
pub fn within<T>(patience: Duration, what: &str, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(value) = look()? {
            return Ok(value);
        }
        if Instant::now() >= deadline {
            return Err(Error::new(format!("waited {} s in vain for {what}", patience.as_secs())));
        }
        sleep(INTERVAL);
    }
}
