//! Patterns, each read once. They take time that grows with the text and no faster, as Go's do.

use std::cell::RefCell;
use std::collections::HashMap;

use cel::ExecutionError;
use regex::{Regex, RegexBuilder};

/// Largest pattern when it has been read, in bytes: far beyond the largest of ours.
const LARGEST: usize = 4 * 1024 * 1024;

thread_local! {
    static READ: RefCell<HashMap<String, Regex>> = RefCell::default();
}

/// The first part of the text that matches.
pub(super) fn find(pattern: &str, text: &str) -> Result<Option<String>, ExecutionError> {
    READ.with_borrow_mut(|read| {
        let found = |regex: &Regex| regex.find(text).map(|found| found.as_str().to_owned());
        if let Some(regex) = read.get(pattern) {
            return Ok(found(regex));
        }
        let regex = RegexBuilder::new(pattern).size_limit(LARGEST).build();
        let regex = regex.map_err(|error| ExecutionError::function_error("matches", error))?;
        let found = found(&regex);
        read.insert(pattern.to_owned(), regex);
        Ok(found)
    })
}
