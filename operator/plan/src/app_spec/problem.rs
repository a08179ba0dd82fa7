//! What is wrong in an AppSpec, and where.

use std::fmt;

/// What is wrong, in which line and field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// Path of the field, such as `Resources[0].TargetService.Type`; empty where there is none.
    pub field: String,
    /// What was found, and what to write.
    pub message: String,
}

impl Problem {
    pub(super) fn at(line: usize, message: impl Into<String>) -> Self {
        Self { line, field: String::new(), message: message.into() }
    }

    pub(super) fn of(line: usize, field: &str, message: impl Into<String>) -> Self {
        Self { line, field: field.to_owned(), message: message.into() }
    }
}

impl fmt::Display for Problem {
    /// Such as `line 7, Resources[0].TargetService.Type: it is AWS::Lambda::Function: ...`, or `line 3 is indented by ...`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, field, message } = self;
        if field.is_empty() {
            write!(formatter, "line {line} {message}")
        } else {
            write!(formatter, "line {line}, {field}: {message}")
        }
    }
}
