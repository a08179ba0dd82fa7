//! What may import what in this crate.

/// From the top down: the program and the face, a command in a cluster, the clusters, how one is started, its parts, how
/// they are built and spoken to, where its files are, and what stands by itself.
const LAYERS: &[&[&str]] = &[
    &["main", "lib"],
    &["run"],
    &["detached"],
    &["control_plane", "test_cluster"],
    &["builder", "credentials", "readiness", "run_label"],
    &["workshop", "kubectl", "server"],
    &["data", "go", "progress"],
    &["programs"],
    &["versions", "files", "interrupt", "user"],
    &["environment", "error", "process"],
];

#[test]
fn imports_go_down_only_and_no_file_is_long() {
    let violations = sluice_layers::check(concat!(env!("CARGO_MANIFEST_DIR"), "/src"), LAYERS, 300);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}
