//! Moments and lengths of time as people read them.

use jiff::{SignedDuration, Timestamp};
use sluice_api::Duration;

/// A length of time to the second, such as `3m12s`; from a day on in days and hours, such as `2d3h`. No time where it is
/// negative.
#[must_use]
pub fn length(duration: SignedDuration) -> String {
    const DAY: i64 = 24 * 3600;
    let seconds = duration.as_secs().max(0);
    if seconds < DAY {
        return Duration::from_signed(SignedDuration::from_secs(seconds)).to_string();
    }
    let hours = seconds % DAY / 3600;
    let rest = if hours > 0 { format!("{hours}h") } else { String::new() };
    format!("{}d{rest}", seconds / DAY)
}

/// A moment in UTC, with its date on another day.
#[must_use]
pub fn clock(at: Timestamp, now: Timestamp) -> String {
    let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
    at.strftime(if day(at) == day(now) { "%H:%M:%SZ" } else { "%Y-%m-%d %H:%M:%SZ" }).to_string()
}

/// A moment to come and the time until then, such as `14:31:05Z, 3m12s left`; `due since` once it is past.
#[must_use]
pub fn left(at: Timestamp, now: Timestamp) -> String {
    let rest = at.duration_since(now);
    if rest.is_negative() {
        return format!("{}, due for {}", clock(at, now), length(-rest));
    }
    format!("{}, {} left", clock(at, now), length(rest))
}

/// How old something is.
#[must_use]
pub fn age(since: Timestamp, now: Timestamp) -> String {
    length(now.duration_since(since))
}

/// A bar that empties as time passes.
#[must_use]
pub fn countdown(from: Timestamp, to: Timestamp, now: Timestamp) -> String {
    const CELLS: i64 = 10;
    let all = to.duration_since(from).as_secs().max(1);
    let rest = to.duration_since(now).as_secs().clamp(0, all);
    let full = (rest * CELLS + all - 1) / all;
    (0..CELLS).map(|cell| if cell < full { '▰' } else { '▱' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_for_people() {
        let now: Timestamp = "2026-11-26T12:00:00Z".parse().unwrap();
        let after = |seconds: i64| now + SignedDuration::from_secs(seconds);
        let table = [(0, "0s"), (192, "3m12s"), (3600, "1h"), (86_399, "23h59m59s"), (97_200, "1d3h"), (-5, "0s")];
        for (seconds, expected) in table {
            assert_eq!(length(SignedDuration::from_secs(seconds)), expected);
        }
        assert_eq!(left(after(192), now), "12:03:12Z, 3m12s left");
        assert_eq!(left(after(-3), now), "11:59:57Z, due for 3s");
        assert_eq!(clock(after(86_400), now), "2026-11-27 12:00:00Z");
        assert_eq!(age(after(-61), now), "1m1s");
        for (seconds, expected) in [(0, "▰▰▰▰▰▰▰▰▰▰"), (31, "▰▰▰▰▰▱▱▱▱▱"), (60, "▱▱▱▱▱▱▱▱▱▱"), (90, "▱▱▱▱▱▱▱▱▱▱")]
        {
            assert_eq!(countdown(now, after(60), after(seconds)), expected, "{seconds}");
        }
    }
}
