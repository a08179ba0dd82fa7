//! One observation, seen from one Deployment: who is the original, who the replacement, and how they are.

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, StepStatus, TaskSetStatus};

use crate::identity::external_id;
use crate::memory::{current_step, was_missing};
use crate::planner::Input;
use crate::step::target_group_name;
use crate::unread_route::first_unread;
use crate::waiting::Waiting;
use crate::world::{Observed, Route, RouteState, Service, TaskSet};

/// One observation, seen from one Deployment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub input: &'a Input<'a>,
    pub service: &'a Service,
    /// The live task set that served when the Deployment began.
    pub original: Option<&'a TaskSet>,
    /// The live task set of this Deployment.
    pub replacement: Option<&'a TaskSet>,
    /// ARN of the target group of the original, or of the one that would be.
    pub original_group: &'a str,
    /// ARN of the target group of the replacement.
    pub replacement_group: &'a str,
}

impl<'a> View<'a> {
    /// None when the service is gone, or is being deleted.
    pub(crate) fn new(input: &'a Input<'a>) -> Option<Self> {
        let service = input.observed.service.as_ref().filter(|service| service.active)?;
        let memory = input.begun.memory;
        let original_id = memory.original.as_ref().map(|original| original.task_set.as_str());
        let (original_group, replacement_group) = groups(input);
        Some(Self {
            input,
            service,
            original: original_id.and_then(|id| service.task_set(id)).filter(|task_set| task_set.is_live()),
            replacement: service.with_external_id(&external_id(input.begun.uid)),
            original_group,
            replacement_group,
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.input.now()
    }

    pub(crate) fn memory(&self) -> &'a DeploymentStatus {
        self.input.begun.memory
    }

    pub(crate) fn observed(&self) -> &'a Observed {
        self.input.observed
    }

    /// ARNs of the pair: the original's, then the replacement's.
    pub(crate) const fn pair(&self) -> [&'a str; 2] {
        [self.original_group, self.replacement_group]
    }

    /// Routes that forward to both of the pair, and so can take its weights.
    pub(crate) fn writable_routes(&self) -> impl Iterator<Item = &'a Route> {
        let pair = self.pair();
        self.routes().filter(move |route| pair.iter().all(|group| route.weight_of(group).is_some()))
    }

    /// Routes that forward, whose weights are known.
    pub(crate) fn routes(&self) -> impl Iterator<Item = &'a Route> {
        self.observed().routes.iter().filter(|route| matches!(route.state, RouteState::Forward(_)))
    }

    /// Healthy targets of the replacement's target group; 0 where they were not looked at.
    pub(crate) fn healthy_replacement(&self) -> i32 {
        self.observed().healthy(self.replacement_group).unwrap_or(0)
    }

    /// Whether the replacement's target group was seen without a healthy target.
    pub(crate) fn replacement_is_down(&self) -> bool {
        self.observed().healthy(self.replacement_group) == Some(0)
    }

    /// Whether the original's target group was seen with a healthy target. No more than this, and `unstuck_at`, is
    /// ever asked of the original's targets: `looking.rs` relies on it.
    pub(crate) fn original_is_healthy(&self) -> bool {
        self.observed().healthy(self.original_group).is_some_and(|healthy| healthy > 0)
    }

    /// Whether a task set that is not live is gone for good: seen on its way out, or missing twice in a row.
    pub(crate) fn is_gone(&self, shown: &TaskSetStatus) -> bool {
        match self.service.task_set(&shown.task_set) {
            Some(task_set) => !task_set.is_live(),
            None => was_missing(shown),
        }
    }

    /// Whether the replacement is there and has a healthy target: no less may receive traffic (S2).
    pub(crate) fn replacement_can_serve(&self) -> bool {
        self.replacement.is_some() && self.healthy_replacement() >= 1
    }

    /// Whether the original is there and has a healthy target.
    pub(crate) fn original_can_serve(&self) -> bool {
        self.original.is_some() && self.original_is_healthy()
    }

    /// Whether any route sends traffic to the replacement's target group.
    pub(crate) fn replacement_has_traffic(&self) -> bool {
        self.routes().any(|route| route.weight_of(self.replacement_group).unwrap_or(0) > 0)
    }

    /// Highest share of the replacement among the routes, in percent.
    pub(crate) fn observed_share(&self) -> f64 {
        self.routes().map(|route| route.share_of(self.replacement_group)).fold(0.0, f64::max)
    }

    /// Whether this route answers with this share of the replacement, in percent.
    pub(crate) fn route_is_at(&self, route: &Route, share: i32) -> bool {
        let weight = |group| route.weight_of(group).unwrap_or(0);
        match share {
            0 => weight(self.replacement_group) == 0 && weight(self.original_group) > 0,
            100 => weight(self.original_group) == 0 && weight(self.replacement_group) > 0,
            // Within the pair: what a third group receives by someone's hand is neither asked for nor written.
            _ => {
                let (ours, theirs) = (weight(self.replacement_group), weight(self.original_group));
                ours * 100 == share * (ours + theirs) && ours > 0
            }
        }
    }

    /// Whether every named route is read, and answers with this share.
    pub(crate) fn traffic_is_at(&self, share: i32) -> bool {
        first_unread(self).is_none() && self.routes().all(|route| self.route_is_at(route, share))
    }

    /// The step in progress.
    pub(crate) fn step(&self) -> Option<&'a StepStatus> {
        self.memory().steps.get(current_step(self.memory()))
    }

    /// Whether the replacement stands as the step in progress wants it: steady, complete and healthy (S2).
    /// Otherwise what it waits for.
    pub(crate) fn replacement_is_ready(&self) -> Result<(), Waiting> {
        let deadline = self.deadline();
        let Some(replacement) = self.replacement else {
            return Err(Waiting::ReplacementAppears { deadline });
        };
        let scale = self.step().map_or(100, |step| step.scale);
        let wanted = scaled(self.service.desired_count, scale);
        let healthy = self.healthy_replacement();
        let ready = replacement.steady
            && replacement.computed_desired == wanted
            && replacement.running >= wanted
            && wanted >= 1
            && healthy >= wanted;
        if ready {
            return Ok(());
        }
        Err(Waiting::ReplacementReady {
            running: replacement.running,
            healthy,
            wanted,
            trouble: self.trouble(),
            deadline,
        })
    }

    /// When the position in progress must be done; none once all traffic has moved.
    pub(crate) fn deadline(&self) -> Option<Timestamp> {
        self.memory().deadline_at
    }

    /// What a stopped task or an unhealthy target says, in one line.
    pub(crate) fn trouble(&self) -> Option<String> {
        let group = self.observed().target_group(self.replacement_group);
        if group.is_some_and(|group| !group.exists) {
            return Some(format!("target group {} does not exist", target_group_name(self.replacement_group)));
        }
        crate::breaker::last_failed_task(self.observed().stopped_tasks()).map(crate::breaker::describe).or_else(|| {
            let target = group?.unhealthy_target()?;
            let why = target.description.as_deref().or(target.reason.as_deref()).unwrap_or("no reason given");
            Some(format!("target {} is unhealthy: {why}", target.id))
        })
    }
}

/// ARNs of the target groups of the original and of the replacement.
fn groups<'a>(input: &'a Input<'a>) -> (&'a str, &'a str) {
    let replacement = input.begun.memory.replacement.as_ref().map_or("", |set| set.target_group.as_str());
    let pair = &input.begun.settings.load_balancer.target_groups;
    let original = pair.iter().find(|group| group.as_str() != replacement).map_or("", String::as_str);
    (original, replacement)
}

/// How many tasks a task set of this scale has: rounded up, as ECS does (ECS API reference, Scale).
pub(crate) fn scaled(desired_count: i32, percent: i32) -> i32 {
    let product = i64::from(desired_count.max(0)) * i64::from(percent);
    i32::try_from((product + 99) / 100).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_scaled_count_is_rounded_up_as_ecs_does() {
        for (desired, percent, expected) in [(3, 50, 2), (10, 10, 1), (1, 1, 1), (0, 50, 0), (4, 100, 4)] {
            assert_eq!(super::scaled(desired, percent), expected);
        }
    }
}
