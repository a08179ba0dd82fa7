//! What may import what in this crate.

/// From the top down: the program and the face, a release, the world that it is in, and what that is made of.
const LAYERS: &[&[&str]] = &[
    &["main", "lib"],
    &["idle"],
    &["controls", "release"],
    &["world"],
    &["connector", "hosts", "jobs"],
    &["clock", "error", "scenario", "siblings"],
];

#[test]
fn imports_go_down_only_and_no_file_is_long() {
    let violations = sluice_layers::check(concat!(env!("CARGO_MANIFEST_DIR"), "/src"), LAYERS, 300);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}
