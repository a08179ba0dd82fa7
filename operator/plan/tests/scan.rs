//! What is reported of a scan, and whether that lets a release begin.

use serde_json::{Value, json};
use sluice_api::{Deployment, DeploymentGroupSpec, Reason, Revision};
use sluice_plan::group::scan::check;

use crate::support::fixture::settings;

fn revision(task_definition: &str, scan: &str) -> Value {
    match scan {
        "" => json!({"taskDefinition": task_definition}),
        scan => json!({"taskDefinition": task_definition, "source": {"scan": scan}}),
    }
}

/// Made by the group where it has its name.
fn deployment(name: &str, spec: &Value) -> Deployment {
    let mut spec = spec.clone();
    spec["groupRef"] = json!("prod");
    serde_json::from_value(json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment", "spec": spec,
        "metadata": {"name": name, "labels": {"sluice.dev/group": "prod", "sluice.dev/sequence": "1"}},
    }))
    .unwrap()
}

#[test]
fn only_what_is_reported_as_passed_begins_where_a_scan_is_required() {
    let by_group = |scan| deployment("prod-1", &json!({"revision": revision("shop:42", scan)}));
    let by_hand = |scan| deployment("mine", &json!({"revision": revision("shop:42", scan)}));
    let back = deployment("mine", &json!({"rollbackOf": "prod-7"}));
    let table = vec![
        ("nothing is required", false, by_group("failed"), revision("shop:42", ""), None),
        ("it passed", true, by_group("passed"), revision("shop:42", ""), None),
        ("it failed", true, by_group("failed"), revision("shop:42", ""), Some("of shop:42 is reported as failed")),
        ("it was skipped", true, by_group("skipped"), revision("shop:42", ""), Some("is reported as skipped")),
        ("nobody reported", true, by_group(""), revision("shop:42", ""), Some("is not reported")),
        ("it was reported afterwards", true, by_group("failed"), revision("shop:42", "passed"), None),
        ("it was taken back afterwards", true, by_group("passed"), revision("shop:42", "failed"), Some("as failed")),
        ("the report is of another one", true, by_group(""), revision("shop:43", "passed"), Some("is not reported")),
        ("a user's own says so itself", true, by_hand(""), revision("shop:42", "passed"), Some("is not reported")),
        ("a user's own passed", true, by_hand("passed"), revision("shop:42", "failed"), None),
        ("to go back needs no report", true, back, revision("shop:42", "failed"), None),
    ];
    for (what, required, deployment, in_force, expected) in table {
        let in_force: Revision = serde_json::from_value(in_force).unwrap();
        let settings = DeploymentGroupSpec { require_scan: required, ..settings(1) };
        let refused = check(&deployment, &settings, Some(&in_force)).err();
        assert_eq!(refused.is_some(), expected.is_some(), "{what}: {refused:?}");
        if let Some(refused) = refused {
            assert_eq!(refused.reason, Reason::ScanNotPassed, "{what}");
            assert!(refused.message.contains(expected.unwrap_or_default()), "{what}: {}", refused.message);
        }
    }
}
