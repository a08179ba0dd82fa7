//! How patiently AWS is called.

use std::time::Duration;

use crate::limits;

/// How patiently AWS is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Longest time of one operation, all its tries and waits together. Default: 10 s.
    pub operation_timeout: Duration,
    /// Longest time of one try. Default: 4 s.
    pub attempt_timeout: Duration,
    /// Tries of a write. Default: 2.
    pub write_attempts: u32,
    /// Tries of a read. Default: 3.
    pub read_attempts: u32,
    /// How long a batch waits for one more request. Default: 20 ms.
    pub batch_window: Duration,
    /// How long a batch waits at most. Default: 100 ms.
    pub batch_limit: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            operation_timeout: limits::OPERATION_TIMEOUT,
            attempt_timeout: limits::ATTEMPT_TIMEOUT,
            write_attempts: limits::WRITE_ATTEMPTS,
            read_attempts: limits::READ_ATTEMPTS,
            batch_window: limits::BATCH_WINDOW,
            batch_limit: limits::BATCH_LIMIT,
        }
    }
}

impl Settings {
    /// How long after a write was begun it may still land: its longest life and the error of clocks. Whatever is
    /// destructive waits this long since the last weight was written.
    #[must_use]
    pub fn write_barrier(&self) -> Duration {
        self.operation_timeout.saturating_add(limits::CLOCK_ERROR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_barrier_outlives_every_write() {
        let settings = Settings::default();
        assert_eq!(settings.write_barrier(), Duration::from_secs(15));
        assert!(settings.write_barrier() > settings.operation_timeout);
    }
}
