//! One part of an AppSpec by its path: what it must be, and what is said where it is something else.

use super::problem::Problem;
use super::tree::{Key, Kind, Node};

/// A part of the document, and its path.
#[derive(Clone)]
pub(super) struct Field<'a> {
    node: &'a Node,
    path: String,
}

impl<'a> Field<'a> {
    pub(super) const fn root(node: &'a Node) -> Self {
        Self { node, path: String::new() }
    }

    /// What is wrong with it.
    pub(super) fn problem(&self, message: impl Into<String>) -> Problem {
        if self.path.is_empty() {
            let message: String = message.into();
            return Problem::at(self.node.line, format!("is no AppSpec: {message}"));
        }
        Problem::of(self.node.line, &self.path, message)
    }

    /// Its keys. One that is not among those known is refused, with what it may be.
    pub(super) fn map(&self, known: &[&str]) -> Result<Fields<'a>, Problem> {
        let Kind::Map(fields) = &self.node.kind else {
            return Err(self.problem(format!("it is {}: write {}", self.what(), known.join(", "))));
        };
        let fields = Fields { owner: self.clone(), fields };
        for (key, _) in fields.fields {
            if !known.is_empty() && !known.contains(&key.name.as_str()) {
                let like = known.iter().find(|one| one.eq_ignore_ascii_case(&key.name));
                let meant =
                    like.map_or_else(|| format!("there are {}", known.join(", ")), |like| format!("write {like}"));
                return Err(Problem::of(key.line, &fields.path(&key.name), format!("there is no such key: {meant}")));
            }
        }
        Ok(fields)
    }

    /// The only key of a map, with its value: a name that the writer chose, or one of a list.
    pub(super) fn only(&self, what: &str) -> Result<(&'a Key, Self), Problem> {
        match &self.node.kind {
            Kind::Map(fields) => match fields.as_slice() {
                [(key, node)] => Ok((key, Self { node, path: format!("{}.{}", self.path, key.name) })),
                _ => Err(self.problem(format!("it has {} keys: write {what}", fields.len()))),
            },
            _ => Err(self.problem(format!("it is {}: write {what}", self.what()))),
        }
    }

    /// Its items; none where nothing is written.
    pub(super) fn list(&self, what: &str) -> Result<Vec<Self>, Problem> {
        match &self.node.kind {
            Kind::List(items) => Ok(items
                .iter()
                .enumerate()
                .map(|(index, node)| Self { node, path: format!("{}[{index}]", self.path) })
                .collect()),
            Kind::Scalar(_, true) => Ok(Vec::new()),
            _ => Err(self.problem(format!("it is {}: write {what}", self.what()))),
        }
    }

    /// Its text. What a pipeline was to fill in and did not is refused.
    pub(super) fn text(&self, example: &str) -> Result<String, Problem> {
        let Kind::Scalar(text, false) = &self.node.kind else {
            return Err(self.problem(format!("it is {}: write {example}", self.what())));
        };
        if text.is_empty() {
            return Err(self.problem(format!("it is empty: write {example}")));
        }
        if text.starts_with('<') && text.ends_with('>') {
            let what = "a placeholder that a pipeline was to fill in, and did not";
            return Err(self.problem(format!("{text} is {what}: write {example}")));
        }
        Ok(text.clone())
    }

    /// A number, which may be written as a text.
    pub(super) fn number(&self, (least, most): (i32, i32)) -> Result<i32, Problem> {
        let range = format!("a number from {least} to {most}");
        let text = self.text(&range)?;
        let read = text.parse().ok().filter(|number| (least..=most).contains(number));
        read.ok_or_else(|| self.problem(format!("{text} is none: write {range}")))
    }

    /// A text that passes a test.
    pub(super) fn word(&self, is_well_formed: impl Fn(&str) -> bool, example: &str) -> Result<String, Problem> {
        let text = self.text(example)?;
        if is_well_formed(&text) { Ok(text) } else { Err(self.problem(format!("{text:?} is none: write {example}"))) }
    }

    /// What it is, for a message.
    fn what(&self) -> &'static str {
        match &self.node.kind {
            Kind::Scalar(_, true) => "empty",
            Kind::Scalar(..) => "a text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }
}

/// The keys of a part.
pub(super) struct Fields<'a> {
    owner: Field<'a>,
    fields: &'a [(Key, Node)],
}

impl<'a> Fields<'a> {
    fn path(&self, key: &str) -> String {
        if self.owner.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.owner.path) }
    }

    /// The value of a key; none where it is not there.
    pub(super) fn get(&self, name: &str) -> Option<Field<'a>> {
        let (_, node) = self.fields.iter().find(|(key, _)| key.name == name)?;
        Some(Field { node, path: self.path(name) })
    }

    /// The value of a key that must be there.
    pub(super) fn required(&self, name: &str, example: &str) -> Result<Field<'a>, Problem> {
        let missing = || Problem::of(self.owner.node.line, &self.path(name), format!("it is missing: write {example}"));
        self.get(name).ok_or_else(missing)
    }
}
