//! Metrics of how what serves fares.

use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use sluice_api::Health;
use sluice_plan::probe::ProbeOutcome;

/// How one question of a probe ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum ProbeLabel {
    Passed,
    Status,
    Redirect,
    Content,
    Unanswered,
    Forbidden,
}

impl From<ProbeOutcome> for ProbeLabel {
    fn from(outcome: ProbeOutcome) -> Self {
        match outcome {
            ProbeOutcome::Passed => Self::Passed,
            ProbeOutcome::Status => Self::Status,
            ProbeOutcome::Redirect => Self::Redirect,
            ProbeOutcome::Content => Self::Content,
            ProbeOutcome::Unanswered => Self::Unanswered,
            ProbeOutcome::Forbidden => Self::Forbidden,
        }
    }
}

/// Runtime health of what serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum HealthLabel {
    Healthy,
    Degraded,
    Unreachable,
    Unknown,
}

impl From<Health> for HealthLabel {
    fn from(health: Health) -> Self {
        match health {
            Health::Healthy => Self::Healthy,
            Health::Degraded => Self::Degraded,
            Health::Unreachable => Self::Unreachable,
            Health::Unknown => Self::Unknown,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProbeLabels {
    outcome: ProbeLabel,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct HealthLabels {
    health: HealthLabel,
}

/// From a few milliseconds to the longest time-out of a probe.
const PROBE_SECONDS: [f64; 12] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0];

/// Metrics of how what serves fares.
#[derive(Clone, Debug)]
pub struct HealthMetrics {
    probes: Family<ProbeLabels, Counter>,
    probe_seconds: Histogram,
    changes: Family<HealthLabels, Counter>,
}

impl HealthMetrics {
    /// Registers all of them, each at zero: the first of what an alert looks for would be no increase otherwise.
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            probes: Family::default(),
            probe_seconds: Histogram::new(PROBE_SECONDS),
            changes: Family::default(),
        };
        registry.register("probes", "Questions of probes, by how they ended", metrics.probes.clone());
        registry.register(
            "probe_seconds",
            "From a question of a probe to its answer, or to its time-out",
            metrics.probe_seconds.clone(),
        );
        registry.register(
            "health_changes",
            "Changes of the health of groups, by the new word",
            metrics.changes.clone(),
        );
        for outcome in ProbeOutcome::ALL {
            metrics.probes.get_or_create(&ProbeLabels { outcome: (*outcome).into() }).inc_by(0);
        }
        for health in Health::ALL {
            metrics.changes.get_or_create(&HealthLabels { health: (*health).into() }).inc_by(0);
        }
        metrics
    }

    /// Counts a question of a probe, and the time that it took.
    pub fn probed(&self, outcome: ProbeOutcome, took: Duration) {
        self.probe_seconds.observe(took.as_secs_f64());
        self.probes.get_or_create(&ProbeLabels { outcome: outcome.into() }).inc();
    }

    /// Counts that the health of a group has another word.
    pub fn became(&self, health: Health) {
        self.changes.get_or_create(&HealthLabels { health: health.into() }).inc();
    }
}
