//! What may import what in this crate.

/// From the top down: the face, what brings all together, the services, how a call is sent, what may be asked and when,
/// what is counted, what a failure means, what there is to call.
const LAYERS: &[&[&str]] = &[
    &["lib"],
    &["regions"],
    &["cloud_watch", "ecr", "ecs", "lambda", "load_balancing", "sts"],
    &["client"],
    &["ports", "rate_limit"],
    &["metrics"],
    &["error"],
    &["operations"],
];

#[test]
fn imports_go_down_only_and_no_file_is_long() {
    let violations = sluice_layers::check(concat!(env!("CARGO_MANIFEST_DIR"), "/src"), LAYERS, 300);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}
