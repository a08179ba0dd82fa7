//! The layers of this crate itself.

#![allow(clippy::unwrap_used, reason = "this is a test")]

use std::path::Path;

/// From the top down.
const LAYERS: &[&[&str]] = &[&["lib"], &["circles", "parents"], &["layers"], &["modules"], &["imports"], &["tokens"]];

#[test]
fn the_checker_holds_itself_to_its_rules() {
    let sources = sluice_layers::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    assert_eq!(sources.len(), 7);
    let checks = [
        sluice_layers::upward_imports(&sources, LAYERS),
        sluice_layers::circles(&sources),
        sluice_layers::children_that_import_their_parent(&sources),
        sluice_layers::longer_than(&sources, 300),
    ];
    assert_eq!(checks.concat(), Vec::<String>::new());
}
