//! How the API server, which is written in Go, writes values in messages.

use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// A text in quotes, as Go's `%q` has it.
///
/// Source: Go, `strconv.Quote`.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for one in text.chars() {
        match one {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{b}' => quoted.push_str("\\v"),
            one if is_printed(one) => quoted.push(one),
            one => {
                let code = u32::from(one);
                // Writing to a String does not fail.
                let _ = match code {
                    0..0x20 | 0x7f => write!(quoted, "\\x{code:02x}"),
                    0..0x1_0000 => write!(quoted, "\\u{code:04x}"),
                    _ => write!(quoted, "\\U{code:08x}"),
                };
            }
        }
    }
    quoted.push('"');
    quoted
}

/// Letters, marks, numbers, punctuation, symbols and the one space: `unicode.IsPrint`.
fn is_printed(one: char) -> bool {
    #[expect(clippy::expect_used, reason = "it is constant, and a test uses it")]
    static PRINTED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$").expect("the pattern is one"));
    if one.is_ascii() { one == ' ' || one.is_ascii_graphic() } else { PRINTED.is_match(one.encode_utf8(&mut [0; 4])) }
}

/// JSON as Go's encoder has it, which keeps what HTML would obey out.
#[must_use]
pub fn json(value: &Value) -> String {
    let text = value.to_string();
    if !text.contains(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        return text;
    }
    // They stand in texts alone.
    text.chars()
        .map(|one| match one {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => format!("\\u{:04x}", u32::from(one)),
            one => one.to_string(),
        })
        .collect()
}

/// A value as a refusal names it: `"text"`, `12`, `true`, `{"key":"value"}`.
///
/// Source: k8s.io/apimachinery, `field.Error.ErrorBody`.
#[must_use]
pub fn value(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => json(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_written_as_go_writes_them() {
        let table = [
            (json!("shop"), r#""shop""#),
            (json!("a\"b\\c\n\u{1b}[2J\u{7}"), r#""a\"b\\c\n\x1b[2J\a""#),
            (json!("späte Größe 日本"), r#""späte Größe 日本""#),
            (json!("\u{202e}\u{a0}\u{10ffff}"), r#""\u202e\u00a0\U0010ffff""#),
            (json!(12), "12"),
            (json!(1.5), "1.5"),
            (json!(true), "true"),
            (json!(null), "null"),
            (json!({"b": "<x>", "a": [1]}), r#"{"a":[1],"b":"\u003cx\u003e"}"#),
        ];
        for (value_of, expected) in table {
            assert_eq!(value(&value_of), expected);
        }
    }
}
