//! How patiently AWS is called.

use std::time::Duration;

use super::limits;

/// How patiently AWS is called.
#[derive(Clone, Debug, PartialEq)]
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
    /// Part of AWS's documented rate limits that is used. Default: 0.7; above 1.0 where AWS raised an account's limits.
    pub rate_share: f64,
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
            rate_share: limits::RATE_SHARE,
        }
    }
}
