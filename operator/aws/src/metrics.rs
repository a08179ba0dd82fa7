//! What Prometheus learns of the calls. Labels come from closed enums alone.

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use crate::{ErrorClass, Operation};

/// From well under ELBv2's usual answer to the longest life of an operation.
const DURATIONS: [f64; 11] = [0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 5.0, 7.5, 10.0];

/// One to ten services go into one call.
const SIZES: [f64; 10] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0];

/// Counts and times every SDK operation.
#[derive(Clone, Debug)]
pub struct Metrics {
    calls: Family<CallLabels, Counter>,
    durations: Family<OperationLabels, Histogram, fn() -> Histogram>,
    batches: Family<OperationLabels, Histogram, fn() -> Histogram>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    service: &'static str,
    operation: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabels {
    service: &'static str,
    operation: &'static str,
}

impl From<Operation> for OperationLabels {
    fn from(operation: Operation) -> Self {
        Self { service: operation.service().as_str(), operation: operation.as_str() }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            calls: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(DURATIONS)),
            batches: Family::new_with_constructor(|| Histogram::new(SIZES)),
        }
    }
}

impl Metrics {
    /// Makes the metrics and registers them, in a registry whose prefix is `sluice_aws`.
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        registry.register(
            "calls",
            "SDK operations by result: Success, or the class of the error. Retries are part of their operation",
            metrics.calls.clone(),
        );
        registry.register(
            "call_duration_seconds",
            "Time that an SDK operation took, retries included",
            metrics.durations.clone(),
        );
        registry.register("batch_size", "Items that went out in one batched SDK operation", metrics.batches.clone());
        metrics
    }

    pub(crate) fn call(&self, operation: Operation, took: Duration, failed: Option<ErrorClass>) {
        let OperationLabels { service, operation } = operation.into();
        let result = failed.map_or("Success", ErrorClass::as_str);
        self.calls.get_or_create(&CallLabels { service, operation, result }).inc();
        self.durations.get_or_create(&OperationLabels { service, operation }).observe(took.as_secs_f64());
    }

    pub(crate) fn batch(&self, operation: Operation, size: usize) {
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        self.batches.get_or_create(&operation.into()).observe(f64::from(size));
    }
}

#[cfg(test)]
mod tests {
    use crate::{ServiceName, testing::Aws};

    #[tokio::test(start_paused = true)]
    async fn calls_are_counted_timed_and_sized() {
        let missing = r#"{"services": [], "failures": [{"arn": "service/shop", "reason": "MISSING"}]}"#;
        let aws = Aws::always(200, missing);
        let shop = ServiceName { cluster: "live".to_owned(), service: "shop".to_owned() };
        aws.cloud().ecs.describe_service(&shop).await.unwrap();
        let scraped = aws.metrics();
        for line in [
            r#"sluice_aws_calls_total{service="ecs",operation="DescribeServices",result="Success"} 1"#,
            r#"sluice_aws_call_duration_seconds_count{service="ecs",operation="DescribeServices"} 1"#,
            r#"sluice_aws_batch_size_sum{service="ecs",operation="DescribeServices"} 1"#,
        ] {
            assert!(scraped.contains(line), "{line} is not in\n{scraped}");
        }
    }
}
