//! The built program explains failures, with no cluster and no AWS.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn sluice(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sluice"))
        .arg("explain")
        .args(arguments)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that refuses its arguments reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn each_line_gets_its_object_and_bad_ones_their_error() {
    let lines = "{\"message\": \"Rate exceeded\", \"where\": \"api_error\", \"phase\": \"deploy\"}\n\
                 no object\n\
                 {\"message\": \"(service shop) has reached a steady state.\", \"where\": \"service_event\"}\n\
                 {\"message\": \"x\", \"phase\": \"lunch\"}\n";
    let output = sluice(&["--jsonl"], lines.as_bytes());
    let answers: Vec<Value> = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 4);
    let keys: BTreeSet<&str> = answers[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, BTreeSet::from(["category", "code", "failure", "hint", "retryable", "stage"]));
    assert_eq!(answers[0]["code"], "INFRASTRUCTURE_NETWORK_FAILURE");
    assert_eq!(answers[0]["retryable"], true);
    assert!(answers[1]["error"].as_str().unwrap().starts_with("line 2: "));
    assert_eq!(answers[2]["failure"], false);
    let unknown = answers[3]["error"].as_str().unwrap();
    assert!(unknown.starts_with("line 4: phase \"lunch\" is not known: write one of clone, detect, auth"), "{unknown}");
    assert!(!output.status.success());
    assert_eq!(text(&output.stderr).trim(), "sluice: failed to explain 2 of 4 lines: each has its error in its place");
    assert!(sluice(&["--jsonl"], b"").status.success());
}

#[test]
fn people_read_what_it_is_and_what_to_do() {
    let table: [(&[&str], &[&str]); 4] = [
        (
            &["Essential container in task exited", "--where", "task_stopped_reason"],
            &[
                "It failed at rollout",
                "DEPLOYMENT_VERIFICATION_FAILED",
                "look at the logs",
                "docs/errors/DEPLOYMENT_VERIFICATION_FAILED.md",
            ],
        ),
        (&["(service shop) has reached a steady state."], &["This is no failure"]),
        (&["INFRASTRUCTURE_NETWORK_FAILURE"], &["it may pass by itself", "too many requests", "no capacity"]),
        (&["no route", "--phase", "rollback", "--trigger", "manual"], &["MANUAL_ROLLBACK_FAILED"]),
    ];
    for (arguments, expected) in table {
        let output = sluice(arguments, b"");
        assert!(output.status.success(), "{arguments:?}");
        for words in expected {
            assert!(text(&output.stdout).contains(words), "{arguments:?}: {}", text(&output.stdout));
        }
    }
    for arguments in [&[][..], &["x", "--where", "moon"], &["x", "--jsonl"]] {
        assert!(!sluice(arguments, b"").status.success(), "{arguments:?}");
    }
}
