//! A length of time as users of Kubernetes write it: `90s`, `5m`, `1h30m`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use jiff::fmt::friendly::{Designator, Spacing, SpanPrinter};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::input_rules;

/// A length of time, never negative, written like `5m` or `1h30m` in a manifest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(SignedDuration);

/// The longest, some 22 years: longer than the definitions take, and far from the end of all days that a clock can show, to
/// which no sum of some of them comes.
const LONGEST: SignedDuration = SignedDuration::from_hours(200_000);

/// A text that is no duration.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{0:?} is not a duration: write hours, minutes and seconds such as 90s, 5m or 1h30m, of at most 200000h")]
pub struct InvalidDuration(pub String);

impl Duration {
    /// So many whole seconds.
    #[must_use]
    pub const fn from_secs(seconds: u32) -> Self {
        Self(SignedDuration::from_secs(seconds as i64))
    }

    /// So many whole minutes.
    #[must_use]
    pub const fn from_mins(minutes: u32) -> Self {
        Self::from_secs(minutes * 60)
    }

    /// The same length, rounded up to whole seconds as a manifest has them; no time at all where it is negative.
    #[must_use]
    pub fn from_signed(length: SignedDuration) -> Self {
        let more = i64::from(length.subsec_nanos() > 0);
        Self(SignedDuration::from_secs(length.as_secs().saturating_add(more).max(0)))
    }

    /// The same length as the time library's type.
    #[must_use]
    pub const fn as_signed(self) -> SignedDuration {
        self.0
    }

    /// Whether it is no time at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0.is_zero()
    }
}

impl FromStr for Duration {
    type Err = InvalidDuration;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidDuration(text.to_owned());
        let parsed: SignedDuration = text.parse().map_err(|_| invalid())?;
        if parsed.is_negative() || parsed > LONGEST { Err(invalid()) } else { Ok(Self(parsed)) }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let printer = SpanPrinter::new().designator(Designator::Compact).spacing(Spacing::None);
        formatter.write_str(&printer.duration_to_string(&self.0))
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Duration {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "maxLength": 18,
            "x-kubernetes-validations": [{
                "rule": input_rules::IS_DURATION,
                "message": "write hours, minutes and seconds such as 90s, 5m or 1h30m",
            }],
            "description": "A length of time in hours, minutes and seconds, such as 90s, 5m or 1h30m.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_users_of_kubernetes_write_them() {
        for (text, seconds, written) in
            [("90s", 90, "1m30s"), ("5m", 300, "5m"), ("1h30m", 5400, "1h30m"), ("0s", 0, "0s")]
        {
            let duration: Duration = text.parse().unwrap();
            assert_eq!(duration, Duration::from_secs(seconds));
            assert_eq!(duration.to_string(), written);
            assert_eq!(written.parse(), Ok(duration));
        }
    }

    #[test]
    fn a_length_of_the_time_library_is_rounded_up_to_whole_seconds() {
        for (millis, seconds) in [(0, 0), (1, 1), (1000, 1), (1001, 2), (-1, 0), (-5000, 0)] {
            assert_eq!(Duration::from_signed(SignedDuration::from_millis(millis)), Duration::from_secs(seconds));
        }
    }

    #[test]
    fn what_is_no_duration_is_refused_with_the_remedy() {
        for text in ["", "soon", "-5m", "5", "200001h", "9999999999h", "99999999999999999999h"] {
            let error = text.parse::<Duration>().unwrap_err();
            assert!(error.to_string().contains("5m or 1h30m"), "{error}");
        }
        // The longest that the definitions take.
        assert!("99999h99999m999999s".parse::<Duration>().is_ok());
    }
}
