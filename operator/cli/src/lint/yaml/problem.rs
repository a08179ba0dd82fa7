//! Why a text is no YAML.

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// What it is, such as `is not YAML: ...`.
    pub message: String,
}

impl Problem {
    /// A problem in a line.
    #[must_use]
    pub fn at(line: usize, message: &str) -> Self {
        Self { line, message: message.to_owned() }
    }
}
