//! The whole of a scenario file.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::alarms::{Alarm, CompositeAlarm};
use super::credentials::Credentials;
use super::functions::Function;
use super::invariants::Invariants;
use super::problem::Problem;
use super::routes::{LoadBalancer, TargetGroup};
use super::services::{Cluster, TaskDefinition};
use super::steps::Step;
use super::timing::TimingChanges;
use crate::account::faults::Fault;
use crate::time::Moment;
use crate::world::region::DEFAULT_ACCOUNT;
use crate::world::timing::Timing;

/// A world to begin with, or to add to the one that is there.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scenario {
    /// Decides identifiers, jitter and the luck of faults; 1 if not given.
    pub seed: Option<u64>,
    /// The region that the rest of the file describes; `eu-west-1` if not given.
    pub region: Option<String>,
    /// The account; `123456789012` if not given.
    pub account: Option<String>,
    /// Access keys.
    #[serde(default)]
    pub credentials: Credentials,
    /// The moment at which the binary's clock begins, in RFC 3339; the real time if not given.
    pub start: Option<String>,
    /// Whether the documented rate limits apply; they do if not given.
    pub throttling: Option<bool>,
    /// How many calls the journal keeps, at least 1; 100,000 if not given.
    pub journal: Option<usize>,
    /// `lost` (the default) or `served`: what becomes of requests to a target group with unhealthy targets only.
    pub fail_open: Option<String>,
    /// How strictly the invariants are judged.
    #[serde(default)]
    pub invariants: Invariants,
    /// Faults to begin with.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// What happens by itself later.
    #[serde(default)]
    pub script: Vec<Step>,
    /// How long things take.
    #[serde(default)]
    pub timing: TimingChanges,
    /// Task definitions.
    #[serde(default)]
    pub task_definitions: Vec<TaskDefinition>,
    /// Target groups that no listener needs to use.
    #[serde(default)]
    pub target_groups: Vec<TargetGroup>,
    /// Load balancers with their target groups, listeners and rules.
    #[serde(default)]
    pub load_balancers: Vec<LoadBalancer>,
    /// Clusters with their services.
    #[serde(default)]
    pub clusters: Vec<Cluster>,
    /// Alarms.
    #[serde(default)]
    pub alarms: Vec<Alarm>,
    /// Composite alarms. They may name alarms of the list above, each other, and what exists already.
    #[serde(default)]
    pub composite_alarms: Vec<CompositeAlarm>,
    /// Lambda functions.
    #[serde(default)]
    pub functions: Vec<Function>,
    /// SNS topics by name; any topic exists if there are none.
    #[serde(default)]
    pub topics: Vec<String>,
    /// EventBridge buses beside the default one.
    #[serde(default)]
    pub event_buses: Vec<String>,
    /// Repositories of ECR by name: their tags, each with the digest of its image. A tag that is there moves.
    #[serde(default)]
    pub repositories: BTreeMap<String, BTreeMap<String, String>>,
    /// Other accounts and regions, each with `account`, `region` and what is in it.
    #[serde(default)]
    pub worlds: Vec<Self>,
}

impl Scenario {
    /// Reads YAML or JSON.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        serde_saphyr::from_str(text).map_err(|error| {
            Problem(format!(
                "the scenario cannot be read: {error}. Remedy: correct or remove that field; every field is described in the documentation of simulated_aws::scenario"
            ))
        })
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed.unwrap_or(1)
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> String {
        self.region.clone().unwrap_or_else(|| "eu-west-1".to_owned())
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> String {
        self.account.clone().unwrap_or_else(|| DEFAULT_ACCOUNT.to_owned())
    }

    /// How long things take.
    #[must_use]
    pub fn timing(&self) -> Timing {
        let mut timing = Timing::default();
        self.timing.apply(&mut timing);
        timing
    }

    /// The moment at which the clock begins, if it says.
    #[must_use]
    pub fn start(&self) -> Option<Moment> {
        let start: jiff::Timestamp = self.start.as_ref()?.parse().ok()?;
        Some(Moment::from_millis(start.as_millisecond()))
    }

    /// Checks what does not depend on the world.
    pub fn check(&self) -> Result<(), Problem> {
        if self.start.is_some() && self.start().is_none() {
            return Err(Problem("`start` is no moment; write for example 2026-01-01T00:00:00Z".to_owned()));
        }
        if let Some(problem) = self.faults.iter().find_map(Fault::problem) {
            return Err(Problem(format!("a fault: {problem}")));
        }
        if self.fail_open.as_deref().is_some_and(|word| !["lost", "served"].contains(&word)) {
            return Err(Problem("`failOpen` is lost or served".to_owned()));
        }
        if self.journal == Some(0) {
            return Err(Problem("`journal` is at least 1".to_owned()));
        }
        for part in &self.worlds {
            let global = part.seed.is_some()
                || part.start.is_some()
                || part.throttling.is_some()
                || part.journal.is_some()
                || !part.faults.is_empty()
                || !part.worlds.is_empty()
                || !(part.credentials.invalid.is_empty() && part.credentials.roles.is_empty());
            if global {
                return Err(Problem(
                    "`seed`, `start`, `throttling`, `journal`, `faults`, `credentials` and `worlds` stand at the top level and not in `worlds`"
                        .to_owned(),
                ));
            }
        }
        self.script.iter().chain(self.worlds.iter().flat_map(|part| &part.script)).try_for_each(Step::check)
    }
}
