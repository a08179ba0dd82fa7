//! What may import what in this crate.

/// From the top down: answers for people and pages, the rules, what they ask, and the words and codes that are read.
const LAYERS: &[&[&str]] = &[
    &["lib"],
    &["people"],
    &["pages"],
    &["rules"],
    &["explanation", "facts"],
    &["signals"],
    &["codes", "question", "reasons", "text"],
];

#[test]
fn imports_go_down_only_and_no_file_is_long() {
    let violations = sluice_layers::check(concat!(env!("CARGO_MANIFEST_DIR"), "/src"), LAYERS, 300);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}
