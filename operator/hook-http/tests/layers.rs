//! What may import what in this crate.

/// From the top down: the face, the way of a request, its steps, what they are made of.
const LAYERS: &[&[&str]] = &[
    &["lib"],
    &["client"],
    &["connect", "exchange"],
    &["error"],
    &["address", "bounded", "dial", "headers", "resolve", "tls"],
];

#[test]
fn imports_go_down_only_and_no_file_is_long() {
    let violations = sluice_layers::check(concat!(env!("CARGO_MANIFEST_DIR"), "/src"), LAYERS, 300);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}
