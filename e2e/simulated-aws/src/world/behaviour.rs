//! How the containers of a task definition behave: the failure scripts.

use serde::{Deserialize, Serialize};

use crate::time::Moment;

/// What a task definition's containers do once they are asked to run. Without a script they start and stay healthy.
///
/// In a scenario, give at most one of the fields:
/// `{neverPulls: {}}`, `{noCapacity: {}}`, `{exits: {exitCode: 1, afterSeconds: 2}}`, `{failsHealthChecks: {afterSeconds: 0}}`
/// or `{healthy: true}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Script {
    /// The image cannot be pulled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub never_pulls: Option<NeverPulls>,
    /// There is no capacity to place the task on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_capacity: Option<NoCapacity>,
    /// The essential container exits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exits: Option<Exits>,
    /// The load balancer's health checks fail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fails_health_checks: Option<FailsHealthChecks>,
    /// Spells out that nothing goes wrong, to end an earlier script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub healthy: Option<bool>,
}

/// The image cannot be pulled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NeverPulls {
    /// What the registry said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// There is no capacity to place the task on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoCapacity {}

/// The essential container exits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Exits {
    /// The exit code; 1 if not given.
    #[serde(default = "Exits::default_code")]
    pub exit_code: i32,
    /// How long the container runs first.
    #[serde(default)]
    pub after_seconds: f64,
}

impl Exits {
    const fn default_code() -> i32 {
        1
    }
}

/// The load balancer's health checks fail.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FailsHealthChecks {
    /// How long they pass first; 0 fails from the start.
    #[serde(default)]
    pub after_seconds: f64,
}

impl Script {
    /// Why this script cannot be used, if so.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        let given = [
            self.never_pulls.is_some(),
            self.no_capacity.is_some(),
            self.exits.is_some(),
            self.fails_health_checks.is_some(),
            self.healthy.is_some(),
        ];
        let seconds = [
            self.exits.as_ref().map_or(0.0, |exits| exits.after_seconds),
            self.fails_health_checks.as_ref().map_or(0.0, |fails| fails.after_seconds),
        ];
        if given.iter().filter(|given| **given).count() > 1 {
            return Some(
                "a behaviour has one field; choose among neverPulls, noCapacity, exits, failsHealthChecks and healthy"
                    .to_owned(),
            );
        }
        if self.healthy == Some(false) {
            return Some(
                "`healthy: false` says too little; write `failsHealthChecks: {afterSeconds: 0}` or another failure"
                    .to_owned(),
            );
        }
        if seconds.iter().any(|seconds| !seconds.is_finite() || *seconds < 0.0) {
            return Some("`afterSeconds` is a number from 0 on".to_owned());
        }
        None
    }
}

/// A script and since when it holds, so that a change midway counts from the change.
#[derive(Clone, Debug, Default)]
pub struct Behaviour {
    /// What happens.
    pub script: Script,
    /// Since when.
    pub since: Moment,
}

impl Behaviour {
    /// No script: containers start and stay healthy.
    pub const NONE: Self = Self {
        script: Script { never_pulls: None, no_capacity: None, exits: None, fails_health_checks: None, healthy: None },
        since: Moment::from_millis(0),
    };

    /// When the essential container of a task that started then exits, and with which code.
    #[must_use]
    pub fn exit(&self, started: Moment) -> Option<(Moment, i32)> {
        let exits = self.script.exits.as_ref()?;
        Some((self.from(started, exits.after_seconds), exits.exit_code))
    }

    /// Whether a health check at `now` passes for a task that started then.
    #[must_use]
    pub fn passes_health_check(&self, started: Moment, now: Moment) -> bool {
        self.script.fails_health_checks.as_ref().is_none_or(|fails| now < self.from(started, fails.after_seconds))
    }

    fn from(&self, started: Moment, seconds: f64) -> Moment {
        let seconds = std::time::Duration::try_from_secs_f64(seconds).unwrap_or_default();
        started.max(self.since).plus(seconds)
    }
}
