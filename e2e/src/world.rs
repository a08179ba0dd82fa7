//! One test's world: a namespace, a simulated AWS, an operator, and a binding of its own.
//!
//! Whatever is not as it should be here ends the test, with what a person needs to see why.

#![expect(
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "a world belongs to a test, and a test fails by a panic"
)]

mod crashes;
mod endings;
mod look;
mod report;
mod settled;

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::kubernetes::Kubernetes;
use crate::operator::{Operator, Settings};
use crate::simulator::Simulator;
use crate::{Error, Result, manifests, poll, scenario};

pub use look::{find_condition, find_service, share};

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
        must(Self::start(scenario, None, change))
    }

    /// The world of a scenario, in a cluster of its own.
    #[track_caller]
    pub fn in_cluster(scenario: &Value, kubeconfig: &Path, change: impl FnOnce(&mut Settings)) -> Self {
        must(Self::start(scenario, Some(kubeconfig), change))
    }

    fn start(scenario: &Value, kubeconfig: Option<&Path>, change: impl FnOnce(&mut Settings)) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("sluice-e2e-").tempdir().map_err(Error::of("make a folder"))?;
        let suffix = folder.path().file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        // Names in Kubernetes end with a letter or a digit, and the folder's random part does.
        let name = suffix.replace("sluice-e2e-", "e2e-");
        let kubernetes = match kubeconfig {
            Some(path) => Kubernetes::connect_to(path, &name)?,
            None => Kubernetes::connect(&name)?,
        };
        kubernetes.apply(&manifests::binding(&name))?;
        let aws = Simulator::start(&scenario.to_string(), folder.path())?;
        let mut settings = Settings::new(&name, &aws.url());
        settings.kubeconfig = kubeconfig.map(Path::to_owned);
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

    /// Waits until the operator has reconciled objects of a kind that many times more, whether or not it called AWS.
    #[track_caller]
    pub fn wait_reconciles(&self, kind: &str, count: u64) {
        let before = must(self.reconciles(kind));
        let what = format!("{count} more reconciles of kind {kind}");
        must(poll::until(&what, || Ok((self.reconciles(kind)? >= before + count).then_some(()))));
    }

    fn reconciles(&self, kind: &str) -> Result<u64> {
        let label = format!("kind=\"{kind}\"");
        let page = self.operator.metrics()?;
        let lines = page.lines().filter(|line| line.starts_with("sluice_reconciles_total") && line.contains(&label));
        Ok(lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum())
    }

    /// Waits until the operator has looked at AWS that many times more.
    #[track_caller]
    pub fn wait_looks(&self, count: u64) {
        let before = must(self.looks());
        let what = format!("{count} more looks at AWS");
        must(poll::until(&what, || Ok((self.looks()? >= before + count).then_some(()))));
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}
