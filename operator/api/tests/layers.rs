//! What may import what in this crate.

/// From the top down: the face, the kinds that are released, what they refer to, and what stands by itself.
const LAYERS: &[&[&str]] = &[
    &["lib"],
    &["application", "aws_binding", "deployment", "probe_target"],
    &["promotion"],
    &["deployment_overrides", "deployment_status"],
    &["deployment_group"],
    &["deployment_config"],
    &["approval", "condition", "failure", "hook_host", "multi", "position_status", "task_set_status"],
    &["drift_status", "hook_status", "probe_status", "task_set_scaling"],
    &["duration", "hook_words", "revision", "share", "succession", "summary", "well_formed"],
    &["images", "source"],
    &["pipeline", "trigger"],
    &[
        "alarm_status",
        "arn",
        "asked_status",
        "gate_status",
        "hook_url",
        "input_rules",
        "intent",
        "message",
        "names",
        "share_rules",
        "vocabulary",
    ],
];

#[test]
fn imports_go_down_only_and_no_file_is_long() {
    let violations = sluice_layers::check(concat!(env!("CARGO_MANIFEST_DIR"), "/src"), LAYERS, 300);
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}
