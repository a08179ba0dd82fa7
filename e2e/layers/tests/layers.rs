//! What may import what in this crate itself.

/// From the top down.
const LAYERS: &[&[&str]] =
    &[&["lib"], &["check"], &["circles", "parents"], &["layers"], &["modules"], &["imports", "retired"], &["tokens"]];

#[test]
fn imports_go_down_only_and_no_file_is_long() {
    let violations = sluice_layers::check(concat!(env!("CARGO_MANIFEST_DIR"), "/src"), LAYERS, 300);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}
