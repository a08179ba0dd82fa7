//! What may import what in this crate.

/// From the top down: the program, what is made, what goes wrong.
const LAYERS: &[&[&str]] = &[&["main"], &["lib"], &["documents", "krew"], &["error"]];

#[test]
fn imports_go_down_only_and_no_file_is_long() {
    let violations = sluice_layers::check(concat!(env!("CARGO_MANIFEST_DIR"), "/src"), LAYERS, 300);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}
