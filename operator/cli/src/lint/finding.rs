//! What is told of the files.

use serde::Serialize;

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The API server refuses it, or the operator does.
    Error,
    /// It may be right, and cannot be told from the files.
    Note,
}

/// Something that is told of a place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The file; `-` is the standard input.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// The object, such as `DeploymentGroup/prod`; empty where there is none.
    pub object: String,
    /// The field, such as `spec.bake`; empty where it is the object.
    pub path: String,
    /// What kind of wrong, by the name that the API server gives it.
    pub reason: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, and what to write.
    pub message: String,
}

/// What came of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// All that is told, by file and line.
    pub findings: Vec<Finding>,
    /// How many objects of ours were checked.
    pub checked: usize,
    /// How many others there were.
    pub passed_over: usize,
}

impl Report {
    /// How many errors there are.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
    }
}
