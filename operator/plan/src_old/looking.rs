//! What a look has to read: nothing that could change nothing.
//!
//! Elastic Load Balancing answers ten reads a second to a whole account, and DescribeTargetHealth takes one target group
//! a call. So the targets of a group are read only where a decision hangs on them, or where ECS does not answer for them.
//!
//! A look goes in rounds. The [first](Purpose::first) is known before anything was read; what the [next](Purpose::next)
//! one adds follows from what was seen, until nothing is asked for any more. The rule does not repeat what the planner
//! consults, or it would drift from it. It asks the planner: the original's targets enter a plan only through whether
//! one of them is healthy ([`View::original_is_healthy`] and `safety::unstuck_at` ask no more), so there are two plans,
//! one for either answer. When they are the same plan, the answer is not read. The step goes through `safety.rs` within
//! each, so this holds for the second lock too. When they differ, it is read:
//!
//! | what hangs on the original's targets | when |
//! |---|---|
//! | `forward::assert_weights`, `safety::weights` (S2) | a weight of the original would be raised |
//! | `breaker::replacement_is_down` | the replacement has traffic and no healthy target |
//! | `planner::abort`, stranded | there is no way back, and the replacement cannot serve |
//! | `rollback::plan` | traffic returns, and the replacement is healthy |
//! | `safety::unstuck_at` (S12) | the delete of the original is due, and clients stick to it |
//!
//! An end of a look is therefore a proof: [`Purpose::next`] has nothing to add exactly when no reading that is missing
//! could have changed the plan.

use sluice_api::DeploymentGroupSpec;

use crate::health;
use crate::identity::external_id;
use crate::memory::{Position, position};
use crate::planner::{Begun, Input, plan};
use crate::preflight::Subject;
use crate::view::View;
use crate::world::{Observed, Target, TargetGroup, TargetState, TaskSet};

/// What a look is for.
#[derive(Clone, Copy, Debug)]
pub enum Purpose<'a> {
    /// A group in which nothing happens.
    Group,
    /// A Deployment that may begin.
    Begin {
        /// UID of the Deployment.
        uid: &'a str,
        /// Its task definition, by name or ARN.
        task_definition: &'a str,
    },
    /// A Deployment in progress.
    Progress(Begun<'a>),
}

/// What is read first, side by side with the service and the routes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct First<'a> {
    /// The task definition, by name or ARN.
    pub task_definition: Option<&'a str>,
    /// Whether the target groups are looked up: whether they exist, and where. During a release no one asks.
    pub whereabouts: bool,
    /// ARNs of the target groups whose targets are read.
    pub targets: Vec<&'a str>,
}

/// What is read next, side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// ARNs of the target groups whose targets are read.
    pub targets: Vec<String>,
    /// Id of the task set whose stopped tasks are read.
    pub stopped_tasks_of: Option<String>,
}

impl<'a> Purpose<'a> {
    /// What is read first.
    #[must_use]
    pub fn first(&self) -> First<'a> {
        match self {
            Self::Group => First { whereabouts: true, ..First::default() },
            Self::Begin { task_definition, .. } => {
                First { task_definition: Some(task_definition), whereabouts: true, targets: Vec::new() }
            }
            Self::Progress(begun) => First { targets: targets_at_first(begun), ..First::default() },
        }
    }

    /// What is read next, after this was seen; none when all that matters was. It asks for nothing twice.
    #[must_use]
    pub fn next(&self, settings: &DeploymentGroupSpec, observed: &Observed) -> Option<Next> {
        let unseen = observed.target_groups.iter().filter(|group| group.exists && group.targets.is_none());
        let targets = unseen.filter(|group| self.asks_for(group, settings, observed));
        let next = Next {
            targets: targets.map(|group| group.arn.clone()).collect(),
            stopped_tasks_of: self.unsteady_replacement(observed).map(|set| set.id.clone()),
        };
        (!next.targets.is_empty() || next.stopped_tasks_of.is_some()).then_some(next)
    }

    fn asks_for(&self, group: &TargetGroup, settings: &DeploymentGroupSpec, observed: &Observed) -> bool {
        if health::is_open(observed, &group.arn) {
            return true;
        }
        match self {
            Self::Group => false,
            Self::Begin { uid, .. } => Subject { settings, observed }.roles(uid).is_some_and(|roles| {
                // What is registered in the replacement's group already would receive its traffic.
                group.arn == roles.replacement_group || is_unsteady(roles.original, group)
            }),
            Self::Progress(begun) => {
                let input = Input { begun: *begun, observed };
                View::new(&input).is_some_and(|view| {
                    group.arn == view.replacement_group
                        || is_unsteady(view.original, group)
                        || (group.arn == view.original_group && hangs_on(&group.arn, &input))
                })
            }
        }
    }

    /// The replacement, while its stopped tasks are worth a read: it is there, and not steady.
    fn unsteady_replacement<'b>(&self, observed: &'b Observed) -> Option<&'b TaskSet> {
        let Self::Progress(begun) = self else { return None };
        let service = observed.service.as_ref().filter(|_| observed.stopped_tasks.is_none())?;
        service.with_external_id(&external_id(begun.uid)).filter(|replacement| !replacement.steady)
    }
}

/// The replacement's targets; the original's too where the way back is foreseen, so that it is not a round later.
fn targets_at_first<'a>(begun: &Begun<'a>) -> Vec<&'a str> {
    let asked = begun.controls.stop || begun.controls.deleted || begun.memory.failure.is_some();
    let both = asked || position(begun.memory) == Position::Rollback;
    let replacement = begun.memory.replacement.as_ref().map(|replacement| replacement.target_group.as_str());
    let pair = begun.settings.load_balancer.target_groups.iter().map(String::as_str);
    pair.filter(|group| both || Some(*group) == replacement).collect()
}

/// Whether this task set stands on the group, and ECS does not answer for its targets.
fn is_unsteady(set: Option<&TaskSet>, group: &TargetGroup) -> bool {
    set.is_some_and(|set| !set.steady && set.target_group.as_ref() == Some(&group.arn))
}

/// Whether what is done now hangs on the original's targets. A way back is never taken on less than both groups.
fn hangs_on(original_group: &str, input: &Input<'_>) -> bool {
    let [none, some] = [Vec::new(), vec![healthy_target()]].map(|targets| {
        let observed = supposing(input.observed, original_group, &targets);
        plan(&Input { begun: input.begun, observed: &observed })
    });
    none != some || none.position() == Position::Rollback
}

/// The same world with these targets in the group.
fn supposing(observed: &Observed, group: &str, targets: &[Target]) -> Observed {
    let mut observed = observed.clone();
    for group in observed.target_groups.iter_mut().filter(|known| known.arn == group) {
        group.targets = Some(targets.to_vec());
    }
    observed
}

fn healthy_target() -> Target {
    Target { id: "supposed".to_owned(), state: TargetState::Healthy, reason: None, description: None }
}
