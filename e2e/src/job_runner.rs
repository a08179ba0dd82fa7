//! Plays the Job controller and the kubelet for the Jobs of one namespace: the test cluster has neither.
//!
//! What the one container of a Job "runs" is its command:
//!
//! | command | the Job |
//! |---|---|
//! | `[complete, MESSAGE]` | completes, with that termination message |
//! | `[fail, MESSAGE]` | fails |
//! | `[hang]` | runs until its deadline, or its deletion; while deadlines are held, until its deletion alone |
//!
//! Statuses are written as the controller of a real cluster writes them, and the API server holds them to the same rules:
//! `startTime` first, `SuccessCriteriaMet` and `FailureTarget` with `Complete` and `Failed`, a completion time with
//! `Complete` alone (Kubernetes, `pkg/apis/batch/validation`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::kubernetes::Kubernetes;

/// How often it looks for Jobs.
const PAUSE: Duration = Duration::from_millis(200);

/// Runs the Jobs of a namespace until it is dropped.
#[derive(Debug)]
pub struct JobRunner {
    stop: Arc<AtomicBool>,
    holds_deadlines: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl JobRunner {
    /// Begins.
    #[must_use]
    pub fn start(kubernetes: &Kubernetes) -> Self {
        let (kubernetes, stop) = (kubernetes.clone(), Arc::new(AtomicBool::new(false)));
        let (stopped, holds_deadlines) = (Arc::clone(&stop), Arc::new(AtomicBool::new(false)));
        let is_held = Arc::clone(&holds_deadlines);
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                if let Err(error) = look(&kubernetes, is_held.load(Ordering::Relaxed)) {
                    // A Job that is deleted meanwhile, or written by two: it is looked at again.
                    eprintln!("job runner: {error}");
                }
                std::thread::sleep(PAUSE);
            }
        });
        Self { stop, holds_deadlines, thread: Some(thread) }
    }

    /// No Job ends by its deadline until this is called with `false`: what is to come before it may take its time.
    pub fn hold_deadlines(&self, are_held: bool) {
        self.holds_deadlines.store(are_held, Ordering::Relaxed);
    }
}

impl Drop for JobRunner {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It has told of its errors.
            let _ = thread.join();
        }
    }
}

fn look(kubernetes: &Kubernetes, holds_deadlines: bool) -> Result<()> {
    for job in kubernetes.raw_list("apis/batch/v1", "jobs")? {
        if job["metadata"]["deletionTimestamp"].is_null() && !has_ended(&job) {
            step(kubernetes, &job, holds_deadlines)?;
        }
    }
    Ok(())
}

fn has_ended(job: &Value) -> bool {
    let conditions = job["status"]["conditions"].as_array();
    conditions.into_iter().flatten().any(|one| one["type"] == "Complete" || one["type"] == "Failed")
}

/// One step of one Job: it starts, or it ends.
fn step(kubernetes: &Kubernetes, job: &Value, holds_deadlines: bool) -> Result<()> {
    let Some(started) = job["status"]["startTime"].as_str() else {
        create_pod(kubernetes, job)?;
        return write_status(kubernetes, job, &json!({"startTime": now(), "active": 1, "ready": 1, "terminating": 0}));
    };
    let container = &job["spec"]["template"]["spec"]["containers"][0];
    let command: Vec<&str> = container["command"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    match command.as_slice() {
        ["complete", message] => end(kubernetes, job, started, (0, message), None),
        ["fail", message] => {
            let why = ("BackoffLimitExceeded", "Job has reached the specified backoff limit");
            end(kubernetes, job, started, (1, message), Some(why))
        }
        ["hang"] if !holds_deadlines && is_past_its_deadline(job, started)? => {
            let why = ("DeadlineExceeded", "Job was active longer than specified deadline");
            end(kubernetes, job, started, (137, ""), Some(why))
        }
        ["hang"] => Ok(()),
        other => Err(Error::new(format!("no such command: {other:?}"))),
    }
}

#[expect(clippy::disallowed_methods, reason = "it plays controllers, which have the clock of the machine")]
fn is_past_its_deadline(job: &Value, started: &str) -> Result<bool> {
    let started: Timestamp = started.parse().map_err(Error::of("read startTime"))?;
    let deadline = job["spec"]["activeDeadlineSeconds"].as_i64().unwrap_or(i64::MAX);
    Ok(Timestamp::now().duration_since(started).as_secs() >= deadline)
}

/// Ends the Pod with its exit code and message, and then the Job.
fn end(
    kubernetes: &Kubernetes,
    job: &Value,
    started: &str,
    (code, message): (i32, &str),
    failure: Option<(&str, &str)>,
) -> Result<()> {
    let container = &job["spec"]["template"]["spec"]["containers"][0];
    let terminated = json!({"exitCode": code, "message": message, "reason": if code == 0 { "Completed" } else { "Error" },
                            "startedAt": started, "finishedAt": now()});
    let pod = json!({"status": {
        "phase": if code == 0 { "Succeeded" } else { "Failed" },
        "containerStatuses": [{"name": container["name"], "image": container["image"], "imageID": "", "ready": false,
                               "restartCount": 0, "state": {"terminated": terminated}}],
    }});
    kubernetes.raw_patch("api/v1", "pods", &format!("{}/status", pod_name(job)), &pod)?;
    let condition = |kind: &str, (reason, message): (&str, &str)| {
        json!({"type": kind, "status": "True", "reason": reason, "message": message,
               "lastProbeTime": now(), "lastTransitionTime": now()})
    };
    let mut status = json!({"startTime": started, "active": 0, "ready": 0, "terminating": 0});
    match failure {
        None => {
            let why = ("CompletionsReached", "Reached expected number of succeeded pods");
            status["succeeded"] = json!(1);
            status["completionTime"] = json!(now());
            status["conditions"] = json!([condition("SuccessCriteriaMet", why), condition("Complete", why)]);
        }
        Some(why) => {
            status["failed"] = json!(1);
            status["conditions"] = json!([condition("FailureTarget", why), condition("Failed", why)]);
        }
    }
    write_status(kubernetes, job, &status)
}

fn write_status(kubernetes: &Kubernetes, job: &Value, status: &Value) -> Result<()> {
    let name = job["metadata"]["name"].as_str().unwrap_or_default();
    kubernetes.raw_patch("apis/batch/v1", "jobs", &format!("{name}/status"), &json!({"status": status}))
}

/// The Pod, on a node that nobody has.
fn create_pod(kubernetes: &Kubernetes, job: &Value) -> Result<()> {
    let mut pod = job["spec"]["template"].clone();
    pod["apiVersion"] = json!("v1");
    pod["kind"] = json!("Pod");
    pod["metadata"]["name"] = json!(pod_name(job));
    pod["metadata"]["ownerReferences"] = json!([{
        "apiVersion": "batch/v1", "kind": "Job", "controller": true,
        "name": job["metadata"]["name"], "uid": job["metadata"]["uid"],
    }]);
    kubernetes.raw_create("api/v1", "pods", &pod)
}

fn pod_name(job: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    // With the UID's beginning, because a Job that is made anew has a Pod of its own.
    format!("{}-{}", text(&job["metadata"]["name"]), text(&job["metadata"]["uid"]).get(..5).unwrap_or_default())
}

#[expect(clippy::disallowed_methods, reason = "it plays controllers, which have the clock of the machine")]
fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
