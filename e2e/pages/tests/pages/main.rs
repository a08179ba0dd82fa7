//! The documentation agrees with itself and with the code: every page is in the table of contents, every link leads
//! somewhere, every command is one that there is, and what is made from the code is fresh.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod commands;
mod contents;
mod fields;
mod links;
mod marks;
mod reasons;
mod schema;

use sluice_pages::{Page, root};

/// From the top down.
const LAYERS: &[&[&str]] = &[&["lib"], &["page"], &["command", "link"], &["block", "shell"], &["flags", "fresh"]];

#[test]
fn imports_go_down_only_and_no_file_is_long() {
    let violations = sluice_layers::check(concat!(env!("CARGO_MANIFEST_DIR"), "/src"), LAYERS, 300);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

fn pages() -> Vec<Page> {
    Page::all(&root()).unwrap()
}
