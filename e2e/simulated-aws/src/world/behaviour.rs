//! How the containers of a task definition behave: the failure scripts.

use serde::{Deserialize, Serialize};

use super::target_groups::Quality;
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
    /// The task is taken away, as FARGATE_SPOT does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupted: Option<Interrupted>,
    /// The share of requests that it answers with an error of its own, 0 to 1. Goes along with any other field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_rate: Option<f64>,
    /// Milliseconds that an answer takes; 50 if not given. Goes along with any other field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_milliseconds: Option<f64>,
    /// Requests a second that one task can take; more are answered with errors. Goes along with any other field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_per_second: Option<f64>,
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
    /// How long they fail then; for ever if not given. From the start it makes a task that starts slowly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_seconds: Option<f64>,
}

/// The task is taken away.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Interrupted {
    /// How long it runs first.
    #[serde(default)]
    pub after_seconds: f64,
}

impl Script {
    /// Milliseconds that an answer takes if nothing is said.
    const LATENCY: f64 = 50.0;

    /// How requests are answered.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a million between 0 and 1 was checked"
    )]
    pub fn quality(&self) -> Quality {
        Quality {
            errors_per_million: (self.error_rate.unwrap_or(0.0) * 1_000_000.0).round() as u64,
            latency: self.latency_milliseconds.unwrap_or(Self::LATENCY),
            most_per_task: self.requests_per_second,
        }
    }

    /// Why this script cannot be used, if so.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        let given = [
            self.never_pulls.is_some(),
            self.no_capacity.is_some(),
            self.exits.is_some(),
            self.fails_health_checks.is_some(),
            self.interrupted.is_some(),
            self.healthy.is_some(),
        ];
        let fails = self.fails_health_checks.as_ref();
        let seconds = [
            fails.and_then(|fails| fails.for_seconds).unwrap_or(0.0),
            self.exits.as_ref().map_or(0.0, |exits| exits.after_seconds),
            fails.map_or(0.0, |fails| fails.after_seconds),
            self.interrupted.as_ref().map_or(0.0, |interrupted| interrupted.after_seconds),
        ];
        if self.error_rate.is_some_and(|rate| !(0.0..=1.0).contains(&rate)) {
            return Some("`errorRate` is a number from 0 to 1".to_owned());
        }
        if [self.latency_milliseconds, self.requests_per_second]
            .iter()
            .flatten()
            .any(|number| !(0.0..1e9).contains(number))
        {
            return Some("`latencyMilliseconds` and `requestsPerSecond` are numbers from 0 on".to_owned());
        }
        if given.iter().filter(|given| **given).count() > 1 {
            return Some(
                "a behaviour has one field; choose among neverPulls, noCapacity, exits, failsHealthChecks, interrupted and healthy"
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
            return Some("`afterSeconds` and `forSeconds` are numbers from 0 on".to_owned());
        }
        None
    }
}

/// How a task ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its essential container exits with this code.
    Exit(i32),
    /// Its capacity is taken away.
    Interruption,
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
        script: Script {
            never_pulls: None,
            no_capacity: None,
            exits: None,
            fails_health_checks: None,
            interrupted: None,
            error_rate: None,
            latency_milliseconds: None,
            requests_per_second: None,
            healthy: None,
        },
        since: Moment::from_millis(0),
    };

    /// When a task that started then ends by itself, and how.
    #[must_use]
    pub fn end(&self, started: Moment) -> Option<(Moment, End)> {
        let exits = self.script.exits.as_ref().map(|exits| (exits.after_seconds, End::Exit(exits.exit_code)));
        let interrupted =
            self.script.interrupted.as_ref().map(|interrupted| (interrupted.after_seconds, End::Interruption));
        exits.or(interrupted).map(|(seconds, end)| (self.from(started, seconds), end))
    }

    /// When a task that started then begins to fail health checks, if it does.
    #[must_use]
    pub fn falls_ill(&self, started: Moment) -> Option<Moment> {
        self.script.fails_health_checks.as_ref().map(|fails| self.from(started, fails.after_seconds))
    }

    /// When a task that started then passes health checks again, if it does.
    #[must_use]
    pub fn recovers(&self, started: Moment) -> Option<Moment> {
        let fails = self.script.fails_health_checks.as_ref()?;
        Some(self.from(started, fails.after_seconds + fails.for_seconds?))
    }

    /// Whether a health check at `now` passes for a task that started then.
    #[must_use]
    pub fn passes_health_check(&self, started: Moment, now: Moment) -> bool {
        let is_well_again = self.recovers(started).is_some_and(|at| at <= now);
        is_well_again || self.falls_ill(started).is_none_or(|at| now < at)
    }

    fn from(&self, started: Moment, seconds: f64) -> Moment {
        let seconds = std::time::Duration::try_from_secs_f64(seconds).unwrap_or_default();
        started.max(self.since).plus(seconds)
    }
}
