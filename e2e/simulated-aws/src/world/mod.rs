//! The simulated world: what exists in one account and region, and nothing about how it is asked for.

pub mod action;
pub mod alarms;
pub mod balancing;
pub mod behaviour;
pub mod functions;
pub mod routes;
pub mod services;
pub mod target_groups;
pub mod task_definitions;
pub mod tasks;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::random::Random;
use crate::time::Moment;

use alarms::Alarm;
use balancing::Balancing;
use functions::Function;
use services::{Cluster, Service, TaskSet};
use task_definitions::TaskDefinitions;

/// The account of a scenario that names none.
pub const DEFAULT_ACCOUNT: &str = "123456789012";

/// An account and a region.
pub type Place = (String, String);

/// Tags, by key.
pub type Tags = BTreeMap<String, String>;

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

/// One region of the account.
#[derive(Clone, Debug)]
pub struct Region {
    /// The region's name.
    pub name: String,
    /// The account.
    pub account: String,
    /// How long things take here.
    pub timing: Timing,
    /// The source of identifiers.
    pub identifiers: Random,
    /// The source of jitter, apart from the identifiers so that timing never changes a name.
    pub chance: Random,
    /// Addresses given out so far.
    pub addresses: u32,
    /// Task definitions.
    pub task_definitions: TaskDefinitions,
    /// Clusters by name.
    pub clusters: BTreeMap<String, Cluster>,
    /// Load balancers, target groups, listeners and rules.
    pub balancing: Balancing,
    /// Alarms by name.
    pub alarms: BTreeMap<String, Alarm>,
    /// Lambda functions by name.
    pub functions: BTreeMap<String, Function>,
    /// Topics by name; any topic exists if there are none.
    pub topics: BTreeSet<String>,
    /// Event buses beside the default one.
    pub event_buses: BTreeSet<String>,
    /// Launches that are left, by kind of Fargate, and when that was so.
    pub launches: BTreeMap<&'static str, (f64, Moment)>,
    /// When stopped tasks are looked through next.
    pub next_cleaning: Moment,
}

impl Region {
    /// An empty region.
    #[must_use]
    pub fn new(name: &str, account: &str, timing: Timing, seed: u64) -> Self {
        let seed = seed ^ crate::random::hash(name);
        // The default account keeps the names that scenarios and manifests know.
        let seed = if account == DEFAULT_ACCOUNT { seed } else { seed ^ crate::random::hash(account) };
        Self {
            name: name.to_owned(),
            account: account.to_owned(),
            timing,
            identifiers: Random::new(seed),
            chance: Random::new(!seed),
            addresses: 0,
            task_definitions: TaskDefinitions::default(),
            clusters: BTreeMap::new(),
            balancing: Balancing::default(),
            alarms: BTreeMap::new(),
            functions: BTreeMap::new(),
            topics: BTreeSet::new(),
            event_buses: BTreeSet::new(),
            launches: BTreeMap::new(),
            next_cleaning: Moment::default(),
        }
    }

    /// An ARN of ECS.
    #[must_use]
    pub fn ecs_arn(&self, resource: &str) -> String {
        format!("arn:aws:ecs:{}:{}:{resource}", self.name, self.account)
    }

    /// An ARN of Elastic Load Balancing.
    #[must_use]
    pub fn elb_arn(&self, resource: &str) -> String {
        format!("arn:aws:elasticloadbalancing:{}:{}:{resource}", self.name, self.account)
    }

    /// A private address that no other task has.
    pub fn next_address(&mut self) -> String {
        self.addresses += 1;
        let number = self.addresses;
        format!("10.{}.{}.{}", number / 62_500 % 250, number / 250 % 250, number % 250 + 4)
    }

    /// The cluster of that name or ARN.
    #[must_use]
    pub fn cluster(&self, name_or_arn: &str) -> Option<&Cluster> {
        self.clusters.get(last_segment(name_or_arn))
    }

    /// The service of that name or ARN, whatever its status.
    #[must_use]
    pub fn service(&self, cluster: &str, name_or_arn: &str) -> Option<&Service> {
        self.cluster(cluster)?.services.get(last_segment(name_or_arn))
    }

    /// Every task set of the region with its service.
    pub fn task_sets(&self) -> impl Iterator<Item = (&Cluster, &Service, &TaskSet)> {
        self.clusters.values().flat_map(|cluster| {
            cluster
                .services
                .values()
                .flat_map(move |service| service.task_sets.iter().map(move |task_set| (cluster, service, task_set)))
        })
    }

    /// Removes tasks that stopped too long ago to be listed.
    pub fn forget_old_tasks(&mut self, now: Moment) {
        self.next_cleaning = now.plus(Duration::from_secs(10));
        let retention = self.timing.stopped_task_retention;
        for cluster in self.clusters.values_mut() {
            cluster.tasks.retain(|_, task| task.stopped_at.is_none_or(|stopped| now.since(stopped) < retention));
        }
    }
}

/// The last segment of an ARN or the whole of a name.
#[must_use]
pub fn last_segment(name_or_arn: &str) -> &str {
    name_or_arn.rsplit('/').next().unwrap_or(name_or_arn)
}
