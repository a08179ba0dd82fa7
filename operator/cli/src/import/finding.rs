//! What a person has to know of an import.

use super::counterpart::Counterpart;

/// One thing that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about, and what to do.
    pub row: &'static Counterpart,
    /// What was found.
    pub value: String,
}

/// A value that no file has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The field of the manifest.
    pub field: String,
    /// How it is found out.
    pub remedy: String,
}

/// What is to be known of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What has another counterpart, or none.
    pub counterparts: Vec<Finding>,
    /// What no file has.
    pub unknown: Vec<Unknown>,
}

impl Findings {
    /// Something that has another counterpart, or none.
    pub fn tell(&mut self, row: &'static Counterpart, value: impl Into<String>) {
        let finding = Finding { row, value: value.into() };
        if !self.counterparts.contains(&finding) {
            self.counterparts.push(finding);
        }
    }

    /// Something that no file has: what stands in the manifest in its place, which the API server refuses.
    pub fn ask(&mut self, field: &str, what: &str, remedy: impl Into<String>) -> String {
        self.unknown.push(Unknown { field: field.to_owned(), remedy: remedy.into() });
        format!("<{what}>")
    }
}
