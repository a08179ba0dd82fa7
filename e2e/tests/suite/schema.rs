//! Bad input that the API server itself refuses, in words that say what to write instead.
//!
//! Each rule of the schema has a manifest that it lets pass and one that it refuses. A rule that nobody lists here
//! fails the last test.

mod adoptions;
mod lint;
mod outside_hooks;
mod promotions;
mod revisions;
mod rules;
mod runtime_health;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use sluice_e2e::kubernetes::Kubernetes;
use sluice_e2e::manifests::{application, deployment, group, with};
use sluice_e2e::world::must;

use rules::{Rule, rules};

/// A namespace in which no operator runs.
fn namespace() -> Kubernetes {
    let folder = tempfile::Builder::new().prefix("e2e-schema-").tempdir().unwrap();
    must(Kubernetes::connect(&folder.path().file_name().unwrap().to_string_lossy().to_lowercase()))
}

/// The manifest is refused with these words.
#[track_caller]
fn assert_refused(kubernetes: &Kubernetes, manifest: &Value, words: &str) {
    match kubernetes.dry_run(manifest) {
        Ok(_) => panic!("accepted, where {words:?} was expected: {manifest:#}"),
        Err(error) => assert!(error.to_string().contains(words), "{words:?} is not in: {error}"),
    }
}

#[test]
fn each_rule_lets_pass_and_refuses_what_it_should() {
    let kubernetes = namespace();
    for Rule { words, passes, fails } in rules() {
        if let Err(error) = kubernetes.dry_run(&passes) {
            panic!("refused, where {words:?} was to let it pass: {error}");
        }
        assert_refused(&kubernetes, &fails, words);
    }
    must(kubernetes.delete_namespace());
}

#[test]
fn what_is_no_length_of_time_is_told_once_and_without_a_regular_expression() {
    let kubernetes = namespace();
    for field in ["/bake", "/progressDeadline"] {
        let told = kubernetes.dry_run(&with(group("team"), field, json!("1d"))).unwrap_err().to_string();
        assert!(told.contains("write hours, minutes and seconds such as 90s, 5m or 1h30m"), "{told}");
        assert_eq!(told.matches("FieldValueInvalid").count(), 1, "{told}");
        for word in ["should match", "at most 48h", "conversion"] {
            assert!(!told.contains(word), "{told}");
        }
    }
    must(kubernetes.delete_namespace());
}

#[test]
fn what_is_no_share_is_told_once_with_field_and_remedy() {
    let kubernetes = namespace();
    let texts = [
        "0%", "0.0%", "0.05%", "12.55%", "12,5%", "12.5", "10", " 5%", "-1%", "100.1%", "101%", "1e1%", "5 %", "٥%",
        "05%", ".5%", "5.%", "%", "",
    ];
    let long = "9".repeat(10_000);
    let texts = texts.into_iter().chain([&*long]).map(|text| json!(text));
    for share in texts.chain([json!(0), json!(101), json!(-1)]) {
        let forms = [
            ("canary.percentage", json!({"canary": {"percentage": share, "interval": "1m"}})),
            ("linear.percentage", json!({"linear": {"percentage": share, "interval": "1m"}})),
            ("steps[0].weight", json!({"steps": [{"weight": share, "scale": 1}, {"weight": 100}]})),
        ];
        for (field, form) in forms {
            let told = kubernetes.dry_run(&with(group("team"), "/deploymentConfig", form)).unwrap_err().to_string();
            assert!(told.contains(&format!("spec.deploymentConfig.{field}")), "{share}: {told}");
            assert!(told.contains("a string with one decimal such as"), "{share}: {told}");
            assert_eq!(told.matches("FieldValueInvalid").count(), 1, "{share}: {told}");
        }
    }
    // What is neither an integer nor a string is refused before any rule is asked.
    for share in [json!(1.5), json!(null), json!(true), json!([10])] {
        let form = json!({"canary": {"percentage": share, "interval": "1m"}});
        let told = kubernetes.dry_run(&with(group("team"), "/deploymentConfig", form)).unwrap_err().to_string();
        assert!(told.contains("spec.deploymentConfig.canary.percentage"), "{share}: {told}");
    }
    must(kubernetes.delete_namespace());
}

#[test]
fn what_names_the_release_cannot_be_changed() {
    let kubernetes = namespace();
    let (deployment, group) = (deployment("release", "shop:42"), group("team"));
    must(kubernetes.apply(&deployment));
    must(kubernetes.apply(&group));
    let table = [
        (with(deployment.clone(), "/groupRef", json!("other")), "groupRef is immutable: create another Deployment"),
        (
            with(deployment.clone(), "/revision", json!({"taskDefinition": "shop:46"})),
            "revision is immutable: create another Deployment",
        ),
        (
            with(group.clone(), "/ecs", json!({"cluster": "prod", "service": "other"})),
            "ecs is immutable: make another DeploymentGroup",
        ),
        (
            with(group.clone(), "/aws/region", json!("us-east-1")),
            "aws.region is immutable: make another DeploymentGroup",
        ),
    ];
    for (manifest, words) in table {
        assert_refused(&kubernetes, &manifest, words);
    }
    let overridden = with(deployment.clone(), "/overrides", json!({"deploymentConfig": {"allAtOnce": {}}}));
    assert_refused(&kubernetes, &overridden, "overrides.deploymentConfig is immutable");
    let without_hooks = with(deployment.clone(), "/overrides", json!({"hooks": "None"}));
    assert_refused(&kubernetes, &without_hooks, "overrides.hooks is immutable");
    let without_alarms = with(deployment.clone(), "/overrides", json!({"alarms": "None"}));
    assert_refused(&kubernetes, &without_alarms, "overrides.alarms is immutable");
    assert_refused(
        &kubernetes,
        &with(deployment.clone(), "/retryOf", json!("prod-1")),
        "retryOf is immutable: create another",
    );
    let back = |of: &str| with(with(deployment.clone(), "/revision", Value::Null), "/rollbackOf", json!(of));
    assert_refused(&kubernetes, &back("prod-1"), "revision is immutable");
    let mut named = back("prod-1");
    named["metadata"]["name"] = json!("back");
    must(kubernetes.apply(&named));
    named["spec"]["rollbackOf"] = json!("prod-2");
    assert_refused(&kubernetes, &named, "rollbackOf is immutable: create another");
    must(kubernetes.delete("deployments", "back"));
    must(kubernetes.dry_run(&with(deployment.clone(), "/overrides", json!({"windows": "Ignore"}))));
    for manifest in [with(deployment, "/paused", json!(true)), with(group.clone(), "/bake", json!("1m"))] {
        must(kubernetes.dry_run(&manifest));
    }
    for (kind, name) in [("deployments", "release"), ("deploymentgroups", "prod")] {
        must(kubernetes.delete(kind, name));
    }
    must(kubernetes.delete_namespace());
}

#[test]
fn a_stop_that_was_asked_for_stays() {
    let kubernetes = namespace();
    let stopped = with(deployment("release", "shop:42"), "/stop", json!({"rollback": true}));
    must(kubernetes.apply(&stopped));
    assert_refused(&kubernetes, &deployment("release", "shop:42"), "stop: once set, it stays set");
    let told = must(kubernetes.kubectl(
        &["patch", "deployment.sluice.dev", "release", "--type", "merge", "--patch", r#"{"spec":{"stop":null}}"#],
        "",
    ));
    assert!(!told.success && told.errors.contains("it stays set"), "{told:?}");
    must(kubernetes.dry_run(&with(stopped, "/paused", json!(true))));
    must(kubernetes.delete("deployments", "release"));
    must(kubernetes.delete_namespace());
}

#[test]
fn what_was_approved_stays_so_and_a_skip_leads_forward_once_the_deployment_has_begun() {
    let kubernetes = namespace();
    let with_both = |approvals: &[&str], skip_to: &str| {
        let approved = with(deployment("release", "shop:42"), "/approvals", json!(approvals));
        with(approved, "/skipTo", json!(skip_to))
    };
    let none = deployment("release", "shop:42");
    must(kubernetes.apply(&with_both(&["Ready", "half"], "half")));
    must(kubernetes.apply(&with_both(&["half"], "Bake")));
    let begun = r#"{"status":{"startedAt":"2026-01-01T00:00:00Z"}}"#;
    let patch =
        ["patch", "deployment.sluice.dev", "release", "--subresource=status", "--type", "merge", "--patch", begun];
    must(must(kubernetes.kubectl(&patch, "")).good());
    for passes in [with_both(&["half", "Ready"], "Bake"), with_both(&["half"], "End")] {
        must(kubernetes.dry_run(&passes));
    }
    let stays = "approvals: once the Deployment has begun, what is approved stays approved";
    let forward = "skipTo: once the Deployment has begun, it leads forward alone";
    assert_refused(&kubernetes, &none, stays);
    assert_refused(&kubernetes, &none, forward);
    assert_refused(&kubernetes, &with_both(&["Ready"], "Bake"), stays);
    assert_refused(&kubernetes, &with_both(&["half"], "half"), forward);
    must(kubernetes.delete("deployments", "release"));
    must(kubernetes.delete_namespace());
}

#[test]
fn an_unknown_field_is_refused_by_kubectl_apply() {
    let kubernetes = namespace();
    let table = [
        (with(application("shop:42"), "/revisions", json!([])), "spec.revisions"),
        (with(group("team"), "/capacities", json!("Full")), "spec.capacities"),
        (with(group("team"), "/deploymentConfig", json!({"canary": {"percent": 5, "interval": "5m"}})), "percent"),
        (with(deployment("release", "shop:42"), "/approved", json!([])), "spec.approved"),
    ];
    for (manifest, field) in table {
        let told = must(
            kubernetes
                .kubectl(&["apply", "--dry-run=server", "--validate=strict", "--filename", "-"], &manifest.to_string()),
        );
        assert!(!told.success && told.errors.contains("unknown field"), "{told:?}");
        assert!(told.errors.contains(field), "{told:?}");
    }
    must(kubernetes.delete_namespace());
}

#[test]
fn the_sample_manifests_are_accepted() {
    let kubernetes = namespace();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples");
    let folder = examples.to_string_lossy();
    let told = must(
        kubernetes
            .kubectl(&["apply", "--dry-run=server", "--validate=strict", "--recursive", "--filename", &folder], ""),
    );
    assert!(told.success && told.output.lines().count() >= 3, "{told:?}");
    must(kubernetes.delete_namespace());
}

#[test]
fn the_manifests_to_begin_with_are_the_examples() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let page = read("docs/resources.md");
    for name in ["binding", "application", "group"] {
        let example = read(&format!("docs/examples/{name}.yaml"));
        // What is above it is a comment.
        let manifest =
            example.split_once("apiVersion: ").map(|(_, rest)| format!("apiVersion: {rest}")).unwrap_or_default();
        assert!(!manifest.is_empty() && page.contains(&manifest), "docs/resources.md has no {name}.yaml");
        assert!(!example.contains("namespaceSelector: {}"), "{name}.yaml admits every namespace");
    }
}

#[test]
fn every_rule_of_the_schema_is_tested_here() {
    let own = [
        include_str!("schema.rs"),
        include_str!("schema/rules.rs"),
        include_str!("schema/adoptions.rs"),
        include_str!("schema/outside_hooks.rs"),
        include_str!("schema/promotions.rs"),
        include_str!("schema/revisions.rs"),
        include_str!("schema/runtime_health.rs"),
    ]
    .concat();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crds");
    let mut untested = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        // A long one is folded, and begins in the next line.
        let text = text.replace("- message: >-\n", "- message: ");
        let messages = text.lines().filter_map(|line| line.trim().strip_prefix("- message: "));
        for message in messages.map(|message| message.trim().trim_matches('"')) {
            let beginning: String = message.chars().take(24).collect();
            if !own.contains(&beginning) {
                untested.insert(message.to_owned());
            }
        }
    }
    assert!(untested.is_empty(), "no test names {untested:#?}");
}
