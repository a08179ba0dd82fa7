//! What may import what in the harness and in its programs.

/// From the top down: the programs, each of which has a table of its own, the face, a test's world, the programs and the
/// cluster in it, what they are started and asked with.
const HARNESS: &[&[&str]] = &[
    &["bin"],
    &["lib"],
    &["world"],
    &["environments", "fleet", "job_runner"],
    &["kubernetes", "operator", "simulator"],
    &["contract", "gate", "manifests", "process", "relay", "terminal"],
    &["http", "kill_point", "scenario"],
    &["binaries", "poll"],
    &["error"],
];

/// From the top down: the root, what is run, what it looks at, what is drawn of it. `lib` is the root.
const DEMO: &[&[&str]] = &[
    &["lib"],
    &["script"],
    &["checks", "kept", "screen", "watcher"],
    &["changes", "setup", "signals", "view"],
    &["snapshot"],
    &["text"],
];

/// From the top down. `lib` is the root.
const BENCH: &[&[&str]] = &[&["lib"], &["report"], &["trial"], &["measure", "picture"]];

#[test]
fn imports_go_down_only_and_no_file_is_long() {
    let tables = [
        (concat!(env!("CARGO_MANIFEST_DIR"), "/src"), HARNESS),
        (concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin/demo"), DEMO),
        (concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin/bench"), BENCH),
    ];
    for (src, layers) in tables {
        let violations = sluice_layers::check(src, layers, 300);
        assert!(violations.is_empty(), "{}", violations.join("\n"));
    }
}
