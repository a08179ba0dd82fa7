//! The Job of a hook, whole.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sluice_api::{HookEvent, JobHook};
use sluice_plan::hooks::{HookCall, HookPayload, HookTarget, PayloadTargetGroups};

use super::manifest::manifest;

/// The call of a hook that asks nothing else.
pub fn call(name: &str) -> HookCall {
    let id = format!("0b9ab3c4-uid/{name}/AfterInstall/1");
    HookCall {
        name: name.to_owned(),
        execution_id: id.clone(),
        deadline: Timestamp::UNIX_EPOCH,
        time_left: SignedDuration::from_millis(599_500),
        target: HookTarget::Lambda { function: "not-asked".to_owned(), qualifier: None },
        payload: HookPayload {
            execution_id: id,
            event: HookEvent::AfterInstall,
            step: Some("$(SECRET) half".to_owned()),
            deployment: "prod-7".to_owned(),
            group: "prod".to_owned(),
            application: "shop".to_owned(),
            namespace: "shop-prod".to_owned(),
            revision: "shop:42".to_owned(),
            previous_revision: None,
            weight: 0.into(),
            target_groups: PayloadTargetGroups { original: "arn:a".to_owned(), replacement: "arn:b".to_owned() },
            test_url: None,
            attempt: 1,
            payload: Value::Null,
        },
    }
}

/// A Job of one container, with further fields of its Pod.
pub fn job(fields: &Value) -> JobHook {
    let mut pod = json!({"containers": [{"name": "smoke", "image": "smoke:1"}]});
    for (name, value) in fields.as_object().unwrap() {
        pod[name] = value.clone();
    }
    serde_json::from_value(json!({"template": {"spec": {"template": {"spec": pod}}}})).unwrap()
}

#[test]
fn a_job_is_made_once_for_its_execution_belongs_to_the_deployment_and_has_no_right() {
    let fields = json!({
        "restartPolicy": "Never",
        "containers": [{
            "name": "smoke", "image": "smoke:1", "args": ["$(SLUICE_REVISION)"],
            "env": [{"name": "SUITE", "value": "quick"}],
            "resources": {"limits": {"cpu": 1, "memory": "64Mi"}},
            "securityContext": {"runAsUser": 1000},
        }],
    });
    let made = serde_json::to_value(manifest(&call("smoke"), &job(&fields)).unwrap()).unwrap();
    let labels = json!({"app.kubernetes.io/managed-by": "sluice", "sluice.dev/group": "prod"});
    let execution = json!({"sluice.dev/hook-execution": "0b9ab3c4-uid/smoke/AfterInstall/1"});
    let name = made["metadata"]["name"].as_str().unwrap();
    assert!(name.starts_with("prod-7-smoke-"), "{name}");
    let expected = json!({
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": name,
            "namespace": "shop-prod",
            "labels": labels,
            "annotations": execution,
            "ownerReferences": [{
                "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment", "name": "prod-7", "uid": "0b9ab3c4-uid",
                "controller": true,
            }],
        },
        "spec": {
            "backoffLimit": 0,
            "completions": 1,
            "parallelism": 1,
            "activeDeadlineSeconds": 600,
            "ttlSecondsAfterFinished": 86400,
            "template": {
                "metadata": {"labels": labels, "annotations": execution},
                "spec": {
                    "restartPolicy": "Never",
                    "automountServiceAccountToken": false,
                    "enableServiceLinks": false,
                    "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
                    "containers": [{
                        "name": "smoke",
                        "image": "smoke:1",
                        "args": ["$(SLUICE_REVISION)"],
                        "env": [
                            {"name": "SLUICE_EXECUTION_ID", "value": "0b9ab3c4-uid/smoke/AfterInstall/1"},
                            {"name": "SLUICE_EVENT", "value": "AfterInstall"},
                            {"name": "SLUICE_STEP", "value": "$$(SECRET) half"},
                            {"name": "SLUICE_DEPLOYMENT", "value": "prod-7"},
                            {"name": "SLUICE_GROUP", "value": "prod"},
                            {"name": "SLUICE_APPLICATION", "value": "shop"},
                            {"name": "SLUICE_NAMESPACE", "value": "shop-prod"},
                            {"name": "SLUICE_REVISION", "value": "shop:42"},
                            {"name": "SLUICE_WEIGHT", "value": "0"},
                            {"name": "SLUICE_TARGET_GROUP_ORIGINAL", "value": "arn:a"},
                            {"name": "SLUICE_TARGET_GROUP_REPLACEMENT", "value": "arn:b"},
                            {"name": "SLUICE_ATTEMPT", "value": "1"},
                            {"name": "SUITE", "value": "quick"},
                        ],
                        "resources": {"limits": {"cpu": 1, "memory": "64Mi"}},
                        "securityContext": {
                            "runAsUser": 1000, "privileged": false, "allowPrivilegeEscalation": false,
                            "capabilities": {"drop": ["ALL"]},
                        },
                        "terminationMessagePolicy": "FallbackToLogsOnError",
                    }],
                },
            },
        },
    });
    // Quantities are texts on the way out.
    let expected = expected.to_string().replace(r#""cpu":1"#, r#""cpu":"1""#);
    let made = made.to_string().replace(r#""cpu":1"#, r#""cpu":"1""#);
    assert_eq!(serde_json::from_str::<Value>(&made).unwrap(), serde_json::from_str::<Value>(&expected).unwrap());
}

/// What a Pod may have and a hook may not: it is not read, and so not in the Job, whatever an object says that an older
/// definition let in.
#[test]
fn no_privilege_that_is_written_gets_into_the_job() {
    let table = [
        json!({"hostNetwork": true}),
        json!({"hostPID": true}),
        json!({"hostIPC": true}),
        json!({"hostUsers": true}),
        json!({"hostname": "kubernetes"}),
        json!({"nodeName": "control-plane-1"}),
        json!({"tolerations": [{"operator": "Exists"}]}),
        json!({"priorityClassName": "system-node-critical"}),
        json!({"runtimeClassName": "none"}),
        json!({"schedulerName": "mine"}),
        json!({"shareProcessNamespace": true}),
        json!({"automountServiceAccountToken": true}),
        json!({"serviceAccount": "cluster-admin"}),
        json!({"ephemeralContainers": [{"name": "a", "image": "a"}]}),
        json!({"securityContext": {"sysctls": [{"name": "a", "value": "b"}]}}),
        json!({"securityContext": {"seccompProfile": {"type": "Unconfined"}}}),
        json!({"securityContext": {"appArmorProfile": {"type": "Unconfined"}}}),
        json!({"securityContext": {"seLinuxOptions": {"type": "spc_t"}}}),
        json!({"securityContext": {"windowsOptions": {"hostProcess": true}}}),
        json!({"securityContext": {"supplementalGroups": [0]}}),
        json!({"volumes": [{"name": "a", "emptyDir": {}, "hostPath": {"path": "/"}}]}),
        json!({"volumes": [{"name": "a", "emptyDir": {}, "csi": {"driver": "a"}}]}),
        json!({"volumes": [{"name": "a", "emptyDir": {}, "nfs": {"server": "a", "path": "/"}}]}),
        json!({"volumes": [{"name": "a", "emptyDir": {}, "persistentVolumeClaim": {"claimName": "a"}}]}),
        json!({"volumes": [{"name": "a", "emptyDir": {}, "projected": {"sources": [{"serviceAccountToken": {"path": "a"}}]}}]}),
    ];
    let container = [
        json!({"privileged": true}),
        json!({"allowPrivilegeEscalation": true}),
        json!({"capabilities": {"add": ["SYS_ADMIN"]}}),
        json!({"procMount": "Unmasked"}),
        json!({"seLinuxOptions": {"type": "spc_t"}}),
        json!({"seccompProfile": {"type": "Unconfined"}}),
        json!({"appArmorProfile": {"type": "Unconfined"}}),
        json!({"windowsOptions": {"hostProcess": true}}),
    ]
    .map(|context| json!({"containers": [{"name": "a", "image": "a", "securityContext": context}]}));
    let others = [
        json!({"containers": [{"name": "a", "image": "a", "ports": [{"containerPort": 1, "hostPort": 1}]}]}),
        json!({"containers": [{"name": "a", "image": "a", "volumeDevices": [{"name": "a", "devicePath": "/dev/a"}]}]}),
        json!({"containers": [{"name": "a", "image": "a", "lifecycle": {"postStart": {"httpGet": {"port": 1}}}}]}),
        json!({"containers": [{"name": "a", "image": "a", "envFrom": [{"secretRef": {"name": "a"}}]}]}),
        json!({"initContainers": [{"name": "b", "image": "a", "securityContext": {"privileged": true}}]}),
        json!({"initContainers": [{"name": "b", "image": "a", "restartPolicy": "Always"}]}),
    ];
    let words = [
        "host",
        "nodeName",
        "tolerations",
        "priorityClass",
        "runtimeClass",
        "scheduler",
        "shareProcess",
        "ephemeral",
        "sysctls",
        "Unconfined",
        "appArmor",
        "seLinux",
        "windows",
        "supplemental",
        "csi",
        "nfs",
        "persistent",
        "projected",
        "\"privileged\":true",
        "Escalation\":true",
        "\"add\"",
        "procMount",
        "volumeDevices",
        "lifecycle",
        "envFrom",
        "Always",
        "Token\":true",
        "\"serviceAccount\"",
    ];
    for fields in table.iter().chain(&container).chain(&others) {
        let made = serde_json::to_string(&manifest(&call("smoke"), &job(fields)).unwrap()).unwrap();
        let found: Vec<_> = words.iter().filter(|word| made.contains(**word)).collect();
        assert!(found.is_empty(), "{fields}: {found:?} in {made}");
    }
}
