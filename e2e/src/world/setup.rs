//! What a world is made of, and how it is made.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::error::{Error, Result};
use crate::kubernetes::Kubernetes;
use crate::operator::{Operator, Settings};
use crate::simulator::Simulator;
use crate::world::must::must;
use crate::{manifests, scenario};

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
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}
