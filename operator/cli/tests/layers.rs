//! What may import what in the plugin.

/// From the top down: the verbs, what carries out and follows, the cluster, what is made of what it holds, what is typed and
/// printed, what goes wrong.
const LAYERS: &[&[&str]] = &[
    &["main"],
    &["lib"],
    &["verbs"],
    &["acting", "following", "live"],
    &["look", "reading"],
    &["lint", "diff"],
    &["cluster", "output"],
    &["picture", "awaited"],
    &["changes"],
    &["history", "inventory"],
    &["hints"],
    &["arguments", "error"],
    &["format", "kind", "refusal"],
    &["import", "names"],
];

#[test]
fn imports_go_down_only_and_no_file_is_long() {
    let violations = sluice_layers::check(concat!(env!("CARGO_MANIFEST_DIR"), "/src"), LAYERS, 300);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}
