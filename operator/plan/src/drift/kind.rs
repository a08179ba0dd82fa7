//! What a kind of change is, and what it is judged by.

use sluice_api::{DeploymentGroupSpec, DriftKind};

use super::baseline::Baseline;
use crate::action::Action;
use crate::observation::{Observation, Route, TaskSet};

/// A row of the table.
pub(super) struct Kind {
    /// What it is called.
    pub of: DriftKind,
    /// What is there in the place of what was left; none where nothing changed. It names no count that passes by itself.
    pub find: fn(&Scene<'_>) -> Option<String>,
    /// What puts it back, or why nothing does. Asked where it was found.
    pub repair: fn(&Scene<'_>) -> Result<Action, String>,
}

/// What was left, and what is there.
pub(super) struct Scene<'a> {
    pub settings: &'a DeploymentGroupSpec,
    pub observed: &'a Observation,
    pub baseline: Baseline<'a>,
}

impl<'a> Scene<'a> {
    /// The task set that was left; none where it is gone.
    pub fn task_set(&self) -> Option<&'a TaskSet> {
        let service = self.observed.service.as_ref()?;
        service.task_set(self.baseline.task_set).filter(|set| set.is_live())
    }

    /// The other one of the pair.
    pub fn other_group(&self) -> Option<&'a str> {
        let pair = &self.settings.load_balancer.target_groups;
        pair.iter().map(String::as_str).find(|group| *group != self.baseline.target_group)
    }

    /// Whether the other one of the pair was seen without a healthy target.
    pub fn nobody_else_answers(&self) -> bool {
        self.other_group().is_some_and(|group| self.observed.healthy(group) == Some(0))
    }

    /// The routes of the last release that the group still names, as they are.
    pub fn routes(&self) -> impl Iterator<Item = &'a Route> + '_ {
        self.observed.routes.iter().filter(|route| self.baseline.routes.contains(&route.arn.as_str()))
    }

    /// A target group outside the pair that has a share of the route.
    pub fn third_group(&self, route: &'a Route) -> Option<&'a str> {
        let pair = &self.settings.load_balancer.target_groups;
        let is_third = |group: &str| pair.iter().all(|one| one != group);
        route
            .weights()
            .iter()
            .find(|one| one.weight > 0 && is_third(&one.target_group))
            .map(|one| one.target_group.as_str())
    }

    /// Whether the route sends all to the target group that was left with it.
    pub fn is_whole(&self, route: &'a Route) -> bool {
        let other = self.other_group().and_then(|group| route.weight_of(group));
        route.weight_of(self.baseline.target_group).is_some_and(|weight| weight > 0) && other == Some(0)
    }
}
