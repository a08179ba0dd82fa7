//! Metrics of how what serves fares.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
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

/// Metrics of how what serves fares.
#[derive(Clone, Debug)]
pub struct HealthMetrics {
    probes: Family<ProbeLabels, Counter>,
    changes: Family<HealthLabels, Counter>,
}

impl HealthMetrics {
    /// Registers all of them, each at zero: the first of what an alert looks for would be no increase otherwise.
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self { probes: Family::default(), changes: Family::default() };
        registry.register("probes", "Questions of probes, by how they ended", metrics.probes.clone());
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

    /// Counts a question of a probe.
    pub fn probed(&self, outcome: ProbeOutcome) {
        self.probes.get_or_create(&ProbeLabels { outcome: outcome.into() }).inc();
    }

    /// Counts that the health of a group has another word.
    pub fn became(&self, health: Health) {
        self.changes.get_or_create(&HealthLabels { health: health.into() }).inc();
    }
}
