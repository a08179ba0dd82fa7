//! Virtual time: tokio's paused clock, counted from a fixed moment.

use jiff::{SignedDuration, Timestamp};
use simulated_aws::Moment;
use tokio::time::Instant;

/// Virtual time. It passes only while everything waits.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    origin: Instant,
}

/// Where virtual time begins: 2026-01-01T00:00:00Z, in seconds since the epoch.
const BEGINNING: i64 = 1_767_225_600;

impl Clock {
    /// A clock that begins now. To be called on a runtime whose time is paused.
    #[must_use]
    pub fn begin() -> Self {
        Self { origin: Instant::now() }
    }

    /// Where virtual time begins.
    #[must_use]
    pub fn beginning() -> Timestamp {
        Timestamp::from_second(BEGINNING).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The moment, in milliseconds since the epoch.
    fn millis(self) -> i64 {
        let elapsed = i64::try_from(self.origin.elapsed().as_millis()).unwrap_or(i64::MAX);
        BEGINNING.saturating_mul(1000).saturating_add(elapsed)
    }

    /// The moment, for the planner.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.millis()).unwrap_or(Timestamp::MAX)
    }

    /// The moment, for the simulator.
    #[must_use]
    pub fn moment(self) -> Moment {
        Moment::from_millis(self.millis())
    }

    /// Sleeps until the moment; not at all when it is past.
    pub async fn sleep_until(self, at: Timestamp) {
        let wait: SignedDuration = at.duration_since(self.timestamp());
        tokio::time::sleep(std::time::Duration::try_from(wait).unwrap_or_default()).await;
    }
}
