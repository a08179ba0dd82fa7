//! YAML or JSON as a tree whose every part knows its line.
//!
//! An AppSpec is data of a few levels. What makes more of it than is written stays out: aliases, tags, several documents, a
//! key that is there twice, and more levels than an AppSpec could have.

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use super::problem::Problem;

/// Longest text, in bytes; the definitions allow no more either.
pub(super) const LONGEST: usize = 16 * 1024;

/// Deepest level, three times what an AppSpec has.
const DEEPEST: usize = 24;

/// A part of the document.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    /// Where it begins, from 1.
    pub line: usize,
    /// What it is.
    pub kind: Kind,
}

/// What a part of the document is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A text, a number, a word: as it is written, and whether it is nothing, as `null` and an empty value are.
    Scalar(String, bool),
    /// A list.
    List(Vec<Node>),
    /// Keys and values, in their order. No key is there twice.
    Map(Vec<(Key, Node)>),
}

/// A key, and where it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Key {
    pub name: String,
    pub line: usize,
}

/// Reads a document. JSON is YAML, but for comments in it and tabs, which are told as such.
pub(super) fn read(text: &str) -> Result<Node, Problem> {
    if text.len() > LONGEST {
        return Err(Problem::at(1, format!("has {} bytes: write at most {LONGEST}", text.len())));
    }
    if text.trim().is_empty() {
        return Err(Problem::at(1, "is empty: write CodeDeploy's AppSpec for ECS, such as version: 0.0"));
    }
    if text.trim_start().starts_with(['{', '[']) {
        is_json(text)?;
        // Outside of texts a tab is a space there, and within them there is none.
        return document(&text.replace('\t', " "));
    }
    let tab = text.lines().position(|line| line.trim_start_matches(' ').starts_with('\t'));
    if let Some(index) = tab {
        return Err(Problem::at(index + 1, "is indented by a tab, which YAML does not allow: indent by spaces"));
    }
    document(text)
}

/// Whether the text is JSON as it is defined: YAML would take a comment for a key.
fn is_json(text: &str) -> Result<(), Problem> {
    let comment =
        text.lines().position(|line| line.trim_start().starts_with("//") || line.trim_start().starts_with("/*"));
    if let Some(index) = comment {
        return Err(Problem::at(index + 1, "is a comment, which JSON has not: take it away, or write YAML"));
    }
    let read: Result<serde::de::IgnoredAny, _> = serde_json::from_str(text);
    read.map(drop)
        .map_err(|error| Problem::at(error.line(), format!("is not JSON: {}", without_place(&error.to_string()))))
}

/// What serde_json says, less the place, which is told otherwise.
fn without_place(message: &str) -> &str {
    message.split(" at line ").next().unwrap_or(message)
}

fn document(text: &str) -> Result<Node, Problem> {
    let mut events = Events { parser: Parser::new_from_str(text) };
    let mut found = None;
    loop {
        let (event, line) = events.next()?;
        match event {
            Part::Other => {}
            Part::End => return found.ok_or_else(|| Problem::at(1, "is empty: write CodeDeploy's AppSpec for ECS")),
            _ if found.is_some() => {
                return Err(Problem::at(line, "begins a second document: write one AppSpec"));
            }
            part => found = Some(events.node(part, line, 0)?),
        }
    }
}

/// What matters of an event.
enum Part {
    Scalar(String, bool),
    BeginList,
    EndList,
    BeginMap,
    EndMap,
    End,
    Other,
}

struct Events<'a> {
    parser: Parser<'a, granit_parser::StrInput<'a>>,
}

impl Events<'_> {
    fn next(&mut self) -> Result<(Part, usize), Problem> {
        let Some(next) = self.parser.next() else { return Ok((Part::End, 1)) };
        let (event, span): (Event<'_>, Span) = next.map_err(|error| not_yaml(&error))?;
        let line = span.start.line();
        let (anchor, tag, part) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_nothing = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                (anchor, tag.is_some(), Part::Scalar(text.into_owned(), is_nothing))
            }
            Event::SequenceStart(_, anchor, tag) => (anchor, tag.is_some(), Part::BeginList),
            Event::MappingStart(_, anchor, tag) => (anchor, tag.is_some(), Part::BeginMap),
            Event::SequenceEnd => (0, false, Part::EndList),
            Event::MappingEnd => (0, false, Part::EndMap),
            Event::Alias(_) => return Err(Problem::at(line, "is an alias: write out what it stands for")),
            Event::StreamEnd => (0, false, Part::End),
            _ => (0, false, Part::Other),
        };
        if anchor != 0 {
            return Err(Problem::at(line, "has an anchor: write out what it stands for where it is used"));
        }
        if tag {
            return Err(Problem::at(line, "has a tag: take it away, an AppSpec has none"));
        }
        Ok((part, line))
    }

    /// The part that begins with this event.
    fn node(&mut self, begin: Part, line: usize, depth: usize) -> Result<Node, Problem> {
        if depth > DEEPEST {
            return Err(Problem::at(line, "is deeper than an AppSpec is: look at its indentation"));
        }
        let kind = match begin {
            Part::Scalar(text, is_nothing) => Kind::Scalar(text, is_nothing),
            Part::BeginList => self.list(depth)?,
            Part::BeginMap => self.map(depth)?,
            Part::EndList | Part::EndMap | Part::End | Part::Other => Kind::Scalar(String::new(), true),
        };
        Ok(Node { line, kind })
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
        loop {
            let key = match self.next()? {
                (Part::EndMap | Part::End, _) => return Ok(Kind::Map(fields)),
                (Part::Other, _) => continue,
                (Part::Scalar(name, _), line) => Key { name, line },
                (_, line) => return Err(Problem::at(line, "is no key: write a word and a colon")),
            };
            if let Some((first, _)) = fields.iter().find(|(known, _)| known.name == key.name) {
                let message = format!("{} is there already, in line {}: write it once", key.name, first.line);
                return Err(Problem::at(key.line, message));
            }
            let value = loop {
                match self.next()? {
                    (Part::Other, _) => {}
                    (part, line) => break self.node(part, line, depth + 1)?,
                }
            };
            fields.push((key, value));
        }
    }
}

fn not_yaml(error: &ScanError) -> Problem {
    Problem::at(error.marker().line(), format!("is not YAML: {}", error.info()))
}
