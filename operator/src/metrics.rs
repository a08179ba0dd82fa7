//! Metrics of the reconcile pipeline. Labels come from closed enums only, never from names of objects.

use std::time::{Duration, Instant};

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::health_metrics::HealthMetrics;
use crate::release_metrics::ReleaseMetrics;

/// Kind of a reconciled object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Kind {
    /// Application.
    Application,
    /// DeploymentGroup.
    DeploymentGroup,
    /// Deployment.
    Deployment,
}

/// A step of the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum PipelineStep {
    /// Reads from AWS.
    Observe,
    /// The one mutation.
    Act,
    /// Status and Events.
    Record,
}

/// A write to Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum KubernetesWrite {
    /// A status.
    Status,
    /// A finalizer.
    Finalizer,
    /// An Event.
    Event,
    /// A Deployment made or deleted.
    Object,
}

/// What is asked of the API server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum KubernetesVerb {
    /// One object.
    Get,
    /// Many objects, or a page of them.
    List,
    /// What changes from now on.
    Watch,
    /// A new object.
    Create,
    /// All of an object.
    Update,
    /// A part of an object.
    Patch,
    /// The end of an object.
    Delete,
    /// Anything else.
    Other,
}

/// Of which kind that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum KubernetesKind {
    /// Application.
    Application,
    /// DeploymentGroup.
    DeploymentGroup,
    /// Deployment.
    Deployment,
    /// DeploymentConfig.
    DeploymentConfig,
    /// AwsBinding.
    AwsBinding,
    /// Namespace.
    Namespace,
    /// Event.
    Event,
    /// Lease.
    Lease,
    /// Anything else.
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReconcileLabels {
    kind: Kind,
    failed: FailedLabel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum FailedLabel {
    No,
    Yes,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StepLabels {
    step: PipelineStep,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WriteLabels {
    write: KubernetesWrite,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    verb: KubernetesVerb,
    kind: KubernetesKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct InvariantLabels {
    invariant: &'static str,
}

/// Metrics of the reconcile pipeline.
#[derive(Clone, Debug)]
pub struct Metrics {
    reconciles: Family<ReconcileLabels, Counter>,
    steps: Family<StepLabels, Histogram, fn() -> Histogram>,
    writes: Family<WriteLabels, Counter>,
    requests: Family<RequestLabels, Counter>,
    violations: Family<InvariantLabels, Counter>,
    lateness: Histogram,
    /// Whether this replica acts.
    pub leader: Gauge,
    /// How what serves fares.
    pub health: HealthMetrics,
    /// How releases go.
    pub releases: ReleaseMetrics,
}

/// From a millisecond, a read from the cache, to 16 seconds, more than the longest call.
const SECONDS: [f64; 15] =
    [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.0, 2.0, 4.0, 8.0, 16.0];

impl Metrics {
    /// Registers all of them.
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            reconciles: Family::default(),
            steps: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            writes: Family::default(),
            requests: Family::default(),
            violations: Family::default(),
            lateness: Histogram::new(SECONDS),
            leader: Gauge::default(),
            health: HealthMetrics::register(registry),
            releases: ReleaseMetrics::register(registry),
        };
        registry.register("reconciles", "Reconciles, by kind", metrics.reconciles.clone());
        registry.register("pipeline_step_seconds", "Duration of a pipeline step", metrics.steps.clone());
        registry.register("kubernetes_writes", "Writes to Kubernetes", metrics.writes.clone());
        registry.register("kubernetes_requests", "Requests to the API server", metrics.requests.clone());
        registry.register(
            "invariant_violations",
            "Steps that were held back by a safety check",
            metrics.violations.clone(),
        );
        registry.register(
            "step_lateness_seconds",
            "Time between the end of a hold and its notice",
            metrics.lateness.clone(),
        );
        registry.register("leader", "Whether this replica acts", metrics.leader.clone());
        metrics.begin_at_zero();
        metrics
    }

    /// Counters of which all labels are known are there from the start: the first of what an alert looks for would be no
    /// increase of a series that begins with it.
    fn begin_at_zero(&self) {
        for invariant in sluice_plan::Invariant::ALL {
            self.violations.get_or_create(&InvariantLabels { invariant: invariant.as_str() }).inc_by(0);
        }
        for kind in [Kind::Application, Kind::DeploymentGroup, Kind::Deployment] {
            for failed in [FailedLabel::No, FailedLabel::Yes] {
                self.reconciles.get_or_create(&ReconcileLabels { kind, failed }).inc_by(0);
            }
        }
        let writes =
            [KubernetesWrite::Status, KubernetesWrite::Finalizer, KubernetesWrite::Event, KubernetesWrite::Object];
        for write in writes {
            self.writes.get_or_create(&WriteLabels { write }).inc_by(0);
        }
    }

    /// Counts a reconcile.
    pub fn reconciled(&self, kind: Kind, failed: bool) {
        let failed = if failed { FailedLabel::Yes } else { FailedLabel::No };
        self.reconciles.get_or_create(&ReconcileLabels { kind, failed }).inc();
    }

    /// Does a pipeline step, and counts the time that it took.
    pub async fn timed<T>(&self, step: PipelineStep, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let done = work.await;
        self.steps.get_or_create(&StepLabels { step }).observe(began.elapsed().as_secs_f64());
        done
    }

    /// Counts a write to Kubernetes.
    pub fn wrote(&self, write: KubernetesWrite) {
        self.writes.get_or_create(&WriteLabels { write }).inc();
    }

    /// Counts a request to the API server.
    pub fn asked(&self, verb: KubernetesVerb, kind: KubernetesKind) {
        self.requests.get_or_create(&RequestLabels { verb, kind }).inc();
    }

    /// Counts a step that was held back, by the name of its invariant.
    pub fn violated(&self, invariant: sluice_plan::Invariant) {
        self.violations.get_or_create(&InvariantLabels { invariant: invariant.as_str() }).inc();
    }

    /// Counts how late the end of a hold was noticed.
    pub fn late_by(&self, lateness: Duration) {
        self.lateness.observe(lateness.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_alerts_look_for_is_there_before_it_happens() {
        let mut registry = Registry::with_prefix("sluice");
        let _metrics = Metrics::register(&mut registry);
        let mut text = String::new();
        assert!(prometheus_client::encoding::text::encode(&mut text, &registry).is_ok());
        for line in [
            "sluice_invariant_violations_total{invariant=\"S1 WeightSum\"} 0",
            "sluice_reconciles_total{kind=\"Deployment\",failed=\"Yes\"} 0",
            "sluice_deployments_ended_total{end=\"Failed\"} 0",
            "sluice_kubernetes_writes_total{write=\"Event\"} 0",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }
}
