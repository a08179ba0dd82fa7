//! Lengths of time in rules.

use std::any::Any;
use std::cmp::Ordering;

use cel::ExecutionError;
use cel::common::traits::Comparer;
use cel::common::types::Type;
use cel::common::value::{StaticVal, Val};

static LENGTH: Type = Type::new_unspecified_type("google.protobuf.Duration");

/// A length of time, in nanoseconds. CEL's own comes with the time zones of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Length(i64);

impl Length {
    /// As Go's `time.ParseDuration` reads it, such as `1h30m`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (is_negative, mut rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if rest == "0" {
            return Some(Self(0));
        }
        let mut total: i128 = 0;
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let end = rest.find(|one: char| !one.is_ascii_digit() && one != '.')?;
            let (number, after) = rest.split_at(end);
            let end = after.find(|one: char| one.is_ascii_digit() || one == '.').unwrap_or(after.len());
            let (unit, after) = after.split_at(end);
            total = total.checked_add(nanoseconds(number, unit)?)?;
            rest = after;
        }
        i64::try_from(if is_negative { -total } else { total }).ok().map(Self)
    }
}

fn nanoseconds(number: &str, unit: &str) -> Option<i128> {
    let unit: i128 = match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') || number.len() > 18 {
        return None;
    }
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: i128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let scale = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    Some(whole * unit + part * unit / scale)
}

impl Val for Length {
    fn get_type(&self) -> &Type {
        &LENGTH
    }

    fn cel_type() -> &'static Type {
        &LENGTH
    }

    fn as_comparer(&self) -> Option<&dyn Comparer> {
        Some(self)
    }

    fn equals(&self, other: &dyn Val) -> bool {
        other.downcast_ref::<Self>().is_some_and(|other| self == other)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v> {
        Box::new(*self)
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for Length {}

impl Comparer for Length {
    fn compare(&self, other: &dyn Val) -> Result<Ordering, ExecutionError> {
        let kinds = || vec!["duration".to_owned(), other.get_type().name().to_owned()];
        let known = other.downcast_ref::<Self>();
        known.map(|other| self.cmp(other)).ok_or_else(|| ExecutionError::no_such_overload("compare", kinds()))
    }
}
