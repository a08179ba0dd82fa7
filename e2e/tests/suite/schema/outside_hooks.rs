//! Rules of hooks that run outside of AWS.

use serde_json::{Value, json};
use sluice_e2e::manifests::with;

use super::rules::Row;

fn job_of(pod: &Value, metadata: &Value) -> Value {
    let template = json!({"metadata": metadata, "spec": pod});
    json!([{"name": "smoke", "event": "AfterInstall", "job": {"template": {"spec": {"template": template}}}}])
}

/// A Job of one container, with a field of its Pod.
fn pod(pointer: &str, value: Value) -> Value {
    let plain = json!({
        "restartPolicy": "Never",
        "containers": [{"name": "smoke", "image": "smoke:1", "env": [{"name": "SUITE", "value": "quick"}]}],
        "initContainers": [{"name": "wait", "image": "smoke:1", "resources": {"limits": {"cpu": 1, "memory": "64Mi"}}}],
        "volumes": [{"name": "results", "emptyDir": {}}],
    });
    let spec = with(json!({"spec": plain}), pointer, value);
    job_of(&spec["spec"], &json!({"labels": {"team": "shop"}}))
}

fn plain() -> Value {
    pod("/restartPolicy", json!("Never"))
}

fn timed(mut hooks: Value, timeout: &str) -> Value {
    hooks[0]["timeout"] = json!(timeout);
    hooks
}

fn http(url: &str) -> Value {
    let headers = json!({"secretRef": {"name": "shop-hook-token"}});
    json!([{"name": "gate", "event": "BeforeInstall", "http": {"url": url, "headersFrom": headers}}])
}

fn listed() -> Value {
    http("https://gate.example.com:8443/check?suite=quick")
}

pub const OUTSIDE_HOOKS: &[Row] = &[
    ("hooks: say what runs, one of lambda, job and http", plain, || {
        let mut both = plain();
        both[0]["http"] = listed()[0]["http"].clone();
        both
    }),
    ("hooks: timeout must be at most 1h, but for a Job", || timed(plain(), "24h"), || timed(listed(), "61m")),
    ("hooks: timeout must be at least 1s and at most 24h", plain, || timed(plain(), "25h")),
    ("write an https URL with a host in lower case, such as", listed, || http("http://gate.example.com/")),
    ("write an https URL with a host in lower case", listed, || http("https://user@gate.example.com/")),
    ("write an https URL with a host in lower case", listed, || http("https://[::1]/")),
    ("write an https URL with a host in lower case", listed, || http("https://gate.example.com\\@evil.example/")),
    ("write the name of an object", listed, || {
        let mut hooks = listed();
        hooks[0]["http"]["headersFrom"]["secretRef"]["name"] = json!("../a");
        hooks
    }),
    ("should have at least 1 items", plain, || pod("/containers", json!([]))),
    ("must have at most 4 items", plain, || pod("/containers", json!(vec![json!({"name": "a", "image": "a"}); 5]))),
    ("Unsupported value", plain, || pod("/restartPolicy", json!("OnFailure"))),
    ("field not declared in schema", plain, || pod("/volumes", json!([{"name": "a", "hostPath": {"path": "/"}}]))),
    ("field not declared in schema", plain, || pod("/hostNetwork", json!(true))),
    ("field not declared in schema", plain, || {
        pod("/containers", json!([{"name": "a", "image": "a", "securityContext": {"privileged": true}}]))
    }),
];
