//! What may import what in this crate.

#![allow(clippy::unwrap_used, reason = "this is a test")]

use std::path::Path;

/// From the top down: the program, what wires it, the controllers and what each of their reconciles is given, the steps
/// between Kubernetes and AWS, Kubernetes itself, and what stands by itself.
const LAYERS: &[&[&str]] = &[
    &["main"],
    &["lib"],
    &["run"],
    &["controllers"],
    &["context"],
    &["pipeline"],
    &["kubernetes"],
    &["crds"],
    &["cli", "clock", "error", "leadership", "metrics"],
];

#[test]
fn imports_go_down_only_and_no_file_is_long() {
    let sources = sluice_layers::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let checks = [
        sluice_layers::upward_imports(&sources, LAYERS),
        sluice_layers::circles(&sources),
        sluice_layers::children_that_import_their_parent(&sources),
        sluice_layers::longer_than(&sources, 300),
    ];
    assert_eq!(checks.concat(), Vec::<String>::new());
}
