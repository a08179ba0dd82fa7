//! What a write must not do, judged from the world before and after it.

use std::time::Duration;

use serde_json::Value;

use super::capacity::{enough_tasks, enough_work};
use super::names::{ENDED, NO_DELETE_LIVE, NO_EMPTY_TARGET, NO_FOREIGN, ONE_PRIMARY, PROMOTED, SCOPE_ONLY, WEIGHT_SUM};
use super::rules::Rules;
use crate::time::Moment;
use crate::world::action::without_weights;
use crate::world::balancing::Kind;
use crate::world::region::Region;
use crate::world::routes::Rule;
use crate::world::target_groups::TargetGroup;
use crate::world::task_sets::{TaskSet, TaskSetStatus};

/// A write.
#[derive(Clone, Copy, Debug)]
pub struct Write<'a> {
    /// The operation.
    pub operation: &'a str,
    /// Who called.
    pub access_key: &'a str,
    /// Who that is, whatever the key.
    pub principal: &'a str,
    /// Its place in the journal.
    pub sequence: u64,
    /// When.
    pub now: Moment,
}

/// What a write is about, as it was before.
#[derive(Clone, Debug, Default)]
pub struct Before {
    operation: String,
    rule: Option<Rule>,
    task_sets: Vec<TaskSet>,
    /// Those of the same service, too.
    beside: Vec<TaskSet>,
}

impl Before {
    /// Looks up what the parameters name.
    #[must_use]
    pub fn new(region: &Region, operation: &str, parameters: &Value) -> Self {
        let text = |key: &str| parameters[key].as_str();
        let rule = text("RuleArn").or_else(|| text("ListenerArn")).and_then(|arn| region.balancing.route(arn));
        let service = region.service(text("cluster").unwrap_or("default"), text("service").unwrap_or_default());
        let named = text("taskSet").or_else(|| text("primaryTaskSet")).or_else(|| text("resourceArn"));
        let mut task_sets: Vec<TaskSet> = match (operation, service) {
            ("DeleteService", Some(service)) => service.task_sets.clone(),
            (_, Some(service)) => named.and_then(|id| service.task_set(id)).into_iter().cloned().collect(),
            (_, None) => Vec::new(),
        };
        if operation == "TagResource" {
            let tagged = region.task_sets().map(|(_, _, set)| set).find(|set| Some(set.arn.as_str()) == named);
            task_sets.extend(tagged.cloned());
        }
        Self {
            operation: operation.to_owned(),
            rule: rule.filter(|_| operation.starts_with("Modify")).cloned(),
            task_sets,
            beside: service.map(|service| service.task_sets.clone()).unwrap_or_default(),
        }
    }

    /// The rule that the write was about, as it was before.
    #[must_use]
    pub const fn rule(&self) -> Option<&Rule> {
        self.rule.as_ref()
    }

    /// The task sets that the write ended while they had tasks, or promoted: the invariant that speaks of it, and the word
    /// for it.
    pub fn ended_or_promoted<'a>(
        &'a self,
        region: &'a Region,
    ) -> impl Iterator<Item = (&'a TaskSet, &'static str, &'static str)> {
        let is_promoted =
            |set: &TaskSet| self.operation == "UpdateServicePrimaryTaskSet" && set.status != TaskSetStatus::Primary;
        self.task_sets.iter().filter_map(move |set| {
            let (invariant, done) = match () {
                () if self.ends(set, region) => ENDED,
                () if is_promoted(set) => PROMOTED,
                () => return None,
            };
            Some((set, invariant, done))
        })
    }

    /// When the newest task set of the service was made, those of the scenario not counted.
    #[must_use]
    pub fn begun(&self) -> Moment {
        let made = self.beside.iter().filter(|set| !set.preexisting).map(|set| set.created_at);
        made.max().unwrap_or_default()
    }

    fn ends(&self, task_set: &TaskSet, region: &Region) -> bool {
        let ends = match self.operation.as_str() {
            "DeleteTaskSet" | "DeleteService" => true,
            "UpdateTaskSet" => now(task_set, region).is_some_and(|set| set.scale == 0.0 && task_set.scale > 0.0),
            _ => false,
        };
        ends && task_set.running > 0
    }

    /// What the write did that it must not, now that it is done.
    #[must_use]
    pub fn violations(&self, region: &Region, rules: &Rules, now: Moment) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if let Some(before) = &self.rule
            && let Some(after) = region.balancing.rules.get(&before.arn)
        {
            weight_sum(after, &mut found);
            scope_only(before, after, &mut found);
            no_empty_target(before, after, region, rules.healthy_share, &mut found);
        }
        if matches!(self.operation.as_str(), "UpdateTaskSet" | "DeleteTaskSet") {
            enough_work(&self.beside, region, &mut found);
        }
        for task_set in &self.task_sets {
            no_foreign(task_set, region, &rules.ours, &mut found);
            self.no_delete_live(task_set, region, rules.barrier, now, &mut found);
            if self.operation == "UpdateTaskSet" {
                enough_tasks(task_set, region, (rules.barrier, now), &mut found);
            }
            if self.operation == "UpdateServicePrimaryTaskSet" {
                promoted_with_full_weight(task_set, &self.beside, region, &mut found);
            }
        }
        found
    }

    fn no_delete_live(
        &self,
        task_set: &TaskSet,
        region: &Region,
        barrier: Duration,
        at: Moment,
        found: &mut Vec<(&'static str, String)>,
    ) {
        let Some(group) = task_set.target_group().filter(|_| self.ends(task_set, region)) else {
            return;
        };
        for rule in region.balancing.rules_of(group) {
            let Some(since) = rule.traffic.zero_since.get(group).filter(|_| rule.weight_of(group) == 0) else {
                continue;
            };
            if at.since(*since) < barrier {
                let (id, route, seconds) = (&task_set.id, rule.route_arn(), at.since(*since).as_secs_f64());
                found.push((
                    NO_DELETE_LIVE,
                    format!("task set {id} was ended {seconds:.1} s after {route} gave it weight 0"),
                ));
            }
        }
        // A network load balancer still works by what it was told before, for a while.
        let is_late = |rule: &&Rule| {
            let sends = rule.effective_weights(at).iter().any(|(arn, weight)| arn == group && *weight > 0);
            let is_network = region.balancing.kind_of(&rule.listener) == Kind::Network;
            is_network && sends && rule.weight_of(group) == 0
        };
        for rule in region.balancing.rules_of(group).filter(is_late) {
            let (id, route) = (&task_set.id, rule.route_arn());
            let message =
                format!("task set {id} was ended while {route} still works by earlier weights, which send to it");
            found.push((NO_DELETE_LIVE, message));
        }
        for rule in region.balancing.rules_of(group).filter(|rule| rule.weight_of(group) > 0) {
            found.push((
                NO_DELETE_LIVE,
                format!(
                    "task set {} with {} running tasks was ended while {} gives its target group weight {}",
                    task_set.id,
                    task_set.running,
                    rule.route_arn(),
                    rule.weight_of(group)
                ),
            ));
        }
    }
}

fn now<'a>(task_set: &TaskSet, region: &'a Region) -> Option<&'a TaskSet> {
    region.task_sets().map(|(_, _, set)| set).find(|set| set.arn == task_set.arn)
}

fn weight_sum(after: &Rule, found: &mut Vec<(&'static str, String)>) {
    let weights = after.weights();
    if !weights.is_empty() && weights.iter().all(|(_, weight)| *weight == 0) {
        found.push((WEIGHT_SUM, format!("all weights of {} are 0", after.route_arn())));
    }
}

fn scope_only(before: &Rule, after: &Rule, found: &mut Vec<(&'static str, String)>) {
    if before.conditions != after.conditions {
        found.push((SCOPE_ONLY, format!("the conditions of {} changed", after.route_arn())));
    }
    // What is tried may be added to a route on which things are tried; whatever else it forwards to stays.
    let added = |group: &str| after.traffic.is_test && before.weights().iter().all(|(known, _)| *known != group);
    if without_weights(&before.actions, |_| false) != without_weights(&after.actions, added) {
        found.push((SCOPE_ONLY, format!("more than the weights changed in the actions of {}", after.route_arn())));
    }
}

fn no_empty_target(
    before: &Rule,
    after: &Rule,
    region: &Region,
    healthy_share: f64,
    found: &mut Vec<(&'static str, String)>,
) {
    for (arn, weight) in after.weights() {
        if after.share_of(&arn) <= before.share_of(&arn) {
            continue;
        }
        let mut live =
            region.task_sets().filter(|(_, _, set)| set.is_live() && set.target_group() == Some(arn.as_str()));
        let live = live.next();
        let enough = live.map_or(1.0, |(.., set)| (f64::from(set.computed_desired) * healthy_share).ceil().max(1.0));
        let healthy = region.balancing.target_groups.get(&arn).map_or(0, TargetGroup::healthy);
        let route = after.route_arn();
        let wants_none = live.is_some_and(|(_, service, _)| service.desired_count == 0);
        let is_empty = |group: &String| region.balancing.target_groups.get(group).map_or(0, TargetGroup::healthy) == 0;
        if wants_none && after.weights().iter().all(|(group, _)| is_empty(group)) {
            // There is no request that could be lost, wherever the weights are.
            continue;
        }
        if live.is_none() {
            found.push((NO_EMPTY_TARGET, format!("{route} raised {arn} to {weight}, and no live task set uses it")));
        } else if healthy == 0 {
            found.push((NO_EMPTY_TARGET, format!("{route} raised {arn} to {weight}, and it has no healthy target")));
        } else if f64::from(u32::try_from(healthy).unwrap_or(u32::MAX)) < enough {
            found.push((
                NO_EMPTY_TARGET,
                format!("{route} raised {arn} to {weight}, and it has {healthy} of {enough} healthy targets"),
            ));
        }
    }
}

/// A route that gives the promoted one a part of its weight is not all its own; nor is one that gives it nothing, and
/// another task set of the service something. What goes to neither is no concern of the service.
fn promoted_with_full_weight(
    task_set: &TaskSet,
    beside: &[TaskSet],
    region: &Region,
    found: &mut Vec<(&'static str, String)>,
) {
    let Some(group) = task_set.target_group().filter(|_| task_set.status != TaskSetStatus::Primary) else {
        return;
    };
    let others = beside.iter().filter(|set| set.is_live() && set.id != task_set.id).filter_map(TaskSet::target_group);
    let others: Vec<&str> = others.filter(|other| *other != group).collect();
    for rule in region.balancing.rules.values().filter(|rule| !rule.traffic.is_test) {
        let all: u32 = rule.weights().iter().map(|(_, weight)| weight).sum();
        let own = rule.weight_of(group);
        let elsewhere = others.iter().any(|other| rule.weight_of(other) > 0);
        if (own > 0 && own < all) || (own == 0 && elsewhere) {
            found.push((
                ONE_PRIMARY,
                format!(
                    "task set {} was promoted with {own} of {all} of the weight of {}",
                    task_set.id,
                    rule.route_arn()
                ),
            ));
        }
    }
}

fn no_foreign(task_set: &TaskSet, region: &Region, ours: &str, found: &mut Vec<(&'static str, String)>) {
    let ours = task_set.external_id.as_deref().is_some_and(|id| id.starts_with(ours));
    let was_primary = task_set.was_primary || task_set.status == TaskSetStatus::Primary;
    if !ours && !was_primary && !served_alone(task_set, region) {
        let id = &task_set.id;
        found.push((
            NO_FOREIGN,
            format!("task set {id} is neither ours, nor was it ever primary, nor did it serve alone"),
        ));
    }
}

/// Whether it is the only one on its target group, which has traffic or had some: what a service without a PRIMARY runs.
fn served_alone(task_set: &TaskSet, region: &Region) -> bool {
    let Some(group) = task_set.target_group() else { return false };
    let mut others = region.task_sets().map(|(_, _, set)| set).filter(|set| set.is_live() && set.arn != task_set.arn);
    let has_served = |rule: &Rule| rule.weight_of(group) > 0 || rule.traffic.zero_since.contains_key(group);
    region.balancing.rules_of(group).any(has_served) && !others.any(|set| set.target_group() == Some(group))
}
