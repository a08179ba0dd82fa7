//! The order of the modules: imports go down only.

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

#[test]
fn imports_go_down_only_and_no_file_is_long() {
    let violations = sluice_layers::check(concat!(env!("CARGO_MANIFEST_DIR"), "/src"), LAYERS, 300);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}
