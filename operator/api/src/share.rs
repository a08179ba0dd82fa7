//! A share of the traffic, to a tenth of a percent: `10`, or `"12.5%"` where it is no whole number.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::share_rules;

/// A share of the traffic in tenths of a percent, from 0 to 1000. In a manifest a whole number of percent is an integer, and
/// any other a string such as `"12.5%"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u16);

/// A text that is no share.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "{0:?} is not a share: write a whole number of percent such as 10, or a string with one decimal such as \"12.5%\"; at least \"0.1%\", at most 100"
)]
pub struct InvalidShare(pub String);

/// Tenths of a percent in the whole.
const WHOLE: u16 = 1000;

impl Share {
    /// No traffic.
    pub const NONE: Self = Self(0);

    /// The least that there can be: 0.1 percent.
    pub const LEAST: Self = Self(1);

    /// All traffic.
    pub const ALL: Self = Self(WHOLE);

    /// So many tenths of a percent; all where it is more than all.
    #[must_use]
    pub const fn from_tenths(tenths: u16) -> Self {
        Self(if tenths > WHOLE { WHOLE } else { tenths })
    }

    /// So many percent; all where it is more than all.
    #[must_use]
    pub const fn from_percent(percent: u8) -> Self {
        Self::from_tenths(percent as u16 * 10)
    }

    /// In tenths of a percent.
    #[must_use]
    pub const fn tenths(self) -> u16 {
        self.0
    }

    /// In percent.
    #[must_use]
    pub fn percent(self) -> f64 {
        f64::from(self.0) / 10.0
    }

    /// What this share leaves of the whole.
    #[must_use]
    pub const fn rest(self) -> Self {
        Self(WHOLE - self.0)
    }

    /// The number of percent, where it is whole.
    const fn whole_percent(self) -> Option<u16> {
        if self.0.is_multiple_of(10) { Some(self.0 / 10) } else { None }
    }

    /// So many percent; none where it is less than nothing or more than all.
    fn checked(percent: i64) -> Option<Self> {
        u8::try_from(percent).ok().filter(|percent| *percent <= 100).map(Self::from_percent)
    }
}

impl FromStr for Share {
    type Err = InvalidShare;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parsed(text).ok_or_else(|| InvalidShare(text.chars().take(LONGEST_TOLD).collect()))
    }
}

/// Longest part of a text that is no share that is told of it, in characters.
const LONGEST_TOLD: usize = 32;

fn parsed(text: &str) -> Option<Share> {
    let number = text.strip_suffix('%')?;
    let (whole, tenth) = number.split_once('.').unwrap_or((number, "0"));
    let is_number = |digits: &str, most: usize| {
        (1..=most).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
    };
    let is_padded = whole.len() > 1 && whole.starts_with('0');
    if !is_number(whole, 3) || !is_number(tenth, 1) || is_padded {
        return None;
    }
    let tenths = whole.parse::<u16>().ok()? * 10 + tenth.parse::<u16>().ok()?;
    (1..=WHOLE).contains(&tenths).then_some(Share(tenths))
}

/// As people read it, without a sign: `10` or `12.5`.
impl fmt::Display for Share {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.whole_percent() {
            Some(percent) => formatter.pad(&percent.to_string()),
            None => formatter.pad(&format!("{}.{}", self.0 / 10, self.0 % 10)),
        }
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.whole_percent() {
            Some(percent) => serializer.serialize_u16(percent),
            None => serializer.collect_str(&format_args!("{self}%")),
        }
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShareVisitor)
    }
}

struct ShareVisitor;

impl Visitor<'_> for ShareVisitor {
    type Value = Share;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a share: a whole number of percent such as 10, or a string such as \"12.5%\"")
    }

    fn visit_i64<E: Error>(self, percent: i64) -> Result<Share, E> {
        Share::checked(percent).ok_or_else(|| E::custom(InvalidShare(percent.to_string())))
    }

    fn visit_u64<E: Error>(self, percent: u64) -> Result<Share, E> {
        let share = i64::try_from(percent).ok().and_then(Share::checked);
        share.ok_or_else(|| E::custom(InvalidShare(percent.to_string())))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Share, E> {
        text.parse().map_err(E::custom)
    }
}

impl JsonSchema for Share {
    fn schema_name() -> Cow<'static, str> {
        "Share".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "x-kubernetes-int-or-string": true,
            "x-kubernetes-validations": [{
                "rule": share_rules::is_share("self"),
                "message": share_rules::REMEDY,
            }],
            "description": "A share of the traffic in percent: a whole number such as 10, or a string such as \"12.5%\".",
        })
    }
}

/// A share that the operator writes into a status: nothing is asked of it there.
pub fn observed_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"x-kubernetes-int-or-string": true})
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_whole_number_is_an_integer_and_any_other_a_string_with_one_decimal() {
        let table = [
            (json!(10), 100, json!(10), "10"),
            (json!("10%"), 100, json!(10), "10"),
            (json!("10.0%"), 100, json!(10), "10"),
            (json!("12.5%"), 125, json!("12.5%"), "12.5"),
            (json!("0.1%"), 1, json!("0.1%"), "0.1"),
            (json!("99.9%"), 999, json!("99.9%"), "99.9"),
            (json!(100), 1000, json!(100), "100"),
            (json!("100.0%"), 1000, json!(100), "100"),
            (json!(0), 0, json!(0), "0"),
        ];
        for (written, tenths, kept, shown) in table {
            let share: Share = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(share.tenths(), tenths, "{written}");
            assert_eq!(serde_json::to_value(share).unwrap(), kept, "{written}");
            assert_eq!(share.to_string(), shown, "{written}");
        }
    }

    #[test]
    fn every_share_comes_out_as_it_went_in() {
        for tenths in 0..=1000 {
            let share = Share::from_tenths(tenths);
            let written = serde_json::to_value(share).unwrap();
            assert_eq!(serde_json::from_value::<Share>(written).unwrap(), share);
            assert_eq!(share.rest().tenths() + tenths, 1000);
        }
    }

    #[test]
    fn what_is_no_share_is_refused_with_the_remedy() {
        let texts = [
            "", "%", "0%", "0.0%", "0.05%", "12.55%", "12,5%", "12.5", " 5%", "-1%", "+5%", "100.1%", "101%", "1e1%",
            "5 %", "٥%", "05%", "5.%", ".5%", "five",
        ];
        for text in texts {
            let error = serde_json::from_value::<Share>(json!(text)).unwrap_err().to_string();
            assert!(error.contains("\"12.5%\"; at least \"0.1%\", at most 100"), "{text:?}: {error}");
        }
        let others: [Value; 6] = [json!(-1), json!(101), json!(1.5), json!(u64::MAX), json!(null), json!([10])];
        for value in others {
            let error = serde_json::from_value::<Share>(value.clone()).unwrap_err().to_string();
            assert!(error.contains("\"12.5%\""), "{value}: {error}");
        }
        let long = serde_json::from_value::<Share>(json!("9".repeat(100_000))).unwrap_err().to_string();
        assert!(long.len() < 250, "{}", long.len());
    }
}
