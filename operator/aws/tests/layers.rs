//! What may import what in this crate.

#![allow(clippy::unwrap_used, reason = "this is a test")]

use std::path::Path;

/// From the top down: the face, what brings all together, the services, how a call is sent, what may be asked and when,
/// what is counted, what a failure means, what there is to call.
const LAYERS: &[&[&str]] = &[
    &["lib"],
    &["regions"],
    &["ecs", "load_balancing", "sts"],
    &["client"],
    &["ports", "rate_limit"],
    &["metrics"],
    &["error"],
    &["operations"],
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
