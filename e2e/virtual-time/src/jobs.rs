//! The Jobs of a cluster, as an API server keeps them and a kubelet runs them, in virtual time. What a Job "runs" is the command
//! of its one container: `[complete, SECONDS]` or `[fail, SECONDS]`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};

use crate::clock::Clock;

/// One that was made, and when.
struct Made {
    job: Value,
    at: Timestamp,
}

#[derive(Default)]
struct Known {
    jobs: BTreeMap<String, Made>,
    /// Names of those that were made, oldest first.
    made: Vec<String>,
    /// Their executions.
    executions: Vec<String>,
}

/// The Jobs of one cluster.
#[derive(Clone)]
pub struct Jobs {
    clock: Clock,
    known: Arc<Mutex<Known>>,
}

impl Jobs {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, known: Arc::default() }
    }

    /// A client of this cluster, which knows Jobs and nothing else, and in which everything is allowed.
    pub(crate) fn client(&self) -> Client {
        let jobs = self.clone();
        let service = tower::service_fn(move |request: hyper::Request<Body>| {
            let jobs = jobs.clone();
            async move {
                let (parts, body) = request.into_parts();
                let body = body.collect_bytes().await.map_err(std::io::Error::other)?;
                let (status, answer) = jobs.answer(parts.method.as_str(), parts.uri.path(), &body);
                let response = hyper::Response::builder().status(status).header("content-type", "application/json");
                response.body(Body::from(answer.to_string().into_bytes())).map_err(std::io::Error::other)
            }
        });
        Client::new(service, "virtual")
    }

    /// Names of those that were made, oldest first: one twice that was made twice.
    #[must_use]
    pub fn made(&self) -> Vec<String> {
        self.lock().made.clone()
    }

    /// Names of those that run.
    #[must_use]
    pub fn running(&self) -> Vec<String> {
        let known = self.lock();
        known.jobs.iter().filter(|(_, made)| self.condition(made).is_none()).map(|(name, _)| name.clone()).collect()
    }

    /// The execution ids that Jobs were made for.
    #[must_use]
    pub fn executions(&self) -> Vec<String> {
        self.lock().executions.clone()
    }

    fn answer(&self, method: &str, path: &str, body: &[u8]) -> (u16, Value) {
        if path.ends_with("/selfsubjectaccessreviews") {
            return (201, json!({"spec": {}, "status": {"allowed": true}}));
        }
        let name = path.rsplit_once("/jobs/").map(|(_, name)| name.to_owned());
        match (method, name) {
            ("GET", Some(name)) => match self.lock().jobs.get(&name) {
                Some(made) => (200, self.shown(made)),
                None => status(404, "NotFound"),
            },
            ("DELETE", Some(name)) => {
                let is_gone = self.lock().jobs.remove(&name).is_none();
                if is_gone { status(404, "NotFound") } else { status(200, "") }
            }
            ("POST", None) => self.make(body),
            _ => status(405, "MethodNotAllowed"),
        }
    }

    fn make(&self, body: &[u8]) -> (u16, Value) {
        let mut job: Value = serde_json::from_slice(body).unwrap_or_default();
        let name = job["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let mut known = self.lock();
        if known.jobs.contains_key(&name) {
            return status(409, "AlreadyExists");
        }
        job["metadata"]["uid"] = json!(format!("job-{}", known.made.len()));
        known.jobs.insert(name.clone(), Made { job: job.clone(), at: self.clock.timestamp() });
        known.made.push(name);
        known
            .executions
            .extend(job["metadata"]["annotations"]["sluice.dev/hook-execution"].as_str().map(str::to_owned));
        // The first answer is lost on its way.
        if known.made.len() == 1 { status(500, "InternalError") } else { (201, job) }
    }

    fn shown(&self, made: &Made) -> Value {
        let mut job = made.job.clone();
        if let Some(kind) = self.condition(made) {
            job["status"] = json!({"conditions": [{"type": kind, "status": "True"}]});
        }
        job
    }

    /// How it ended; none while it runs.
    fn condition(&self, made: &Made) -> Option<&'static str> {
        let age = self.clock.timestamp().duration_since(made.at);
        let spec = &made.job["spec"];
        let command = &spec["template"]["spec"]["containers"][0]["command"];
        let runs = command[1]
            .as_str()
            .and_then(|text| text.parse().ok())
            .map_or(SignedDuration::MAX, SignedDuration::from_secs);
        let deadline = spec["activeDeadlineSeconds"].as_i64().map_or(SignedDuration::MAX, SignedDuration::from_secs);
        match () {
            () if age >= runs && runs <= deadline => Some(if command[0] == "complete" { "Complete" } else { "Failed" }),
            () if age >= deadline => Some("Failed"),
            () => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn status(code: u16, reason: &str) -> (u16, Value) {
    let word = if code < 300 { "Success" } else { "Failure" };
    (
        code,
        json!({"kind": "Status", "apiVersion": "v1", "status": word, "code": code, "reason": reason, "message": reason}),
    )
}
