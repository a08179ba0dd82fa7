//! The documented rate limits: token buckets per account and region, refilled in simulated time.
//!
//! On unless the scenario says `throttling: false`. The five task-set operations are in no published table; they are
//! counted with the service operations, which is the cautious reading.

use std::collections::BTreeMap;

use crate::service::Service;
use crate::time::Moment;
use crate::world::region::Place;

/// A limit: how many calls at once, and how many a second after that.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Limit {
    name: &'static str,
    burst: f64,
    per_second: f64,
}

const fn limit(name: &'static str, burst: f64, per_second: f64) -> Limit {
    Limit { name, burst, per_second }
}

/// The bucket that all calls to Elastic Load Balancing share.
const ELBV2_ALL: Limit = limit("elbv2-all", 40.0, 10.0);

/// The limits that apply to an operation; none where nobody has published one that a release could meet.
fn limits(service: Service, operation: &str, write: bool) -> Vec<Limit> {
    match (service, operation) {
        (Service::Ecs, "CreateCluster" | "DeleteCluster") => vec![limit("ecs-cluster-modify", 20.0, 1.0)],
        (Service::Ecs, "DescribeClusters") => vec![limit("ecs-cluster-read", 50.0, 20.0)],
        (Service::Ecs, "RegisterTaskDefinition" | "DeregisterTaskDefinition") => {
            vec![limit("ecs-task-definition-modify", 20.0, 1.0)]
        }
        (Service::Ecs, "DescribeTaskDefinition") => vec![limit("ecs-task-definition-read", 50.0, 20.0)],
        (Service::Ecs, "StopTask") => vec![limit("ecs-resource-modify", 100.0, 40.0)],
        (Service::Ecs, "ListTasks" | "DescribeTasks") => vec![limit("ecs-resource-read", 100.0, 20.0)],
        (Service::Ecs, "TagResource" | "UntagResource") => vec![limit("ecs-tag-modify", 20.0, 10.0)],
        (Service::Ecs, "ListTagsForResource") => vec![limit("ecs-tag-read", 50.0, 20.0)],
        (Service::Ecs, _) if write => vec![limit("ecs-service-modify", 50.0, 5.0)],
        (Service::Ecs, _) => vec![limit("ecs-service-read", 100.0, 20.0)],
        (Service::Elbv2, "CreateLoadBalancer") => vec![ELBV2_ALL, limit("elbv2-create", 10.0, 0.2)],
        (Service::Elbv2, "RegisterTargets" | "DeregisterTargets") => {
            vec![ELBV2_ALL, limit("elbv2-registration", 20.0, 3.0)]
        }
        (Service::Elbv2, _) if write => vec![ELBV2_ALL, limit("elbv2-modify", 20.0, 3.0)],
        (Service::Elbv2, _) => vec![ELBV2_ALL, limit("elbv2-read", 40.0, 10.0)],
        (Service::Cloudwatch, "DescribeAlarms") => vec![limit("cloudwatch-describe-alarms", 9.0, 9.0)],
        (Service::Cloudwatch, "DescribeAlarmHistory") => vec![limit("cloudwatch-alarm-history", 20.0, 20.0)],
        (Service::Cloudwatch, "PutMetricData") => vec![limit("cloudwatch-put-metric-data", 500.0, 500.0)],
        (Service::Cloudwatch, "GetMetricData") => vec![limit("cloudwatch-metric-data", 500.0, 500.0)],
        (Service::Cloudwatch, _) => vec![limit("cloudwatch-modify", 3.0, 3.0)],
        (Service::Sts | Service::Lambda | Service::Sns | Service::Events | Service::Ecr, _) => Vec::new(),
    }
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Moment,
}

/// The buckets of every account and region.
#[derive(Clone, Debug, Default)]
pub struct Throttles {
    enabled: bool,
    buckets: BTreeMap<(Place, &'static str), Bucket>,
}

impl Throttles {
    /// Full buckets, or no limits at all.
    #[must_use]
    pub const fn new(enabled: bool) -> Self {
        Self { enabled, buckets: BTreeMap::new() }
    }

    /// Whether a call is within the limits; if so it is counted, in all of its buckets or in none.
    pub fn admits(&mut self, place: &Place, service: Service, operation: &str, write: bool, now: Moment) -> bool {
        if !self.enabled {
            return true;
        }
        let limits = limits(service, operation, write);
        for limit in &limits {
            let full = Bucket { tokens: limit.burst, at: now };
            let bucket = self.buckets.entry((place.clone(), limit.name)).or_insert(full);
            let refill = now.since(bucket.at).as_secs_f64() * limit.per_second;
            *bucket = Bucket { tokens: (bucket.tokens + refill).min(limit.burst), at: now };
        }
        let keys: Vec<_> = limits.iter().map(|limit| (place.clone(), limit.name)).collect();
        let enough = |key| self.buckets.get(key).is_some_and(|bucket| bucket.tokens >= 1.0);
        if !keys.iter().all(enough) {
            return false;
        }
        for key in &keys {
            if let Some(bucket) = self.buckets.get_mut(key) {
                bucket.tokens -= 1.0;
            }
        }
        true
    }
}
