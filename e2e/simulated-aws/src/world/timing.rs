//! How long simulated things take.

use std::time::Duration;

/// How long simulated things take.
#[derive(Clone, Debug)]
pub struct Timing {
    /// PROVISIONING.
    pub provisioning: Duration,
    /// PENDING, that is pulling images.
    pub pending: Duration,
    /// ACTIVATING.
    pub activating: Duration,
    /// STOPPING.
    pub stopping: Duration,
    /// DEPROVISIONING.
    pub deprovisioning: Duration,
    /// From the registration of a target to its first health check.
    pub registration: Duration,
    /// Between two health checks, for target groups that do not state their own.
    pub health_check_interval: Duration,
    /// Failed checks in a row that make a target unhealthy, for target groups that do not state their own.
    pub unhealthy_threshold: u32,
    /// Passed checks in a row that make an unhealthy target healthy again.
    pub healthy_threshold: u32,
    /// For target groups that do not state their own.
    pub deregistration_delay: Duration,
    /// The first gap between launches after tasks failed to start; it doubles each round.
    pub launch_backoff: Duration,
    /// The longest such gap.
    pub launch_backoff_limit: Duration,
    /// How long a load balancer keeps routing by the old weights after a change.
    pub weight_propagation: Duration,
    /// How long stopped tasks stay listable.
    pub stopped_task_retention: Duration,
    /// The same for a network load balancer, which takes longer.
    pub network_weight_propagation: Duration,
    /// How many Fargate tasks of one kind may be launched at once.
    pub fargate_launch_burst: f64,
    /// How many a second after that.
    pub fargate_launch_rate: f64,
    /// The share by which task phases are randomly longer or shorter.
    pub jitter: f64,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            provisioning: Duration::from_secs(1),
            pending: Duration::from_secs(1),
            activating: Duration::from_millis(500),
            stopping: Duration::from_millis(500),
            deprovisioning: Duration::from_millis(500),
            registration: Duration::from_millis(500),
            health_check_interval: Duration::from_secs(1),
            unhealthy_threshold: 2,
            healthy_threshold: 2,
            deregistration_delay: Duration::from_secs(5),
            launch_backoff: Duration::from_secs(2),
            launch_backoff_limit: Duration::from_mins(15),
            weight_propagation: Duration::ZERO,
            stopped_task_retention: Duration::from_hours(1),
            network_weight_propagation: Duration::from_secs(10),
            fargate_launch_burst: 100.0,
            fargate_launch_rate: 20.0,
            jitter: 0.1,
        }
    }
}
