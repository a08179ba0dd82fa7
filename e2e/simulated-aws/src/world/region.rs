//! One region of an account.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::alarms::Alarm;
use super::balancing::Balancing;
use super::composite_alarms::CompositeAlarm;
use super::functions::Function;
use super::published::Published;
use super::services::{Cluster, Service};
use super::task_definitions::TaskDefinitions;
use super::task_sets::TaskSet;
use super::timing::Timing;
use crate::random::{Random, hash};
use crate::text::last_segment;
use crate::time::Moment;

/// The account of a scenario that names none.
pub const DEFAULT_ACCOUNT: &str = "123456789012";

/// An account and a region.
pub type Place = (String, String);

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
    /// Composite alarms by name; no name is in both.
    pub composite_alarms: BTreeMap<String, CompositeAlarm>,
    /// Metrics that somebody publishes.
    pub published: Published,
    /// Lambda functions by name.
    pub functions: BTreeMap<String, Function>,
    /// Topics by name; any topic exists if there are none.
    pub topics: BTreeSet<String>,
    /// Event buses beside the default one.
    pub event_buses: BTreeSet<String>,
    /// Repositories of ECR by name: their tags, each with the digest of its image.
    pub repositories: BTreeMap<String, BTreeMap<String, String>>,
    /// Launches that are left, by kind of Fargate, and when that was so.
    pub launches: BTreeMap<&'static str, (f64, Moment)>,
    /// When stopped tasks are looked through next.
    pub next_cleaning: Moment,
}

impl Region {
    /// An empty region.
    #[must_use]
    pub fn new(name: &str, account: &str, timing: Timing, seed: u64) -> Self {
        let seed = seed ^ hash(name);
        // The default account keeps the names that scenarios and manifests know.
        let seed = if account == DEFAULT_ACCOUNT { seed } else { seed ^ hash(account) };
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
            composite_alarms: BTreeMap::new(),
            published: Published::default(),
            functions: BTreeMap::new(),
            topics: BTreeSet::new(),
            event_buses: BTreeSet::new(),
            repositories: BTreeMap::new(),
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

    /// The ARN of an alarm.
    #[must_use]
    pub fn alarm_arn(&self, alarm: &str) -> String {
        format!("arn:aws:cloudwatch:{}:{}:alarm:{alarm}", self.name, self.account)
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
