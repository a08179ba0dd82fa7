//! One token bucket, as far as this process uses it.

use std::time::Duration;

use tokio::time::Instant;

use crate::operations::Limit;

/// What is left of the rate after a throttled try: others use the same bucket, or it is smaller than documented.
const LEFT_AFTER_A_THROTTLE: f64 = 0.7;

/// Least that is left of it, however often AWS throttles: something must go through to find out when it is over.
const LEAST: f64 = 0.2;

/// Tries that were under way together are throttled together, and say one thing.
const SAME_THROTTLE: Duration = Duration::from_secs(1);

/// How long after the last throttled try the rate begins to recover.
const CALM: Duration = Duration::from_secs(5);

/// What is recovered a second, in parts of the whole rate: a storm is forgotten within half a minute.
const RECOVERY: f64 = 0.05;

/// A token bucket. It may be in debt: what is sent is counted, also when nobody waited for it.
#[derive(Clone, Debug)]
pub(super) struct TokenBucket {
    limit: Limit,
    tokens: f64,
    /// Tokens that are reserved by permits that were granted.
    reserved: f64,
    filled_at: Instant,
    /// What is left of the limit by what AWS throttled, 0.2 to 1.
    learned: f64,
    throttled_at: Option<Instant>,
}

impl TokenBucket {
    pub(super) const fn new(limit: Limit, now: Instant) -> Self {
        Self { limit, tokens: limit.burst, reserved: 0.0, filled_at: now, learned: 1.0, throttled_at: None }
    }

    pub(super) fn refill(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.filled_at).as_secs_f64();
        self.filled_at = now;
        if self.throttled_at.is_none_or(|at| now.saturating_duration_since(at) >= CALM) {
            self.learned = (self.learned + elapsed * RECOVERY).min(1.0);
        }
        self.tokens = (self.tokens + elapsed * self.rate()).min(self.capacity());
    }

    /// Tokens that are missing for so many calls when a part of the bucket, 0.0 to 1.0, is reserved for others. Zero or less
    /// when there are enough. More than the bucket holds is never asked for.
    pub(super) fn deficit(&self, calls: f64, reserved_for_others: f64) -> f64 {
        let capacity = self.capacity();
        (capacity * reserved_for_others + calls).min(capacity) - (self.tokens - self.reserved)
    }

    /// How long it takes until so many tokens more are there.
    pub(super) fn time_for(&self, tokens: f64) -> Duration {
        Duration::try_from_secs_f64(tokens / self.rate()).unwrap_or(Duration::MAX)
    }

    pub(super) fn reserve(&mut self, calls: f64) {
        self.reserved += calls;
    }

    pub(super) fn give_back(&mut self, calls: f64) {
        self.reserved = (self.reserved - calls).max(0.0);
    }

    pub(super) fn sent(&mut self, now: Instant) {
        self.refill(now);
        self.tokens -= 1.0;
    }

    /// AWS's own bucket is empty, whatever was thought of it.
    pub(super) fn throttled(&mut self, now: Instant) {
        self.refill(now);
        self.tokens = self.tokens.min(0.0);
        if self.throttled_at.is_none_or(|at| now.saturating_duration_since(at) >= SAME_THROTTLE) {
            self.learned = (self.learned * LEFT_AFTER_A_THROTTLE).max(LEAST);
            self.throttled_at = Some(now);
        }
    }

    fn rate(&self) -> f64 {
        self.limit.per_second * self.learned
    }

    fn capacity(&self) -> f64 {
        self.limit.burst * self.learned
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(now: Instant) -> TokenBucket {
        TokenBucket::new(Limit { burst: 20.0, per_second: 2.0 }, now)
    }

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let start = Instant::now();
        let mut bucket = bucket(start);
        for _ in 0..20 {
            assert!(bucket.deficit(1.0, 0.0) <= 0.0);
            bucket.sent(start);
        }
        assert!((bucket.deficit(1.0, 0.0) - 1.0).abs() < 1e-9);
        assert_eq!(bucket.time_for(bucket.deficit(1.0, 0.0)), seconds(0.5));
        bucket.refill(start + seconds(0.5));
        assert!(bucket.deficit(1.0, 0.0) <= 1e-9);
        bucket.refill(start + seconds(1000.0));
        assert!(bucket.deficit(20.0, 0.0) <= 1e-9 && bucket.deficit(1.0, 1.0) <= 1e-9);
    }

    #[test]
    fn what_is_reserved_for_others_or_by_a_permit_is_not_there() {
        let start = Instant::now();
        let mut bucket = bucket(start);
        bucket.sent(start);
        bucket.sent(start);
        assert!(bucket.deficit(12.0, 0.3) <= 1e-9 && bucket.deficit(13.0, 0.3) > 0.0);
        bucket.reserve(10.0);
        assert!(bucket.deficit(2.0, 0.3) <= 1e-9 && bucket.deficit(3.0, 0.3) > 0.0);
        bucket.give_back(10.0);
        assert!(bucket.deficit(12.0, 0.3) <= 1e-9);
    }

    #[test]
    fn throttled_tries_teach_less_and_calm_teaches_more() {
        let start = Instant::now();
        let mut bucket = bucket(start);
        let rate = |bucket: &TokenBucket| (bucket.rate() * 1000.0).round() / 1000.0;
        bucket.throttled(start);
        // In the same moment: one thing.
        bucket.throttled(start + seconds(0.5));
        assert!((rate(&bucket) - 1.4).abs() < 1e-9, "{bucket:?}");
        assert!(bucket.deficit(1.0, 0.0) >= 0.3, "the bucket is empty: {bucket:?}");
        for second in 1..100 {
            bucket.throttled(start + seconds(f64::from(second) * 2.0));
        }
        assert!((rate(&bucket) - 0.4).abs() < 1e-9, "never nothing: {bucket:?}");
        let calm = start + seconds(198.0) + CALM;
        bucket.refill(calm - seconds(0.1));
        assert!((rate(&bucket) - 0.4).abs() < 1e-9, "{bucket:?}");
        for second in 0..=16 {
            bucket.refill(calm + seconds(f64::from(second)));
        }
        assert!((rate(&bucket) - 2.0).abs() < 0.05, "{bucket:?}");
    }
}
