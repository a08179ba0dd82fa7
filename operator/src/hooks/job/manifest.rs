//! The Job of an execution, as it is made.

use k8s_openapi::api::batch::v1::Job;
use kube::Resource as _;
use serde_json::{Map, Value, json};
use sluice_api::{Deployment, GROUP_LABEL, HookPodSpec, JobHook};
use sluice_plan::hooks::{HookCall, HookPayload};

use super::name::job_name;

/// Which execution a Job is of.
pub const EXECUTION: &str = "sluice.dev/hook-execution";

/// How long a Job that has ended stays to be looked at, in seconds: longer than an operator is away, because one that is
/// gone before its verdict is recorded is made anew.
const KEPT_SECONDS: i64 = 24 * 60 * 60;

/// The Job. It belongs to the Deployment, and goes with it.
pub fn manifest(call: &HookCall, job: &JobHook) -> serde_json::Result<Job> {
    let payload = &call.payload;
    let name = job_name(&payload.deployment, &call.name, &call.execution_id);
    let labels = json!({"app.kubernetes.io/managed-by": "sluice", GROUP_LABEL: payload.group});
    let mut template = serde_json::to_value(job.template.spec.template.metadata.clone().unwrap_or_default())?;
    merge(&mut template["labels"], &labels);
    merge(&mut template["annotations"], &json!({EXECUTION: call.execution_id}));
    serde_json::from_value(json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": name,
            "namespace": payload.namespace,
            "labels": labels,
            "annotations": {EXECUTION: call.execution_id},
            "ownerReferences": [{
                "apiVersion": Deployment::api_version(&()),
                "kind": Deployment::kind(&()),
                "name": payload.deployment,
                "uid": owner(&call.execution_id),
                "controller": true,
            }],
        },
        "spec": {
            "backoffLimit": 0,
            "completions": 1,
            "parallelism": 1,
            "activeDeadlineSeconds": call.time_left.as_secs().saturating_add(1).max(1),
            "ttlSecondsAfterFinished": KEPT_SECONDS,
            "template": {"metadata": template, "spec": pod(job.pod(), payload)?},
        },
    }))
}

/// The UID of the Deployment, with which an execution id begins.
pub fn owner(execution_id: &str) -> &str {
    execution_id.split('/').next().unwrap_or_default()
}

/// The Pod: what was written, and that it gains no right by the operator.
fn pod(written: &HookPodSpec, payload: &HookPayload) -> serde_json::Result<Value> {
    let mut pod = serde_json::to_value(written)?;
    pod["restartPolicy"] = json!("Never");
    // A ServiceAccount that is named is one that the binding lists.
    pod["automountServiceAccountToken"] = json!(written.service_account_name.is_some());
    pod["enableServiceLinks"] = json!(false);
    merge(&mut pod["securityContext"], &json!({"seccompProfile": {"type": "RuntimeDefault"}}));
    let facts = facts(payload);
    for field in ["containers", "initContainers"] {
        for container in pod[field].as_array_mut().into_iter().flatten() {
            let locked =
                json!({"privileged": false, "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}});
            merge(&mut container["securityContext"], &locked);
            container["terminationMessagePolicy"] = json!("FallbackToLogsOnError");
            // Before those of the template, which may refer to them.
            let own = container["env"].as_array().cloned().unwrap_or_default();
            container["env"] = facts.iter().cloned().chain(own).collect();
        }
    }
    Ok(pod)
}

/// What the hook is told, as variables. One that there is nothing of is not set.
fn facts(payload: &HookPayload) -> Vec<Value> {
    let rows = [
        ("SLUICE_EXECUTION_ID", Some(payload.execution_id.clone())),
        ("SLUICE_EVENT", Some(payload.event.to_string())),
        ("SLUICE_STEP", payload.step.clone()),
        ("SLUICE_DEPLOYMENT", Some(payload.deployment.clone())),
        ("SLUICE_GROUP", Some(payload.group.clone())),
        ("SLUICE_APPLICATION", Some(payload.application.clone())),
        ("SLUICE_NAMESPACE", Some(payload.namespace.clone())),
        ("SLUICE_REVISION", Some(payload.revision.clone())),
        ("SLUICE_PREVIOUS_REVISION", payload.previous_revision.clone()),
        ("SLUICE_WEIGHT", Some(payload.weight.to_string())),
        ("SLUICE_TARGET_GROUP_ORIGINAL", Some(payload.target_groups.original.clone())),
        ("SLUICE_TARGET_GROUP_REPLACEMENT", Some(payload.target_groups.replacement.clone())),
        ("SLUICE_TEST_URL", payload.test_url.clone()),
        ("SLUICE_ATTEMPT", Some(payload.attempt.to_string())),
    ];
    let variable = |(name, value): (&str, Option<String>)| Some(json!({"name": name, "value": literal(&value?)}));
    rows.into_iter().filter_map(variable).collect()
}

/// The value as it is: Kubernetes puts another variable in the place of $(NAME), unless the dollar is doubled.
fn literal(value: &str) -> String {
    value.replace("$(", "$$(")
}

/// Puts the fields of an object into another, over those that are there.
fn merge(into: &mut Value, from: &Value) {
    let mut fields = into.as_object().cloned().unwrap_or_else(Map::new);
    fields.extend(from.as_object().cloned().unwrap_or_default());
    *into = Value::Object(fields);
}
