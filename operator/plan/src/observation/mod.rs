//! The observed world: what AWS answered, in the words of this domain. `sluice-aws` fills these types,
//! the planner reads them, and nothing here is ever guessed from a resource's status.

mod alarms;
mod copies;
mod functions;
mod hook_needs;
mod listed_routes;
mod read;
mod routes;
mod targets;
mod task_sets;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;
use sluice_api::LoadBalancer;

use crate::hooks::Execution;

pub use alarms::{Alarm, AlarmAnswer, AlarmReading, AlarmValue};
pub use copies::{CopySearch, WantedImages};
pub use functions::FunctionName;
pub use hook_needs::HookNeed;
pub use listed_routes::ListedRoute;
pub use read::{Answer, Read};
pub use routes::{Route, RouteKind, RouteState, Weight};
pub use targets::{Target, TargetGroup, TargetState};
pub use task_sets::{
    ContainerDefinition, PlacementFailure, Service, StoppedTask, TaskDefinition, TaskSet, TaskSetState,
};

/// Everything that one reconcile saw, each thing read once, at one moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Observation {
    /// The moment of the observation: the only clock that the planner knows.
    pub at: Timestamp,
    /// What was read. All else is not known, whatever the fields below say.
    pub reads: BTreeSet<Read>,
    /// The service with its task sets; none when ECS knows no such service or cluster.
    pub service: Option<Service>,
    /// The service that is adopted; none where the settings name none, where it was not looked at, or where ECS knows no such
    /// service.
    pub adopted: Option<Service>,
    /// The production routes, in the order of the group's spec.
    pub routes: Vec<Route>,
    /// The test route; none where the group has none, or it was not read.
    pub test_route: Option<Route>,
    /// The pair of target groups, in the order of the group's spec.
    pub target_groups: Vec<TargetGroup>,
    /// The revision's task definition. Read only before a deployment begins, and none when it does not exist.
    pub task_definition: Option<TaskDefinition>,
    /// Whether that is the one of which a copy with other images has to be registered, and not what is released.
    pub unregistered: bool,
    /// Stopped tasks of the replacement; none when they were not looked at.
    pub stopped_tasks: Option<Vec<StoppedTask>>,
    /// All that the load balancer of the routes forwards, named or not; none when it was not looked at.
    pub listed_routes: Option<Vec<ListedRoute>>,
    /// Why they may not be listed, where they may not.
    pub unlisted: Option<String>,
    /// DNS name of the load balancer of the routes, or why it is not known; none when it was not looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns_name: Option<Result<Option<String>, String>>,
    /// What this process knows of executions of hooks, by their ids, as far as it was looked at.
    pub executions: BTreeMap<String, Execution>,
    /// Functions that were looked at, and why each cannot be invoked, where it cannot.
    pub functions: BTreeMap<FunctionName, Option<String>>,
    /// What hooks need of Kubernetes, as far as it was looked at, and what is wrong with each, where something is.
    pub hook_needs: BTreeMap<HookNeed, Option<String>>,
    /// The alarms of the group; none when they were not looked at.
    pub alarms: Option<AlarmReading>,
}

impl Observation {
    /// Nothing was read yet. The target groups are those of the settings, by ARN; that they exist is supposed until an
    /// answer says otherwise.
    #[must_use]
    pub fn blank(at: Timestamp, target_groups: &[String]) -> Self {
        let supposed = |arn: &String| TargetGroup {
            arn: arn.clone(),
            exists: true,
            protocol: None,
            load_balancers: Vec::new(),
            targets: None,
        };
        Self {
            at,
            reads: BTreeSet::new(),
            service: None,
            adopted: None,
            routes: Vec::new(),
            test_route: None,
            target_groups: target_groups.iter().map(supposed).collect(),
            task_definition: None,
            unregistered: false,
            stopped_tasks: None,
            listed_routes: None,
            unlisted: None,
            dns_name: None,
            executions: BTreeMap::new(),
            functions: BTreeMap::new(),
            hook_needs: BTreeMap::new(),
            alarms: None,
        }
    }

    /// The live task sets of the service on a target group.
    pub(crate) fn live_on<'a>(&'a self, target_group: &str) -> impl Iterator<Item = &'a TaskSet> {
        self.service.iter().flat_map(move |service| service.live_on(target_group))
    }

    /// Takes in what was answered to a read.
    pub fn learn(&mut self, read: Read, answer: Answer) {
        match (&read, answer) {
            (_, Answer::Service(service)) => self.service = service,
            (_, Answer::Adopted(service)) => self.adopted = service,
            (_, Answer::Routes { production, test }) => {
                self.routes = production;
                self.test_route = test;
            }
            (_, Answer::TaskDefinition(definition)) => self.task_definition = definition,
            (_, Answer::Copy(CopySearch { base, found })) => {
                self.unregistered = found.is_none() && base.is_some();
                self.task_definition = found.or(base);
            }
            (_, Answer::StoppedTasks(tasks)) => self.stopped_tasks = Some(tasks),
            (_, Answer::ListedRoutes(routes)) => self.listed_routes = Some(routes),
            (_, Answer::Unlisted(why)) => self.unlisted = Some(why),
            (_, Answer::DnsName(answer)) => self.dns_name = Some(answer),
            (_, Answer::Alarms(reading)) => self.alarms = Some(reading),
            (_, Answer::TargetGroups(groups)) => {
                for group in groups {
                    let targets = self.target_group(&group.arn).and_then(|known| known.targets.clone());
                    self.put(TargetGroup { targets, ..group });
                }
            }
            (Read::Targets(arn), Answer::Targets(targets)) => {
                let known = self.target_group(arn);
                let load_balancers = known.map(|known| known.load_balancers.clone()).unwrap_or_default();
                let protocol = known.and_then(|known| known.protocol.clone());
                let exists = targets.is_some();
                // One that is gone has no targets, and that is known.
                let targets = Some(targets.unwrap_or_default());
                self.put(TargetGroup { arn: arn.clone(), exists, protocol, load_balancers, targets });
            }
            (Read::Hook(id), Answer::Hook(execution)) => {
                self.executions.insert(id.clone(), execution);
            }
            (Read::Function(name), Answer::Function(problem)) => {
                self.functions.insert(name.clone(), problem);
            }
            (Read::HookNeed(need), Answer::HookNeed(problem)) => {
                self.hook_needs.insert(need.clone(), problem);
            }
            // An answer to another question says nothing.
            (_, Answer::Targets(_) | Answer::Hook(_) | Answer::Function(_) | Answer::HookNeed(_)) => return,
        }
        self.reads.insert(read);
    }

    fn put(&mut self, group: TargetGroup) {
        match self.target_groups.iter_mut().find(|known| known.arn == group.arn) {
            Some(known) => *known = group,
            None => self.target_groups.push(group),
        }
    }

    /// The target group of that ARN; none when nothing of it was read.
    #[must_use]
    pub fn target_group(&self, arn: &str) -> Option<&TargetGroup> {
        self.target_groups.iter().find(|group| group.arn == arn)
    }

    /// Healthy targets of the target group of that ARN; none when they were not looked at.
    #[must_use]
    pub fn healthy(&self, arn: &str) -> Option<i32> {
        self.target_group(arn)?.healthy()
    }

    /// The stopped tasks of the replacement, as far as they were looked at.
    #[must_use]
    pub fn stopped_tasks(&self) -> &[StoppedTask] {
        self.stopped_tasks.as_deref().unwrap_or_default()
    }

    /// What sends requests to the target group of that ARN and is none of these routes, as far as it was looked at.
    pub fn unnamed_routes<'a>(
        &'a self,
        named: &'a LoadBalancer,
        target_group: &'a str,
    ) -> impl Iterator<Item = &'a ListedRoute> {
        let listed = self.listed_routes.iter().flatten();
        listed.filter(move |route| route.sends_to(target_group) && !route.is_named(named))
    }

    /// Whether a route sends traffic to the target group of that ARN.
    #[must_use]
    pub fn serves(&self, arn: &str) -> bool {
        self.routes.iter().any(|route| route.weight_of(arn).unwrap_or(0) > 0)
    }
}
