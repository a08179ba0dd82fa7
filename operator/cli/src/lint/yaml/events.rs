//! From a text to its tree. What makes more of a text than is written is bounded: aliases, levels, and parts.

use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, StrInput, Tag};
use serde_json::Value;

use super::node::{Key, Kind, Node};
use super::problem::Problem;
use super::scalar;

/// Deepest level: an object of ours has a dozen.
const DEEPEST: usize = 100;

/// Most values of a file with all that its aliases stand for.
pub const MOST_VALUES: usize = 300_000;

/// Reads one document; nothing where it is empty. `first` is the line of the file in which the text begins, and `values` how
/// many the file has had so far.
pub fn read(text: &str, first: usize, values: &mut usize) -> Result<Option<Node>, Problem> {
    // A key of JSON may be longer than YAML has it.
    let options = granit_parser::options! { simple_key_max_lookahead: 1024 * 1024, emit_comments: false };
    let parser = Parser::new_from_str_with_options(text, options);
    let mut events = Events { parser, first, values, anchors: BTreeMap::new() };
    let mut found = None;
    loop {
        match events.next()? {
            (Part::End, _) => return Ok(found),
            (Part::Other, _) => {}
            (_, line) if found.is_some() => return Err(Problem::at(line, "begins a second document without ---")),
            (part, line) => found = Some(events.node(part, line, 0)?),
        }
    }
}

/// What matters of an event; the number is that of its anchor, 0 for none.
enum Part {
    Scalar { text: String, style: ScalarStyle, tag: Option<String>, anchor: usize },
    BeginList(usize),
    EndList,
    BeginMap(usize),
    EndMap,
    Alias(usize),
    End,
    Other,
}

struct Events<'a> {
    parser: Parser<'a, StrInput<'a>>,
    first: usize,
    values: &'a mut usize,
    /// What each anchor stands for, and of how many values it is.
    anchors: BTreeMap<usize, (Node, usize)>,
}

impl Events<'_> {
    fn next(&mut self) -> Result<(Part, usize), Problem> {
        let Some(next) = self.parser.next() else { return Ok((Part::End, self.first)) };
        let (event, span) = next.map_err(|error| not_yaml(&error, self.first))?;
        let line = span.start.line() + self.first - 1;
        let part = match event {
            Event::Scalar(text, style, anchor, tag) => {
                Part::Scalar { text: text.into_owned(), style, tag: tag.as_deref().map(tag_name), anchor }
            }
            Event::SequenceStart(_, anchor, _) => Part::BeginList(anchor),
            Event::MappingStart(_, anchor, _) => Part::BeginMap(anchor),
            Event::SequenceEnd => Part::EndList,
            Event::MappingEnd => Part::EndMap,
            Event::Alias(anchor) => Part::Alias(anchor),
            Event::StreamEnd => Part::End,
            _ => Part::Other,
        };
        Ok((part, line))
    }

    /// The part that begins with this event.
    fn node(&mut self, begin: Part, line: usize, depth: usize) -> Result<Node, Problem> {
        if depth > DEEPEST {
            return Err(Problem { line, message: format!("is deeper than {DEEPEST} levels: no manifest is") });
        }
        let before = *self.values;
        self.count(1, line)?;
        let (kind, anchor) = match begin {
            Part::Scalar { text, style, tag, anchor } => (Kind::Scalar(value(&text, style, tag.as_deref())), anchor),
            Part::BeginList(anchor) => (self.list(depth)?, anchor),
            Part::BeginMap(anchor) => (self.map(depth)?, anchor),
            Part::Alias(anchor) => return self.alias(anchor, line),
            Part::EndList | Part::EndMap | Part::End | Part::Other => (Kind::Scalar(Value::Null), 0),
        };
        let node = Node { line, kind };
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), *self.values - before));
        }
        Ok(node)
    }

    fn count(&mut self, values: usize, line: usize) -> Result<(), Problem> {
        *self.values = self.values.saturating_add(values);
        if *self.values > MOST_VALUES {
            let message = format!("comes to more than {MOST_VALUES} values, with those that aliases stand for");
            return Err(Problem { line, message });
        }
        Ok(())
    }

    /// Its parts keep the lines in which they are written.
    fn alias(&mut self, anchor: usize, line: usize) -> Result<Node, Problem> {
        let Some((_, values)) = self.anchors.get(&anchor) else {
            return Err(Problem::at(line, "is an alias of what it is a part of"));
        };
        self.count(*values, line)?;
        self.anchors
            .get(&anchor)
            .map(|(node, _)| node.clone())
            .ok_or_else(|| Problem::at(line, "is an alias of nothing"))
    }

    fn list(&mut self, depth: usize) -> Result<Kind, Problem> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Part::EndList | Part::End, _) => return Ok(Kind::List(items)),
                (Part::Other, _) => {}
                (part, line) => items.push(self.node(part, line, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Kind, Problem> {
        let mut fields: Vec<(Key, Node)> = Vec::new();
        let mut known = BTreeMap::new();
        let mut merged = Vec::new();
        loop {
            let (key, is_merge) = match self.next()? {
                (Part::EndMap | Part::End, _) => break,
                (Part::Other, _) => continue,
                (Part::Scalar { text, style: ScalarStyle::Plain, tag: None, anchor: _ }, line) => {
                    let name = scalar::key(&text).ok_or_else(|| Problem::at(line, "has a key that is nothing"))?;
                    (Key { name, line }, text == "<<")
                }
                (Part::Scalar { text, .. }, line) => (Key { name: text, line }, false),
                (_, line) => return Err(Problem::at(line, "has a key that is no word")),
            };
            let value = loop {
                match self.next()? {
                    (Part::Other, _) => {}
                    (part, line) => break self.node(part, line, depth + 1)?,
                }
            };
            if is_merge {
                merged.push((key.line, value));
                continue;
            }
            if let Some(first) = known.insert(key.name.clone(), key.line) {
                let message = format!("has {} a second time: it is in line {first} already", short(&key.name));
                return Err(Problem { line: key.line, message });
            }
            fields.push((key, value));
        }
        for (line, value) in merged {
            merge(&mut fields, &mut known, line, value)?;
        }
        Ok(Kind::Map(fields))
    }
}

/// What `<<` brings in: keys that are written win over those that are merged, and earlier ones over later ones.
fn merge(
    fields: &mut Vec<(Key, Node)>,
    known: &mut BTreeMap<String, usize>,
    line: usize,
    value: Node,
) -> Result<(), Problem> {
    match value.kind {
        Kind::Map(others) => {
            fields.extend(others.into_iter().filter(|(key, _)| known.insert(key.name.clone(), key.line).is_none()));
            Ok(())
        }
        Kind::List(items) if items.iter().all(|item| matches!(item.kind, Kind::Map(_))) => {
            items.into_iter().try_for_each(|item| merge(fields, known, line, item))
        }
        _ => Err(Problem::at(line, "merges by << what has no keys")),
    }
}

fn value(text: &str, style: ScalarStyle, tag: Option<&str>) -> Value {
    match tag {
        None if style == ScalarStyle::Plain => scalar::plain(text),
        Some("int" | "bool" | "float" | "null") => scalar::plain(text),
        _ => text.into(),
    }
}

fn tag_name(tag: &Tag) -> String {
    if tag.is_yaml_core_schema() { tag.suffix().to_owned() } else { "other".to_owned() }
}

fn not_yaml(error: &ScanError, first: usize) -> Problem {
    Problem { line: error.marker().line() + first - 1, message: format!("is not YAML: {}", error.info()) }
}

fn short(name: &str) -> String {
    name.chars().take(64).collect()
}
