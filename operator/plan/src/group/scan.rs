//! Where a release comes from, as its pipeline reports, and whether its scan lets it begin: `spec.requireScan`.
//!
//! A pipeline may well report later than it asks for the release. So what a Deployment says of its source is taken from the
//! revision that is in force, as long as that asks for the same; one that a user made says so itself.

use sluice_api::{Deployment, DeploymentGroupSpec, Reason, Revision, Scan, Source};

use super::deployments::sequence;
use crate::refusal::Refusal;

/// Where the release comes from. `in_force` is the revision that the group asks for now.
#[must_use]
pub fn source<'a>(deployment: &'a Deployment, in_force: Option<&'a Revision>) -> Option<&'a Source> {
    let own = deployment.spec.revision.as_ref()?;
    let reported = in_force.filter(|revision| {
        sequence(deployment).is_some() && revision.short_name() == own.short_name() && revision.source.is_some()
    });
    reported.unwrap_or(own).source.as_ref()
}

/// Whether the scan of what is released lets it begin. To go back is never held up: what served was let in before.
pub fn check(
    deployment: &Deployment,
    settings: &DeploymentGroupSpec,
    in_force: Option<&Revision>,
) -> Result<(), Refusal> {
    if !settings.require_scan || deployment.spec.rollback_of.is_some() {
        return Ok(());
    }
    let found = match source(deployment, in_force).and_then(|source| source.scan) {
        Some(Scan::Passed) => return Ok(()),
        Some(other) => format!("is reported as {other}"),
        None => "is not reported".to_owned(),
    };
    let (revision, group) = (deployment.revision_name(), &deployment.spec.group_ref);
    let message = format!(
        "spec.revision.source.scan: the scan of {revision} {found}, and group {group} requires passed: release a revision whose scan passed, have its pipeline report that, or set spec.requireScan of the group to false"
    );
    Err(Refusal::new(Reason::ScanNotPassed, message))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn settings(require_scan: bool) -> DeploymentGroupSpec {
        serde_json::from_value(json!({
            "applicationRef": "shop",
            "aws": {"binding": "shop", "region": "eu-west-1"},
            "ecs": {"cluster": "prod", "service": "shop"},
            "container": {"name": "web", "port": 8080},
            "loadBalancer": {"targetGroups": ["a", "b"], "productionRoutes": [{"listenerRule": "rule"}]},
            "requireScan": require_scan,
        }))
        .unwrap()
    }

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
            (
                "it was taken back afterwards",
                true,
                by_group("passed"),
                revision("shop:42", "failed"),
                Some("as failed"),
            ),
            (
                "the report is of another one",
                true,
                by_group(""),
                revision("shop:43", "passed"),
                Some("is not reported"),
            ),
            ("a user's own says so itself", true, by_hand(""), revision("shop:42", "passed"), Some("is not reported")),
            ("a user's own passed", true, by_hand("passed"), revision("shop:42", "failed"), None),
            ("to go back needs no report", true, back, revision("shop:42", "failed"), None),
        ];
        for (what, required, deployment, in_force, expected) in table {
            let in_force: Revision = serde_json::from_value(in_force).unwrap();
            let refused = check(&deployment, &settings(required), Some(&in_force)).err();
            assert_eq!(refused.is_some(), expected.is_some(), "{what}: {refused:?}");
            if let Some(refused) = refused {
                assert_eq!(refused.reason, Reason::ScanNotPassed, "{what}");
                assert!(refused.message.contains(expected.unwrap_or_default()), "{what}: {}", refused.message);
            }
        }
    }
}
