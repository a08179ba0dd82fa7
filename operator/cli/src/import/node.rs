//! A manifest as a tree whose keys keep their order and may have comments, and how it is written as YAML.
//!
//! Written here since a value has to be read the same by YAML 1.1, which kubectl reads, and by YAML 1.2: `on`, `1:30` and
//! their like are quoted.

use std::fmt::Write as _;

use serde_json::Value;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A text, a number, true, false, null.
    Scalar(Value),
    /// A list.
    List(Vec<Self>),
    /// Keys and values.
    Map(Map),
}

/// Keys and values, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map(Vec<Entry>);

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    comments: Vec<String>,
    key: String,
    value: Node,
}

impl Map {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// With one more key.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Node>) -> Self {
        self.put(key, value);
        self
    }

    /// Sets a key.
    pub fn put(&mut self, key: &str, value: impl Into<Node>) {
        let value = value.into();
        match self.0.iter_mut().find(|entry| entry.key == key) {
            Some(entry) => entry.value = value,
            None => self.0.push(Entry { comments: Vec::new(), key: key.to_owned(), value }),
        }
    }

    /// Adds a comment to a key that is there.
    pub fn comment(&mut self, key: &str, comment: impl Into<String>) {
        if let Some(entry) = self.0.iter_mut().find(|entry| entry.key == key) {
            entry.comments.push(comment.into());
        }
    }

    /// With all that another one has, comments too.
    #[must_use]
    pub fn followed_by(mut self, other: &Self) -> Self {
        self.0.extend(other.0.iter().cloned());
        self
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.0.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// Whether it has no keys.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As YAML.
    #[must_use]
    pub fn yaml(&self) -> String {
        let mut text = String::new();
        write_map(&mut text, self, 0);
        text
    }
}

impl From<Map> for Node {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Node {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Scalar(Value::from(text))
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Scalar(Value::from(text))
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        match value {
            Value::Array(items) => items.into(),
            Value::Object(fields) => {
                let entry = |(key, value): (String, Value)| Entry { comments: Vec::new(), key, value: value.into() };
                Self::Map(Map(fields.into_iter().map(entry).collect()))
            }
            scalar => Self::Scalar(scalar),
        }
    }
}

/// Columns of a comment.
const WIDTH: usize = 110;

fn write_map(text: &mut String, map: &Map, indent: usize) {
    for Entry { comments, key, value } in &map.0 {
        for line in comments.iter().flat_map(|comment| wrapped(comment, WIDTH.saturating_sub(indent + 2))) {
            // Writing to a String does not fail.
            let _ = writeln!(text, "{:indent$}# {line}", "");
        }
        let _ = write!(text, "{:indent$}{}:", "", scalar(&Value::from(key.as_str())));
        write_value(text, value, indent);
    }
}

/// What follows a key's colon.
fn write_value(text: &mut String, value: &Node, indent: usize) {
    match value {
        Node::Scalar(value) => {
            let _ = writeln!(text, " {}", scalar(value));
        }
        Node::List(items) if items.is_empty() => text.push_str(" []\n"),
        Node::Map(map) if map.is_empty() => text.push_str(" {}\n"),
        Node::List(items) => {
            text.push('\n');
            for item in items {
                write_item(text, item, indent);
            }
        }
        Node::Map(map) => {
            text.push('\n');
            write_map(text, map, indent + 2);
        }
    }
}

fn write_item(text: &mut String, item: &Node, indent: usize) {
    let mut inner = String::new();
    match item {
        Node::Map(map) if !map.is_empty() => write_map(&mut inner, map, indent + 2),
        Node::List(items) if !items.is_empty() => {
            for item in items {
                write_item(&mut inner, item, indent + 2);
            }
        }
        Node::Map(_) => inner.push_str("  {}\n"),
        Node::List(_) => inner.push_str("  []\n"),
        Node::Scalar(value) => {
            let _ = writeln!(text, "{:indent$}- {}", "", scalar(value));
            return;
        }
    }
    let _ = write!(text, "{:indent$}- {}", "", inner.trim_start_matches(' '));
}

/// A comment in lines.
fn wrapped(comment: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in comment.split_whitespace() {
        match lines.last_mut().filter(|line| line.chars().count() + 1 + word.chars().count() <= width) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Texts that YAML 1.1 takes for something else.
const WORDS: [&str; 10] = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "~"];

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        // What JSON writes is YAML too.
        other => other.to_string(),
    }
}

fn is_plain(text: &str) -> bool {
    let is_word = text.starts_with(|one: char| one.is_ascii_alphabetic())
        && text.chars().all(|one| one.is_ascii_alphanumeric() || "._/:*@+=-$".contains(one))
        && !text.ends_with(':');
    // Such as 90s or 1h30m.
    let is_duration = text.starts_with(|one: char| one.is_ascii_digit())
        && text.ends_with(['h', 'm', 's'])
        && text.chars().all(|one| one.is_ascii_digit() || "hms".contains(one));
    (is_word && !WORDS.contains(&text.to_ascii_lowercase().as_str())) || is_duration
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_read_as_it_was_whatever_the_version_of_yaml() {
        let texts = [
            "web",
            "on",
            "No",
            "y",
            "~",
            "1:30",
            "1.4.0",
            "12.5%",
            "0x1f",
            "1e3",
            "15m",
            "1h30m",
            "a: b",
            "a #b",
            "",
            " a",
            "-",
            "arn:aws:ecs:eu-west-1:1:service/a/*",
            "<port>",
            "it's \"so\"",
            "ü",
            "a\nb",
            "*a",
            "a:",
            "null",
            "010",
            "1_000",
        ];
        let value =
            json!({"texts": texts, "numbers": [1, 0, 12.5], "on": {"deep": [{"a": 1, "b": [[]]}, {}]}, "none": null});
        let Node::Map(mut map) = Node::from(value.clone()) else { panic!("a map") };
        map.comment("on", "a comment that is long ".repeat(10));
        let yaml = map.yaml();
        assert_eq!(serde_saphyr::from_str::<Value>(&yaml).unwrap(), value, "{yaml}");
        for line in
            ["- \"on\"", "- \"No\"", "- \"1:30\"", "- 1h30m", "- \"1.4.0\"", "\"on\":", "- \"010\"", "- \"1_000\""]
        {
            assert!(yaml.contains(line), "{line}: {yaml}");
        }
    }
}
