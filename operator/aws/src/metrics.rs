//! What Prometheus learns of the calls. Labels come from closed enums alone.

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use sluice_plan::Priority;

use crate::{
    error::ErrorClass,
    operations::{Bucket, OPERATIONS, Operation},
};

/// From well under ELBv2's usual answer to the longest life of an operation.
const DURATIONS: [f64; 11] = [0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 5.0, 7.5, 10.0];

/// One to twenty items go into one call, and up to a hundred alarms.
const SIZES: [f64; 10] = [1.0, 2.0, 4.0, 6.0, 8.0, 10.0, 15.0, 20.0, 50.0, 100.0];

/// From no wait worth the name to longer than anything due may wait.
const WAITS: [f64; 9] = [0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0];

/// The result of a call that did what it should.
const SUCCESS: &str = "Success";

/// Counts and times every SDK operation.
#[derive(Clone, Debug)]
pub struct Metrics {
    calls: Family<CallLabels, Counter>,
    durations: Family<OperationLabels, Histogram, fn() -> Histogram>,
    batches: Family<OperationLabels, Histogram, fn() -> Histogram>,
    tries: Family<BucketLabels, Counter>,
    throttled: Family<BucketLabels, Counter>,
    waits: Family<PriorityLabels, Histogram, fn() -> Histogram>,
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

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BucketLabels {
    bucket: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PriorityLabels {
    priority: &'static str,
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
            tries: Family::default(),
            throttled: Family::default(),
            waits: Family::new_with_constructor(|| Histogram::new(WAITS)),
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
            "Time that an SDK operation took, retries included, by service and operation",
            metrics.durations.clone(),
        );
        registry.register(
            "batch_size",
            "Items that went out in one batched SDK operation, by service and operation",
            metrics.batches.clone(),
        );
        registry.register(
            "tries",
            "Tries that were sent, by the bucket of AWS's rate limits that they count against, retries included",
            metrics.tries.clone(),
        );
        registry.register("throttled_tries", "Tries that AWS throttled, by bucket", metrics.throttled.clone());
        registry.register(
            "permit_wait_seconds",
            "Time that observations and writes waited for the operator's own share of AWS's rate limits, by priority",
            metrics.waits.clone(),
        );
        metrics.begin_at_zero();
        metrics
    }

    /// Counters of which all labels are known are there from the start: the first of what an alert looks for would be no
    /// increase of a series that begins with it.
    fn begin_at_zero(&self) {
        for entry in OPERATIONS {
            let OperationLabels { service, operation } = entry.operation.into();
            for result in std::iter::once(SUCCESS).chain(ErrorClass::ALL.map(ErrorClass::as_str)) {
                self.calls.get_or_create(&CallLabels { service, operation, result }).inc_by(0);
            }
        }
        for bucket in Bucket::ALL {
            self.tries.get_or_create(&BucketLabels { bucket: bucket.as_str() }).inc_by(0);
            self.throttled.get_or_create(&BucketLabels { bucket: bucket.as_str() }).inc_by(0);
        }
    }

    pub(crate) fn sent(&self, bucket: Bucket) {
        self.tries.get_or_create(&BucketLabels { bucket: bucket.as_str() }).inc();
    }

    pub(crate) fn throttled(&self, bucket: Bucket) {
        self.throttled.get_or_create(&BucketLabels { bucket: bucket.as_str() }).inc();
    }

    /// Counts how long something waited for its turn to call.
    pub fn waited(&self, priority: Priority, waited: Duration) {
        self.waits.get_or_create(&PriorityLabels { priority: priority.as_str() }).observe(waited.as_secs_f64());
    }

    /// Counts an operation of the SDK that ended, and the time that it took.
    pub fn call(&self, operation: Operation, took: Duration, failed: Option<ErrorClass>) {
        let OperationLabels { service, operation } = operation.into();
        let result = failed.map_or(SUCCESS, ErrorClass::as_str);
        self.calls.get_or_create(&CallLabels { service, operation, result }).inc();
        self.durations.get_or_create(&OperationLabels { service, operation }).observe(took.as_secs_f64());
    }

    /// Counts a call in which several were asked for.
    pub fn batch(&self, operation: Operation, size: usize) {
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        self.batches.get_or_create(&operation.into()).observe(f64::from(size));
    }
}

#[cfg(test)]
mod tests {
    use crate::{ports::ServiceName, testing::Aws};

    #[tokio::test(start_paused = true)]
    async fn calls_are_counted_timed_and_sized() {
        let missing = r#"{"services": [], "failures": [{"arn": "service/shop", "reason": "MISSING"}]}"#;
        let aws = Aws::always(200, missing);
        let shop = ServiceName { cluster: "live".to_owned(), service: "shop".to_owned() };
        aws.region().ecs.describe_service(&shop).await.unwrap();
        let scraped = aws.metrics();
        for line in [
            r#"sluice_aws_calls_total{service="ecs",operation="DescribeServices",result="Success"} 1"#,
            r#"sluice_aws_call_duration_seconds_count{service="ecs",operation="DescribeServices"} 1"#,
            r#"sluice_aws_calls_total{service="ecs",operation="CreateTaskSet",result="AccessDenied"} 0"#,
            r#"sluice_aws_throttled_tries_total{bucket="EcsServiceRead"} 0"#,
            r#"sluice_aws_batch_size_sum{service="ecs",operation="DescribeServices"} 1"#,
        ] {
            assert!(scraped.contains(line), "{line} is not in\n{scraped}");
        }
    }
}
