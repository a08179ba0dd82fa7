//! A document as a tree whose every part knows its line.

use serde_json::{Map, Number, Value};

use crate::lint::path::{Path, Segment};

/// A part of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it begins, from 1.
    pub line: usize,
    /// What it is.
    pub kind: Kind,
}

/// What a part of a document is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Nothing, a truth, a number or a text.
    Scalar(Value),
    /// A list.
    List(Vec<Node>),
    /// Keys and values in their order, each key once.
    Map(Vec<(Key, Node)>),
}

/// A key, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub name: String,
    /// Its line.
    pub line: usize,
}

impl Node {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Kind::Map(fields) = &self.kind else { return None };
        fields.iter().find(|(key, _)| key.name == name).map(|(_, value)| value)
    }

    /// The text of a key, where it is one.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match &self.get(name)?.kind {
            Kind::Scalar(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// All of it without lines.
    #[must_use]
    pub fn value(&self) -> Value {
        match &self.kind {
            Kind::Scalar(value) => value.clone(),
            Kind::List(items) => items.iter().map(Self::value).collect(),
            Kind::Map(fields) => {
                fields.iter().map(|(key, value)| (key.name.clone(), value.value())).collect::<Map<_, _>>().into()
            }
        }
    }

    /// The line of a path, or of what of it is there.
    #[must_use]
    pub fn line_of(&self, path: &Path) -> usize {
        let (mut node, mut line) = (self, self.line);
        for segment in path.segments() {
            let next = match (segment, &node.kind) {
                (Segment::Field(name) | Segment::Key(name), Kind::Map(fields)) => {
                    fields.iter().find(|(key, _)| key.name == *name).map(|(key, value)| (key.line, value))
                }
                (Segment::Index(index), Kind::List(items)) => items.get(*index).map(|item| (item.line, item)),
                _ => None,
            };
            let Some(found) = next else { break };
            (line, node) = found;
        }
        line
    }
}

/// A number as JSON has it; nothing where it is none, as infinity is.
pub(super) fn number(value: f64) -> Value {
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}
