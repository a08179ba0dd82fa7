//! A JSON tree as the XML of the query protocol.

use serde_json::Value;

/// Writes a tree: objects become elements, lists become `member` elements, nulls disappear.
#[must_use]
pub fn write(value: &Value) -> String {
    let mut out = String::new();
    write_into(&mut out, value);
    out
}

fn write_into(out: &mut String, value: &Value) {
    match value {
        Value::Null => {}
        Value::Bool(boolean) => out.push_str(if *boolean { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) => escape_into(out, text),
        Value::Array(members) => members.iter().for_each(|member| element(out, "member", member)),
        Value::Object(fields) if is_map(fields) => {
            for (key, value) in fields.iter().filter_map(|(_, map)| map.as_object()).flatten() {
                out.push_str("<entry><key>");
                escape_into(out, key);
                out.push_str("</key><value>");
                write_into(out, value);
                out.push_str("</value></entry>");
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                element(out, name, value);
            }
        }
    }
}

/// A map's keys are data and not names of elements; the tree marks one as `{"$map": {...}}`.
fn is_map(fields: &serde_json::Map<String, Value>) -> bool {
    fields.len() == 1 && fields.contains_key("$map")
}

fn element(out: &mut String, name: &str, value: &Value) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    write_into(out, value);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

fn escape_into(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::write;
    use serde_json::json;

    #[test]
    fn lists_become_members_and_text_is_escaped() {
        let tree = json!({"Rules": [{"Priority": "1", "IsDefault": false}], "None": null, "Text": "a<b&c"});
        assert_eq!(
            write(&tree),
            "<Rules><member><IsDefault>false</IsDefault><Priority>1</Priority></member></Rules><Text>a&lt;b&amp;c</Text>"
        );
    }
}
