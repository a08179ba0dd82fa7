//! A Job that is asked for, against an API server that answers by script.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use sluice_plan::hooks::HookAnswer;

use super::JobRunner;
use super::manifest::manifest;
use super::manifest_tests::{call, job};
use crate::hooks::runner::HookRunner as _;
use crate::kubernetes::scripted::{client, refused};

/// A runner whose requests have these answers, and what was asked.
fn runner(answers: &[(u16, Value)]) -> (JobRunner, Arc<Mutex<Vec<String>>>) {
    let (client, asked) = client(answers);
    let job = job(&json!({}));
    (JobRunner { client, job, poll: Duration::from_secs(5), reads_pods: true }, asked)
}

/// The Job as it was made, with conditions.
fn found(conditions: &[&str]) -> (u16, Value) {
    let mut found = serde_json::to_value(manifest(&call("smoke"), &job(&json!({}))).unwrap()).unwrap();
    let condition =
        |kind: &&str| json!({"type": kind, "status": "True", "reason": "BackoffLimitExceeded", "message": "too often"});
    found["status"] = json!({"conditions": conditions.iter().map(condition).collect::<Vec<_>>()});
    (200, found)
}

fn pods(code: i32, message: &str) -> (u16, Value) {
    let state = json!({"terminated": {"exitCode": code, "message": message}});
    let container =
        json!({"name": "a", "image": "a", "imageID": "", "ready": false, "restartCount": 0, "state": state});
    (
        200,
        json!({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": [{"status": {"containerStatuses": [container]}}]}),
    )
}

/// What it came to: a word, and what the message has in it.
fn assert_told(about: &str, answer: &Result<HookAnswer, super::HookError>, expected: (&str, &str)) {
    let (word, message) = match answer {
        Ok(HookAnswer::Succeeded { message }) => ("succeeded", message.clone()),
        Ok(HookAnswer::Failed { message }) => ("failed", message.clone()),
        Ok(HookAnswer::InProgress { message, .. }) => ("in progress", message.clone()),
        Err(error) if error.passes => ("asked again", Some(error.message.clone())),
        Err(error) => ("no answer", Some(error.message.clone())),
    };
    let message = message.unwrap_or_default();
    assert!(word == expected.0 && message.contains(expected.1), "{about}: {word}: {message}");
}

#[tokio::test]
async fn a_job_is_made_when_it_is_not_there_and_looked_at_when_it_is() {
    let gone = || refused(404, "NotFound");
    let mut foreign = found(&["Complete"]);
    foreign.1["metadata"]["ownerReferences"] = json!([]);
    let no_message = (200, json!({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": []}));
    let table = [
        ("made", vec![gone(), found(&[])], ("in progress", "Job prod-7-smoke-")),
        (
            "made by a question whose answer was lost",
            vec![gone(), refused(409, "AlreadyExists")],
            ("in progress", "is running"),
        ),
        ("running", vec![found(&[])], ("in progress", "is running")),
        ("complete", vec![found(&["Complete"]), pods(0, "12 of 12")], ("succeeded", "12 of 12")),
        (
            "complete, and its Pods may not be read",
            vec![found(&["Complete"]), refused(403, "Forbidden")],
            ("succeeded", ""),
        ),
        (
            "failed",
            vec![found(&["Failed"]), pods(1, "3 of 12")],
            ("failed", "3 of 12 (BackoffLimitExceeded: too often)"),
        ),
        ("failed without a word", vec![found(&["Failed"]), no_message], ("failed", "BackoffLimitExceeded: too often")),
        ("of another", vec![foreign], ("no answer", "kubectl delete job prod-7-smoke-")),
        ("may not be read", vec![refused(403, "Forbidden")], ("no answer", "hooks.jobs of its chart")),
        (
            "may not be made",
            vec![gone(), refused(403, "Forbidden")],
            ("no answer", "because; let the operator make Jobs"),
        ),
        ("not taken", vec![gone(), refused(422, "Invalid")], ("no answer", "because")),
        ("the API server is away", vec![refused(503, "ServiceUnavailable")], ("asked again", "because")),
        ("too many requests", vec![gone(), refused(500, "InternalError")], ("asked again", "because")),
    ];
    for (about, answers, expected) in table {
        let (runner, asked) = runner(&answers);
        assert_told(about, &runner.ask(&call("smoke")).await, expected);
        let asked = asked.lock().unwrap();
        assert_eq!(asked.len(), answers.len(), "{about}: {asked:?}");
        assert!(asked[0].starts_with("GET /apis/batch/v1/namespaces/shop-prod/jobs/prod-7-smoke-"), "{asked:?}");
    }
}

#[tokio::test]
async fn a_job_that_nobody_waits_for_is_deleted_unless_it_is_another_and_one_that_is_gone_is_no_error() {
    let with_uid = |mut job: (u16, Value)| {
        job.1["metadata"]["uid"] = json!("a-uid");
        job
    };
    let mut foreign = with_uid(found(&[]));
    foreign.1["metadata"]["annotations"] = json!({});
    let gone = || refused(404, "NotFound");
    let deleted = (200, json!({"kind": "Status", "apiVersion": "v1", "status": "Success"}));
    let table = [
        ("its own", vec![with_uid(found(&[])), deleted], vec!["GET", "DELETE"]),
        ("gone meanwhile", vec![with_uid(found(&[])), gone()], vec!["GET", "DELETE"]),
        ("never made", vec![gone()], vec!["GET"]),
        ("of another", vec![foreign], vec!["GET"]),
        ("not read", vec![refused(503, "ServiceUnavailable")], vec!["GET"]),
    ];
    for (about, answers, expected) in table {
        let (runner, asked) = runner(&answers);
        runner.abandon(&call("smoke")).await;
        let asked = asked.lock().unwrap();
        let methods: Vec<&str> = asked.iter().filter_map(|one| one.split(' ').next()).collect();
        assert_eq!(methods, expected, "{about}");
        let is_its_own = |one: &String| one.contains(" /apis/batch/v1/namespaces/shop-prod/jobs/prod-7-smoke-");
        assert!(asked.iter().all(is_its_own), "{about}: {asked:?}");
    }
}
