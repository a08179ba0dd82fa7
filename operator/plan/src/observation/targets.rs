//! Target groups, their targets, and the health of these.

use serde::Serialize;

/// A target group and its targets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TargetGroup {
    /// Its ARN.
    pub arn: String,
    /// Whether it exists.
    pub exists: bool,
    /// What its load balancer speaks with its targets, such as `HTTP`; none when it was not looked at.
    pub protocol: Option<String>,
    /// ARNs of the load balancers that use it: at most one, by AWS's limit.
    pub load_balancers: Vec<String>,
    /// Its targets; none when they were not looked at, and empty when there is no such group.
    pub targets: Option<Vec<Target>>,
}

impl TargetGroup {
    /// How many targets are healthy; none when they were not looked at.
    #[must_use]
    pub fn healthy(&self) -> Option<i32> {
        self.count(|state| state == TargetState::Healthy)
    }

    /// How many targets are there that are not draining; none when they were not looked at.
    #[must_use]
    pub fn registered(&self) -> Option<i32> {
        self.count(|state| state != TargetState::Draining)
    }

    /// The first target that is unhealthy, as far as they were looked at.
    #[must_use]
    pub fn unhealthy_target(&self) -> Option<&Target> {
        self.targets.iter().flatten().find(|target| target.state == TargetState::Unhealthy)
    }

    fn count(&self, counts: impl Fn(TargetState) -> bool) -> Option<i32> {
        let targets = self.targets.as_ref()?;
        Some(count(targets.iter().filter(|target| counts(target.state))))
    }
}

/// A registered target.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    /// Address or instance id.
    pub id: String,
    /// Its health.
    pub state: TargetState,
    /// Reason code, such as `Target.ResponseCodeMismatch`.
    pub reason: Option<String>,
    /// Description of the reason.
    pub description: Option<String>,
}

/// Health of a target, by the states of DescribeTargetHealth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TargetState {
    /// Registered, its first checks under way.
    Initial,
    /// Passes its checks.
    Healthy,
    /// Fails its checks.
    Unhealthy,
    /// In a group that no route uses.
    Unused,
    /// Deregistered, finishing what it has.
    Draining,
    /// Health checks are off or cannot be answered.
    Unavailable,
}

fn count<T>(items: impl Iterator<Item = T>) -> i32 {
    i32::try_from(items.count()).unwrap_or(i32::MAX)
}
