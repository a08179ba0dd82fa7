//! What may import what in the plugin.

/// From the top down: the verbs, what is read for a picture, what is said of manifests, the cluster, what a picture shows, what is typed and how it is
/// printed, what goes wrong.
const LAYERS: &[&[&str]] = &[
    &["main"],
    &["lib"],
    &["verbs"],
    &["live"],
    &["look"],
    &["lint"],
    &["cluster", "output"],
    &["picture"],
    &["arguments"],
    &["format", "error"],
    &["import"],
];

#[test]
fn imports_go_down_only_and_no_file_is_long() {
    let violations = sluice_layers::check(concat!(env!("CARGO_MANIFEST_DIR"), "/src"), LAYERS, 300);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}
