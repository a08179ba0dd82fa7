//! How long things take, in a scenario.

use std::time::Duration;

use serde::Deserialize;

use crate::time::Span;
use crate::world::timing::Timing;

/// How long things take, where that differs from the defaults.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TimingChanges {
    /// A task's PROVISIONING; 1 s.
    pub provisioning: Option<Span>,
    /// A task's PENDING; 1 s.
    pub pending: Option<Span>,
    /// A task's ACTIVATING; 500 ms.
    pub activating: Option<Span>,
    /// A task's STOPPING; 500 ms.
    pub stopping: Option<Span>,
    /// A task's DEPROVISIONING; 500 ms.
    pub deprovisioning: Option<Span>,
    /// From the registration of a target to its first check; 500 ms.
    pub registration: Option<Span>,
    /// Between health checks; 1 s.
    pub health_check_interval: Option<Span>,
    /// Failed checks that make a target unhealthy; 2.
    pub unhealthy_threshold: Option<u32>,
    /// Passed checks that make an unhealthy target healthy; 2.
    pub healthy_threshold: Option<u32>,
    /// How long targets drain where their group does not say; 5 s.
    pub deregistration_delay: Option<Span>,
    /// The first gap between launches after tasks failed to start; 2 s.
    pub launch_backoff: Option<Span>,
    /// The longest such gap; 15 m.
    pub launch_backoff_limit: Option<Span>,
    /// How long the old weights route on after a change; 0.
    pub weight_propagation: Option<Span>,
    /// The same for a network load balancer; 10 s.
    pub network_weight_propagation: Option<Span>,
    /// How many tasks may be launched at once on FARGATE, and as many on FARGATE_SPOT; 100.
    pub fargate_launch_burst: Option<f64>,
    /// How many a second after that; 20.
    pub fargate_launch_rate: Option<f64>,
    /// How long stopped tasks stay listable; 1 h.
    pub stopped_task_retention: Option<Span>,
    /// The share by which task phases vary; 0.1.
    pub jitter: Option<f64>,
}

impl TimingChanges {
    /// Changes what is given.
    pub fn apply(&self, timing: &mut Timing) {
        let set = |field: &mut Duration, given: Option<Span>| {
            if let Some(Span(duration)) = given {
                *field = duration;
            }
        };
        set(&mut timing.provisioning, self.provisioning);
        set(&mut timing.pending, self.pending);
        set(&mut timing.activating, self.activating);
        set(&mut timing.stopping, self.stopping);
        set(&mut timing.deprovisioning, self.deprovisioning);
        set(&mut timing.registration, self.registration);
        set(&mut timing.health_check_interval, self.health_check_interval);
        set(&mut timing.deregistration_delay, self.deregistration_delay);
        set(&mut timing.launch_backoff, self.launch_backoff);
        set(&mut timing.launch_backoff_limit, self.launch_backoff_limit);
        set(&mut timing.weight_propagation, self.weight_propagation);
        set(&mut timing.stopped_task_retention, self.stopped_task_retention);
        timing.unhealthy_threshold = self.unhealthy_threshold.unwrap_or(timing.unhealthy_threshold);
        timing.healthy_threshold = self.healthy_threshold.unwrap_or(timing.healthy_threshold);
        set(&mut timing.network_weight_propagation, self.network_weight_propagation);
        timing.fargate_launch_burst = self.fargate_launch_burst.unwrap_or(timing.fargate_launch_burst);
        timing.fargate_launch_rate = self.fargate_launch_rate.unwrap_or(timing.fargate_launch_rate);
        timing.jitter = self.jitter.unwrap_or(timing.jitter);
    }
}
