//! The order of the modules: imports go down only.

#![allow(clippy::unwrap_used, reason = "this is a test")]

use std::path::Path;

use sluice_layers::{Source, children_that_import_their_parent, circles, longer_than, read, upward_imports};

/// From the top down: a file may use what stands in the lines below its own, and its siblings.
const LAYERS: &[&[&str]] = &[
    &["lib", "main"],
    &["server"],
    &["simulator"],
    &["control", "script"],
    &["answer"],
    &["engine"],
    &["pending"],
    &["scenario"],
    &["services"],
    &["tick", "invariants", "account"],
    &["world"],
    &["wire"],
    &["time", "random", "text", "scanner", "service"],
];

/// The most lines of a file.
const LINES: usize = 300;

fn sources() -> Vec<Source> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap()
}

fn none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

#[test]
fn imports_go_down_only() {
    none(&upward_imports(&sources(), LAYERS));
}

#[test]
fn no_files_import_each_other() {
    none(&circles(&sources()));
}

#[test]
fn no_child_imports_its_parent() {
    none(&children_that_import_their_parent(&sources()));
}

#[test]
fn no_file_is_longer_than_300_lines() {
    none(&longer_than(&sources(), LINES));
}
