//! What the demo looks at, at one moment: the Deployment, its Events, and the simulated AWS.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use sluice_api::{Deployment, DeploymentStatus, Share, TaskSetStatus};

/// One moment of the demo.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// What is shown, such as `1 of 2: a linear release`.
    pub title: String,
    /// When the demo began.
    pub began: Timestamp,
    /// The moment.
    pub now: Timestamp,
    /// The Deployment, once it is there.
    pub deployment: Option<Deployment>,
    /// `GET /_sim/state`.
    pub aws: Aws,
    /// `GET /_sim/traffic`.
    pub traffic: Traffic,
    /// Requests when the release began, by target group.
    pub before: BTreeMap<String, u64>,
    /// Events about the Deployment, oldest first.
    pub events: Vec<Event>,
}

impl Snapshot {
    /// The Deployment's status, once it has one.
    pub fn status(&self) -> Option<&DeploymentStatus> {
        self.deployment.as_ref()?.status.as_ref()
    }

    /// The Deployment's name, once it is there.
    pub fn name(&self) -> Option<&str> {
        self.deployment.as_ref()?.metadata.name.as_deref()
    }

    /// Share of the traffic that the load balancer gives to a target group, to a tenth of a percent.
    pub fn share(&self, target_group: &str) -> Share {
        let production = || self.traffic.routes.iter().find(|route| !route.test);
        let weights = || production().into_iter().flat_map(|route| &route.weights);
        let all: u64 = weights().map(|weight| weight.weight).sum();
        let own: u64 =
            weights().filter(|weight| weight.target_group_arn == target_group).map(|weight| weight.weight).sum();
        let tenths = (own * 1000 + all / 2).checked_div(all).unwrap_or(0);
        Share::from_tenths(u16::try_from(tenths).unwrap_or(u16::MAX))
    }

    /// Requests that a target group received since the release began.
    pub fn requests(&self, target_group: &str) -> u64 {
        let all = self.traffic.by_target_group().get(target_group).copied().unwrap_or(0);
        all.saturating_sub(self.before.get(target_group).copied().unwrap_or(0))
    }

    /// A target group by its ARN.
    pub fn target_group(&self, arn: &str) -> Option<&TargetGroup> {
        self.aws.target_groups.iter().find(|group| group.arn == arn)
    }

    /// The task set that serves a side of the Deployment; none once it is gone.
    pub fn task_set(&self, side: &TaskSetStatus) -> Option<&TaskSet> {
        self.aws.services.iter().flat_map(|service| &service.task_sets).find(|set| set.id == side.task_set)
    }
}

/// An Event, as `kubectl get events` shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// Whether it is a warning.
    pub warning: bool,
    /// Its one word.
    pub reason: String,
    /// Its sentence.
    pub message: String,
}

/// State of the simulated AWS.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Aws {
    /// ECS services.
    pub services: Vec<Service>,
    /// Target groups.
    pub target_groups: Vec<TargetGroup>,
}

/// An ECS service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// Its task sets.
    pub task_sets: Vec<TaskSet>,
}

/// A task set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskSet {
    /// Its id.
    pub id: String,
    /// PRIMARY, ACTIVE or DRAINING.
    pub status: String,
    /// ARN of what it runs.
    pub task_definition: String,
    /// How many tasks it should have.
    pub computed_desired_count: u64,
    /// How many run.
    pub running_count: u64,
}

/// A target group.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetGroup {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Targets that pass their checks.
    pub healthy: u64,
    /// Targets that are not checked yet.
    pub initial: u64,
    /// Targets that fail their checks.
    pub unhealthy: u64,
}

/// Requests and losses.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Traffic {
    /// Requests so far.
    pub total: u64,
    /// Those that met no healthy target.
    pub lost: u64,
    /// Routes with traffic.
    pub routes: Vec<Route>,
}

impl Traffic {
    /// Requests of all routes by target group.
    pub fn by_target_group(&self) -> BTreeMap<String, u64> {
        let mut sums = BTreeMap::new();
        for (group, requests) in self.routes.iter().flat_map(|route| &route.by_target_group) {
            *sums.entry(group.clone()).or_insert(0) += requests;
        }
        sums
    }
}

/// A route.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// Whether things are tried on it.
    #[serde(default)]
    pub test: bool,
    /// Its weights.
    pub weights: Vec<Weight>,
    /// Requests by target group.
    pub by_target_group: BTreeMap<String, u64>,
}

/// The weight of a target group.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Weight {
    /// The target group.
    pub target_group_arn: String,
    /// Its weight.
    pub weight: u64,
}
