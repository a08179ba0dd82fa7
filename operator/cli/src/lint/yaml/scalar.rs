//! What a word means in the YAML that kubectl reads, which is 1.1: `yes`, `on` and `0755` are no texts there.
//!
//! Source: go.yaml.in/yaml/v2, `resolve.go`, and sigs.k8s.io/yaml, `convertToJSONableObject`.

use serde_json::Value;

use super::node::number;

/// The value of a word without quotes and without a tag.
pub(super) fn plain(word: &str) -> Value {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return true.into(),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => return false.into(),
        _ => {}
    }
    let first = word.chars().next().unwrap_or('x');
    let read = match first {
        '.' => word.parse::<f64>().ok().map(whole),
        '+' | '-' | '0'..='9' => {
            let digits: String = word.chars().filter(|one| *one != '_').collect();
            integer(&digits).or_else(|| float(&digits))
        }
        _ => None,
    };
    read.unwrap_or_else(|| word.into())
}

/// The name that a key has in JSON; nothing where JSON has none for it.
pub(super) fn key(word: &str) -> Option<String> {
    match plain(word) {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

/// Of base 10, 16, 8 or 2 by its beginning: `0x1f`, `0o17`, `017`, `0b11`.
fn integer(word: &str) -> Option<Value> {
    let (sign, digits) = match word.split_at_checked(1) {
        Some(("-", digits)) => ("-", digits),
        Some(("+", digits)) => ("", digits),
        _ => ("", word),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let signed = i64::from_str_radix(&format!("{sign}{digits}"), base).map(Value::from);
    signed
        .or_else(|error| if sign.is_empty() { u64::from_str_radix(digits, base).map(Value::from) } else { Err(error) })
        .ok()
}

fn float(word: &str) -> Option<Value> {
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    let is_one = unsigned.starts_with(|one: char| one.is_ascii_digit() || one == '.')
        && unsigned.chars().all(|one| one.is_ascii_digit() || matches!(one, '.' | 'e' | 'E' | '+' | '-'));
    let value = word.parse::<f64>().ok().filter(|value| is_one && value.is_finite())?;
    Some(whole(value))
}

/// On its way through JSON `5.0` becomes 5.
fn whole(value: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "it is a whole number, and within the range")]
    if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 { (value as i64).into() } else { number(value) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_word_means_what_kubectl_takes_it_for() {
        let table = [
            ("yes", json!(true)),
            ("off", json!(false)),
            ("~", json!(null)),
            ("10", json!(10)),
            ("-3", json!(-3)),
            ("+3", json!(3)),
            ("010", json!(8)),
            ("0x1F", json!(31)),
            ("0b11", json!(3)),
            ("1_000", json!(1000)),
            ("08", json!(8)),
            ("5.0", json!(5)),
            ("12.5", json!(12.5)),
            (".5", json!(0.5)),
            ("1e3", json!(1000)),
            ("9223372036854775808", json!(9_223_372_036_854_775_808_u64)),
            ("10%", json!("10%")),
            ("5m", json!("5m")),
            ("09:00", json!("09:00")),
            ("2026-01-01", json!("2026-01-01")),
            ("1.4.0", json!("1.4.0")),
            ("0x", json!("0x")),
            ("--1", json!("--1")),
            ("-", json!("-")),
            (".inf", json!(".inf")),
        ];
        for (word, expected) in table {
            assert_eq!(plain(word), expected, "{word}");
        }
    }
}
