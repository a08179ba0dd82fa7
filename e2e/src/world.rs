//! One test's world: a namespace, a simulated AWS, an operator, and a binding of its own.
//!
//! Whatever is not as it should be here ends the test, with what a person needs to see why.

#![expect(
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "a world belongs to a test, and a test fails by a panic"
)]

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::kubernetes::{Kubernetes, NAMESPACED};
use crate::operator::{Operator, Settings};
use crate::process::last_lines;
use crate::simulator::Simulator;
use crate::{Error, Result, manifests, poll, scenario};

/// How many times a settled world is looked at by the operator while nothing may be written.
const LOOKS: u64 = 3;

/// One test's world.
#[derive(Debug)]
pub struct World {
    /// Its namespace.
    pub kubernetes: Kubernetes,
    /// Its AWS.
    pub aws: Simulator,
    /// Its operator.
    pub operator: Operator,
    /// Name of its AwsBinding, which no other test uses.
    pub binding: String,
    folder: TempDir,
}

/// Unwraps a result of the harness where a test stands or falls with it.
#[track_caller]
pub fn must<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

impl World {
    /// The world of [`scenario::shop`].
    #[track_caller]
    pub fn new() -> Self {
        Self::of(&scenario::shop())
    }

    /// The world of a scenario.
    #[track_caller]
    pub fn of(scenario: &Value) -> Self {
        Self::with(scenario, |_| {})
    }

    /// The world of a scenario, with an operator that is run as `change` says.
    #[track_caller]
    pub fn with(scenario: &Value, change: impl FnOnce(&mut Settings)) -> Self {
        must(Self::start(scenario, change))
    }

    fn start(scenario: &Value, change: impl FnOnce(&mut Settings)) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("sluice-e2e-").tempdir().map_err(Error::of("make a folder"))?;
        let suffix = folder.path().file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        // Names in Kubernetes end with a letter or a digit, and the folder's random part does.
        let name = suffix.replace("sluice-e2e-", "e2e-");
        let kubernetes = Kubernetes::connect(&name)?;
        kubernetes.apply(&manifests::binding(&name))?;
        let aws = Simulator::start(&scenario.to_string(), folder.path())?;
        let mut settings = Settings::new(&name, &aws.url());
        change(&mut settings);
        let operator = Operator::start(settings, &folder.path().join("sluice.log"))?;
        Ok(Self { kubernetes, aws, operator, binding: name, folder })
    }

    /// Another operator for the same namespace, as a second replica.
    #[track_caller]
    pub fn second_operator(&self) -> Operator {
        must(Operator::start(self.operator.settings().clone(), &self.folder.path().join("second.log")))
    }

    /// The manifest of the group `prod`, bound to this world's binding.
    pub fn group(&self) -> Value {
        manifests::group(&self.binding)
    }

    /// Applies objects of ours.
    #[track_caller]
    pub fn apply(&self, objects: &[Value]) {
        for object in objects {
            must(self.kubernetes.apply(object));
        }
    }

    /// Applies the Application at a revision, and the group.
    #[track_caller]
    pub fn release(&self, revision: &str, group: &Value) {
        self.apply(&[manifests::application(revision), group.clone()]);
    }

    /// The Application's revision changes.
    #[track_caller]
    pub fn change_revision(&self, revision: &str) {
        self.apply(&[manifests::application(revision)]);
    }

    /// An object, which is to exist.
    #[track_caller]
    pub fn object(&self, kind: &str, name: &str) -> Value {
        must(self.kubernetes.get(kind, name)).unwrap_or_else(|| panic!("there is no {kind} {name}"))
    }

    /// Waits until an object is as wanted, and returns it.
    #[track_caller]
    pub fn wait_object(&self, kind: &str, name: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let what = format!("{kind} {name} {what}");
        must(poll::until(&what, || Ok(self.kubernetes.get(kind, name)?.filter(&wanted))))
    }

    /// Waits until an object is gone.
    #[track_caller]
    pub fn wait_gone(&self, kind: &str, name: &str) {
        let what = format!("{kind} {name} to be gone");
        must(poll::until(&what, || Ok(self.kubernetes.get(kind, name)?.is_none().then_some(()))));
    }

    /// Waits for a Deployment to end in this state, and returns it. Another end fails at once.
    #[track_caller]
    pub fn wait_end(&self, name: &str, state: &str) -> Value {
        let ended = self.wait_object("deployments", name, "to end", |one| one["status"]["completedAt"].is_string());
        let status = &ended["status"];
        assert_eq!(status["state"], state, "deployment {name} ended otherwise: {}", status["message"]);
        ended
    }

    /// Waits until a Deployment's replacement carries a share of the traffic between these, in percent.
    #[track_caller]
    pub fn wait_weight(&self, name: &str, between: std::ops::RangeInclusive<i64>) -> Value {
        let what = format!("to carry {between:?} percent");
        self.wait_object("deployments", name, &what, |one| {
            one["status"]["traffic"]["observed"].as_i64().is_some_and(|share| between.contains(&share))
        })
    }

    /// Waits until a condition of an object is True for a reason, and returns the condition's message.
    #[track_caller]
    pub fn wait_condition(&self, kind: &str, name: &str, condition: &str, reason: &str) -> String {
        let is_so = |one: &Value| {
            let found = find_condition(one, condition);
            found.is_some_and(|found| found["status"] == "True" && found["reason"] == reason)
        };
        let object = self.wait_object(kind, name, &format!("to be {condition} because of {reason}"), is_so);
        find_condition(&object, condition).and_then(|found| found["message"].as_str()).unwrap_or_default().to_owned()
    }

    /// Waits until this holds of AWS.
    #[track_caller]
    pub fn wait_aws<T>(&self, what: &str, look: impl Fn(&Value) -> Option<T>) -> T {
        must(poll::until(what, || Ok(look(&self.aws.state()?))))
    }

    /// Names of the writes to AWS so far, the operator's own, refused ones included.
    #[track_caller]
    pub fn writes(&self) -> Vec<String> {
        let writes = must(self.aws.writes());
        writes.iter().map(|entry| entry["operation"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// How often the operator has looked at the service.
    fn looks(&self) -> Result<u64> {
        self.aws.count("DescribeServices")
    }

    /// Waits until the operator has looked at AWS that many times more.
    #[track_caller]
    pub fn wait_looks(&self, count: u64) {
        let before = must(self.looks());
        let what = format!("{count} more looks at AWS");
        must(poll::until(&what, || Ok((self.looks()? >= before + count).then_some(()))));
    }

    /// What every test ends with: all Deployments ended, no request lost, no invariant broken, one PRIMARY per
    /// service with all the traffic and no other task set, and nothing written any more.
    #[track_caller]
    pub fn assert_settled(&self) {
        self.assert_settled_but_for_losses();
        let traffic = must(self.aws.traffic());
        assert_eq!(traffic["lost"], 0, "requests were lost: {traffic:#}");
    }

    /// The same, where requests were lost that nobody could have saved.
    #[track_caller]
    pub fn assert_settled_but_for_losses(&self) {
        self.assert_ended();
        self.assert_one_primary();
        self.assert_quiet();
        self.assert_kept();
    }

    /// There was traffic, no invariant was broken, and no call was made that the simulator does not know.
    #[track_caller]
    fn assert_kept(&self) {
        let traffic = must(self.aws.traffic());
        assert!(traffic["total"].as_u64() > Some(0), "there was no traffic at all: {traffic:#}");
        let violations = must(self.aws.violations());
        assert!(violations.is_empty(), "invariants were broken: {violations:#?}");
        let unmodelled = must(self.aws.get("unmodelled"));
        assert_eq!(unmodelled, json!({}), "the operator calls what the simulator does not know");
    }

    /// Every Deployment has ended, and its finalizer is gone.
    #[track_caller]
    pub fn assert_ended(&self) {
        must(poll::until("every Deployment to end and to lose its finalizer", || {
            let ended = |one: &Value| {
                one["status"]["completedAt"].is_string()
                    && one["metadata"]["finalizers"].as_array().is_none_or(Vec::is_empty)
            };
            Ok(self.kubernetes.list("deployments")?.iter().all(ended).then_some(()))
        }));
    }

    /// One PRIMARY per claimed service and no other task set, and all weight on its target group.
    #[track_caller]
    pub fn assert_one_primary(&self) {
        for group in must(self.kubernetes.list("deploymentgroups")) {
            let spec = &group["spec"];
            let what = format!("one task set, the PRIMARY, in service {}", spec["ecs"]);
            let primary = self.wait_aws(&what, |state| {
                let service = find_service(state, &spec["ecs"])?;
                let sets = service["taskSets"].as_array()?;
                (sets.len() == 1 && sets[0]["status"] == "PRIMARY").then(|| sets[0].clone())
            });
            let target_group = primary["targetGroupArn"].as_str().unwrap_or_default();
            let state = must(self.aws.state());
            for route in spec["loadBalancer"]["productionRoutes"].as_array().into_iter().flatten() {
                let arn = route["listenerRule"].as_str().or_else(|| route["listener"].as_str()).unwrap_or_default();
                assert_eq!(share(&state, arn, target_group), Some(100), "of {target_group} on {arn}");
            }
        }
    }

    /// Over several looks of the operator at AWS, nothing is written: not to AWS, not to Kubernetes. Kubernetes may
    /// need a moment to have the last word on what happened.
    #[track_caller]
    pub fn assert_quiet(&self) {
        let writes = self.writes();
        let mut versions = must(self.kubernetes.resource_versions());
        for round in 1..=3 {
            self.wait_looks(LOOKS);
            assert_eq!(self.writes(), writes, "something was written to AWS after the end");
            let now = must(self.kubernetes.resource_versions());
            if now == versions {
                return;
            }
            assert!(round < 3, "Kubernetes objects are written again and again: {versions:?}, then {now:?}");
            versions = now;
        }
    }

    /// Asserts that all is settled, then takes the world down: its objects must go, without a write to AWS.
    #[track_caller]
    pub fn finish(self) {
        self.assert_settled();
        self.take_down();
    }

    /// Deletes the objects, which must go without a write to AWS.
    #[track_caller]
    pub fn take_down(self) {
        let writes = self.writes();
        for kind in ["deploymentgroups", "deployments", "applications"] {
            for object in must(self.kubernetes.list(kind)) {
                let name = object["metadata"]["name"].as_str().unwrap_or_default();
                must(self.kubernetes.delete(kind, name));
                self.wait_gone(kind, name);
            }
        }
        must(self.kubernetes.delete("awsbindings", &self.binding));
        must(self.kubernetes.delete_namespace());
        assert_eq!(self.writes(), writes, "a clean-up after the end wrote to AWS");
    }

    /// What a person needs to see why a test failed.
    pub fn describe(&self) -> String {
        let or_error = |result: Result<String>| result.unwrap_or_else(|error| error.to_string());
        let objects = self.kubernetes.kubectl(&["get", "sdep,sdg,sapp", "--output", "yaml"], "");
        let writes = self.aws.get("journal?writes=true").map(|writes| {
            let lines = writes.as_array().into_iter().flatten().map(describe_write);
            lines.collect::<Vec<_>>().join("\n")
        });
        let traffic = self.aws.traffic().map(|traffic| format!("{traffic:#}"));
        let violations = self.aws.violations().map(|violations| format!("{violations:#?}"));
        format!(
            "--- operator\n{}\n--- objects\n{}\n--- writes to AWS\n{}\n--- traffic\n{}\n--- violations\n{}\n",
            last_lines(&self.operator.log(), 60),
            or_error(objects.map(|told| told.output + &told.errors)),
            or_error(writes),
            or_error(traffic),
            or_error(violations)
        )
    }

    /// Leaves nothing in the cluster that would outlive a failed test.
    fn sweep(&self) -> Result<()> {
        for kind in NAMESPACED {
            for object in self.kubernetes.list(kind)? {
                let name = object["metadata"]["name"].as_str().unwrap_or_default();
                self.kubernetes.patch(kind, name, &json!({"metadata": {"finalizers": null}}))?;
                self.kubernetes.delete(kind, name)?;
            }
        }
        self.kubernetes.delete("awsbindings", &self.binding)?;
        self.kubernetes.delete_namespace()
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.describe());
            // The operator would put back what is swept.
            let swept = self.operator.kill9().and_then(|()| self.sweep());
            if let Err(error) = swept {
                eprintln!("could not clean up namespace {}: {error}", self.binding);
            }
        }
    }
}

fn describe_write(entry: &Value) -> String {
    format!(
        "{} {} {} {} {} {}",
        entry["sequence"], entry["at"], entry["operation"], entry["status"], entry["note"], entry["request"]
    )
}

/// A condition of an object.
#[must_use]
pub fn find_condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    object["status"]["conditions"].as_array()?.iter().find(|condition| condition["type"] == kind)
}

/// A service in the simulator's state, by a group's `spec.ecs`.
#[must_use]
pub fn find_service<'a>(state: &'a Value, ecs: &Value) -> Option<&'a Value> {
    state["services"]
        .as_array()?
        .iter()
        .find(|service| service["cluster"] == ecs["cluster"] && service["service"] == ecs["service"])
}

/// The share of a target group on a route, in percent, rounded.
#[must_use]
pub fn share(state: &Value, route: &str, target_group: &str) -> Option<u64> {
    let route = state["routes"].as_array()?.iter().find(|one| one["arn"] == route)?;
    let weights = route["weights"].as_array()?;
    let weight = |one: &Value| one["weight"].as_u64().unwrap_or_default();
    let own: u64 = weights.iter().filter(|one| one["targetGroupArn"] == target_group).map(weight).sum();
    let all: u64 = weights.iter().map(weight).sum();
    (all > 0).then(|| own * 100 / all)
}
