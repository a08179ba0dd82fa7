//! What is wrong with what was handed in.

use std::fmt;

use thiserror::Error;

/// What is wrong in one file, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file; empty where it is about all of them.
    pub file: String,
    /// Path of the field, such as `deploymentGroupInfo.ecsServices`; empty where there is none.
    pub field: String,
    /// What was found, and the remedy.
    pub message: String,
}

impl Problem {
    /// Of a field of a file.
    pub fn of(file: &str, field: &str, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), field: field.to_owned(), message: message.into() }
    }

    /// Of a file as a whole.
    pub fn in_file(file: &str, message: impl Into<String>) -> Self {
        Self::of(file, "", message)
    }

    /// Of all that was handed in.
    pub fn of_all(message: impl Into<String>) -> Self {
        Self::of("", "", message)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [self.file.as_str(), self.field.as_str(), self.message.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        formatter.write_str(&parts.join(": "))
    }
}

/// Everything that is wrong. Nothing is written then.
#[derive(Debug, Error)]
#[error("failed to import, and nothing was written:\n{}", lines(.0))]
pub struct Problems(pub Vec<Problem>);

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("  {problem}")).collect::<Vec<_>>().join("\n")
}
