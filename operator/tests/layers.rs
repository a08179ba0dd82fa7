//! What may import what in this crate.

/// From the top down: the program, what wires it, the controllers and what each of their reconciles is given, the steps
/// between Kubernetes and AWS, Kubernetes itself, and what stands by itself.
const LAYERS: &[&[&str]] = &[
    &["main"],
    &["lib"],
    &["run"],
    &["controllers"],
    &["context"],
    &["pipeline"],
    &["hooks", "probes"],
    &["kubernetes"],
    &["crds", "explain", "presence", "uninstall_check"],
    &[
        "cli",
        "clock",
        "dependents",
        "error",
        "leadership",
        "metrics",
        "permissions",
        "slots",
        "told",
        "unwritten",
        "urgency",
    ],
    &["health_metrics", "release_metrics"],
];

#[test]
fn imports_go_down_only_and_no_file_is_long() {
    let violations = sluice_layers::check(concat!(env!("CARGO_MANIFEST_DIR"), "/src"), LAYERS, 300);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}
