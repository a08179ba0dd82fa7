//! The simulated AWS as a process: its control interface, and AWS calls as anyone may make them.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};

use crate::contract::endpoint_of;
use crate::error::{Error, Result};
use crate::process::{Process, bound};
use crate::{binaries, http};

/// Header of a caller that is neither the operator nor anyone in particular. Signatures are not checked.
const SOMEONE_ELSE: &str = "AWS4-HMAC-SHA256 Credential=AKIDSOMEONEELSE/20260101/eu-west-1";

/// Access key of `SOMEONE_ELSE`, to tell apart in the journal what a test did itself.
pub const SOMEONE_ELSES_KEY: &str = "AKIDSOMEONEELSE";

/// A running simulated AWS.
#[derive(Debug)]
pub struct Simulator {
    process: Process,
    address: SocketAddr,
    endpoint: String,
}

impl Simulator {
    /// Starts one on a free port, with a scenario in YAML or JSON; its files go into `folder`.
    pub fn start(scenario: &str, folder: &Path) -> Result<Self> {
        Self::start_at(scenario, 1.0, folder)
    }

    /// The same, with simulated time passing `speed` times as fast as real time.
    pub fn start_at(scenario: &str, speed: f64, folder: &Path) -> Result<Self> {
        let file = folder.join("scenario.yaml");
        std::fs::write(&file, scenario).map_err(Error::of("write the scenario"))?;
        let mut command = bound(&binaries::simulated_aws()?);
        command.args(["--listen", "127.0.0.1:0", "--speed", &speed.to_string(), "--scenario"]).arg(&file);
        let mut process = Process::start("simulated-aws", command, &folder.join("simulated-aws.log"))?;
        let address = process.wait_for_line("the address of simulated-aws", |line| {
            line.strip_prefix("listening on http://")?.trim().parse().ok()
        })?;
        let endpoint = endpoint_of(address)?;
        Ok(Self { process, address, endpoint })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What belongs into `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        self.endpoint.clone()
    }

    /// Number of its process.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// `GET /_sim/PATH`.
    pub fn get(&self, path: &str) -> Result<Value> {
        http::get(self.address, &format!("/_sim/{path}"))?.good()?.json()
    }

    /// `POST /_sim/PATH`.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value> {
        http::request(self.address, "POST", &format!("/_sim/{path}"), &[], &body.to_string())?.good()?.json()
    }

    /// Services with their task sets, target groups and routes.
    pub fn state(&self) -> Result<Value> {
        self.get("state")
    }

    /// Requests and losses.
    pub fn traffic(&self) -> Result<Value> {
        self.get("traffic")
    }

    /// Every call so far, oldest first.
    pub fn journal(&self) -> Result<Vec<Value>> {
        Ok(self.get("journal")?.as_array().cloned().unwrap_or_default())
    }

    /// Every write so far that somebody else than the test sent, refused ones too, oldest first. One whose effect an
    /// injected fault delays is on the list once, at the moment when it was sent.
    pub fn writes(&self) -> Result<Vec<Value>> {
        let mut writes = self.get("journal?writes=true")?.as_array().cloned().unwrap_or_default();
        writes.retain(|entry| entry["accessKey"] != SOMEONE_ELSES_KEY && entry["note"] != "late");
        Ok(writes)
    }

    /// Counts by operation.
    pub fn calls(&self) -> Result<Value> {
        self.get("calls")
    }

    /// How many calls there were, of all operations.
    pub fn count_all(&self) -> Result<u64> {
        let calls = self.calls()?;
        let operations = calls["operations"].as_array().into_iter().flatten();
        Ok(operations.filter_map(|one| one["calls"].as_u64()).sum())
    }

    /// How often an operation was called.
    pub fn count(&self, operation: &str) -> Result<u64> {
        let calls = self.calls()?;
        let operations = calls["operations"].as_array().into_iter().flatten();
        Ok(operations.filter(|one| one["operation"] == operation).filter_map(|one| one["calls"].as_u64()).sum())
    }

    /// Violations of the safety invariants, but for what the test did as someone else.
    pub fn violations(&self) -> Result<Vec<Value>> {
        let mut violations = self.get("invariants")?["violations"].as_array().cloned().unwrap_or_default();
        violations.retain(|violation| violation["accessKey"] != SOMEONE_ELSES_KEY);
        Ok(violations)
    }

    /// Puts a fault, or a list of them, in force.
    pub fn add_faults(&self, faults: &Value) -> Result<()> {
        self.post("faults", faults).map(|_| ())
    }

    /// Ends all faults.
    pub fn clear_faults(&self) -> Result<()> {
        http::request(self.address, "DELETE", "/_sim/faults", &[], "")?.good().map(|_| ())
    }

    /// Changes how a task definition's containers behave, running ones among them.
    pub fn set_behaviour(&self, task_definition: &str, behaviour: &Value) -> Result<()> {
        self.post(&format!("taskDefinitions/{task_definition}/behaviour"), behaviour).map(|_| ())
    }

    /// Adds to the world. What exists stays as it is.
    pub fn merge(&self, scenario: &Value) -> Result<()> {
        self.post("scenario", scenario).map(|_| ())
    }

    /// Changes the speed of simulated time.
    pub fn set_speed(&self, speed: f64) -> Result<()> {
        self.post("clock", &json!({"speed": speed})).map(|_| ())
    }

    /// Makes simulated time jump ahead.
    pub fn advance(&self, seconds: f64) -> Result<()> {
        self.post("clock", &json!({"advanceSeconds": seconds})).map(|_| ())
    }

    /// Calls ECS as someone else.
    pub fn ecs(&self, operation: &str, parameters: &Value) -> Result<Value> {
        let headers = [
            ("Content-Type", "application/x-amz-json-1.1"),
            ("X-Amz-Target", &format!("AmazonEC2ContainerServiceV20141113.{operation}")),
            ("Authorization", &format!("{SOMEONE_ELSE}/ecs/aws4_request, SignedHeaders=host, Signature=0")),
        ];
        http::request(self.address, "POST", "/", &headers, &parameters.to_string())?.good()?.json()
    }

    /// Gives a rule one forward action, as someone else.
    pub fn set_forward(&self, rule: &str, groups: &[(&str, u32)]) -> Result<()> {
        let mut parameters = forward("Actions", groups);
        parameters.push(("RuleArn".to_owned(), rule.to_owned()));
        self.load_balancing("ModifyRule", &parameters).map(|_| ())
    }

    /// Calls Elastic Load Balancing as someone else, with the flat parameters of its query protocol. Answers XML.
    pub fn load_balancing(&self, operation: &str, parameters: &[(String, String)]) -> Result<String> {
        let authorization =
            format!("{SOMEONE_ELSE}/elasticloadbalancing/aws4_request, SignedHeaders=host, Signature=0");
        let headers =
            [("Content-Type", "application/x-www-form-urlencoded"), ("Authorization", authorization.as_str())];
        let mut body = format!("Action={operation}&Version=2015-12-01");
        for (name, value) in parameters {
            // Writing to a String does not fail.
            let _ = write!(body, "&{name}={}", encoded(value));
        }
        Ok(http::request(self.address, "POST", "/", &headers, &body)?.good()?.body)
    }
}

/// The flat parameters of one forward action to target groups by ARN, with their weights.
fn forward(prefix: &str, groups: &[(&str, u32)]) -> Vec<(String, String)> {
    let mut parameters = vec![(format!("{prefix}.member.1.Type"), "forward".to_owned())];
    for (index, (arn, weight)) in groups.iter().enumerate() {
        let member = format!("{prefix}.member.1.ForwardConfig.TargetGroups.member.{}", index + 1);
        parameters.push((format!("{member}.TargetGroupArn"), (*arn).to_owned()));
        parameters.push((format!("{member}.Weight"), weight.to_string()));
    }
    parameters
}

/// Percent-encoding of a form's value.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
