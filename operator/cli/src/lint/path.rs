//! Where a field is, as the API server writes it.

use std::fmt;

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// A field that the schema names.
    Field(String),
    /// A place in a list, from 0.
    Index(usize),
    /// A key that whoever wrote the manifest chose.
    Key(String),
}

/// A path from the object down. The empty one is the object itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(Vec<Segment>);

impl Path {
    /// The path of fields, such as `["spec", "bake"]`.
    #[must_use]
    pub fn of(fields: &[&str]) -> Self {
        Self(fields.iter().map(|field| Segment::Field((*field).to_owned())).collect())
    }

    /// The field of it.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        self.with(Segment::Field(name.to_owned()))
    }

    /// The item of it.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    /// The value of a key that the schema does not name.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.with(Segment::Key(key.to_owned()))
    }

    fn with(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }

    /// The steps of it.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Whether it is the object itself.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// As messages of the schema have it: a key stands as a field does.
    #[must_use]
    pub fn dotted(&self) -> String {
        self.written(|key| format!(".{key}"))
    }

    fn written(&self, key: impl Fn(&str) -> String) -> String {
        let mut text = String::new();
        for segment in &self.0 {
            let written = match segment {
                Segment::Field(name) if text.is_empty() => name.clone(),
                Segment::Field(name) => format!(".{name}"),
                Segment::Index(index) => format!("[{index}]"),
                Segment::Key(name) => key(name),
            };
            text.push_str(&written);
        }
        text
    }
}

impl fmt::Display for Path {
    /// As causes of a refusal name the field: `spec.revision.images.containers[web]`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written(|key| format!("[{key}]")))
    }
}
