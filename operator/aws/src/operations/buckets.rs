//! AWS's documented rate limits, as far as they meet us. Which of them an operation counts against, its row says.
//!
//! Sources: "Request throttling for the Amazon ECS API" (ECS API reference), "Request throttling for the Elastic
//! Load Balancing API" (Elastic Load Balancing API reference) and "CloudWatch service quotas" (CloudWatch user guide),
//! which names no burst: what a second gives is taken for it. The operations on task sets are in neither table; they
//! are counted with those on services, which is the cautious reading. Of ECR's "Amazon ECR service quotas" has a rate for
//! pushes and pulls, of which the lowest is 10 a second (PutImage), and none for DescribeImages: that is taken for it.

/// A bucket that AWS keeps per account and region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bucket {
    /// Reads of ECS services.
    EcsServiceRead,
    /// Changes of ECS services and their task sets.
    EcsServiceModify,
    /// Reads of ECS tasks.
    EcsResourceRead,
    /// Reads of task definitions.
    EcsTaskDefinitionRead,
    /// Registrations of task definitions.
    EcsTaskDefinitionModify,
    /// Reads of load balancers and what belongs to them.
    LoadBalancingRead,
    /// Changes of the same.
    LoadBalancingModify,
    /// All calls to Elastic Load Balancing together.
    LoadBalancingAll,
    /// Reads of CloudWatch's alarms.
    CloudWatchAlarmRead,
    /// Reads of ECR's images.
    EcrImageRead,
}

/// How much one bucket gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Limit {
    /// Calls at once.
    pub(crate) burst: f64,
    /// Calls a second after that.
    pub(crate) per_second: f64,
}

impl Bucket {
    /// Every bucket.
    pub const ALL: [Self; 10] = [
        Self::EcsServiceRead,
        Self::EcsServiceModify,
        Self::EcsResourceRead,
        Self::EcsTaskDefinitionRead,
        Self::EcsTaskDefinitionModify,
        Self::LoadBalancingRead,
        Self::LoadBalancingModify,
        Self::LoadBalancingAll,
        Self::CloudWatchAlarmRead,
        Self::EcrImageRead,
    ];

    /// Its name in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EcsServiceRead => "EcsServiceRead",
            Self::EcsServiceModify => "EcsServiceModify",
            Self::EcsResourceRead => "EcsResourceRead",
            Self::EcsTaskDefinitionRead => "EcsTaskDefinitionRead",
            Self::EcsTaskDefinitionModify => "EcsTaskDefinitionModify",
            Self::LoadBalancingRead => "LoadBalancingRead",
            Self::LoadBalancingModify => "LoadBalancingModify",
            Self::LoadBalancingAll => "LoadBalancingAll",
            Self::CloudWatchAlarmRead => "CloudWatchAlarmRead",
            Self::EcrImageRead => "EcrImageRead",
        }
    }

    pub(crate) const fn limit(self) -> Limit {
        let (burst, per_second) = match self {
            Self::EcsServiceRead | Self::EcsResourceRead => (100.0, 20.0),
            Self::EcsServiceModify => (50.0, 5.0),
            Self::EcsTaskDefinitionRead => (50.0, 20.0),
            Self::EcsTaskDefinitionModify => (20.0, 1.0),
            Self::LoadBalancingRead | Self::LoadBalancingAll => (40.0, 10.0),
            Self::LoadBalancingModify => (20.0, 3.0),
            Self::CloudWatchAlarmRead => (9.0, 9.0),
            Self::EcrImageRead => (10.0, 10.0),
        };
        Limit { burst, per_second }
    }
}
