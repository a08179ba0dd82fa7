//! The safety invariants, as ordered checks that every step must pass right before it is handed out.
//!
//! The planner is written so that none of them ever fires: they are the second lock on the door. The names
//! are those of the design: S1 to S16.

use std::fmt;

use serde::Serialize;

use crate::identity::external_id;
use crate::memory::{Position, desired_share, last_write, past_return, position};
use crate::step::{Step, WeightChange};
use crate::unread_route::first_unread;
use crate::view::View;
use crate::world::{TaskSet, TaskSetState};

/// An invariant that a step would break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Violation {
    /// Weights are integers 0..=999 that add up to 100, at least one above 0.
    S1WeightSum,
    /// A weight is raised above 0 only on a group with a live task set and enough healthy targets.
    S2NoEmptyTarget,
    /// Delete only with weight 0 on every route, and every route read.
    S3NoDeleteLive,
    /// Promote only at 100 percent; never delete the primary.
    S4OnePrimary,
    /// At most one task set per Deployment.
    S5OneTaskSet,
    /// The share never falls going forward, never rises rolling back.
    S7Monotone,
    /// Never above the current step's share, and no raise while a route is not read.
    S8StepBound,
    /// No write after the end.
    S9Terminal,
    /// Only routes and target groups of the settings are named.
    S10ScopeOnly,
    /// Only the original and the replacement are touched.
    S11NoForeign,
    /// Destructive writes wait until no weight write can land any more.
    S12Barrier,
}

impl Violation {
    /// Every invariant that is checked here.
    pub const ALL: &'static [Self] = &[
        Self::S1WeightSum,
        Self::S2NoEmptyTarget,
        Self::S3NoDeleteLive,
        Self::S4OnePrimary,
        Self::S5OneTaskSet,
        Self::S7Monotone,
        Self::S8StepBound,
        Self::S9Terminal,
        Self::S10ScopeOnly,
        Self::S11NoForeign,
        Self::S12Barrier,
    ];

    /// Its name in the design.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::S1WeightSum => "S1 WeightSum",
            Self::S2NoEmptyTarget => "S2 NoEmptyTarget",
            Self::S3NoDeleteLive => "S3 NoDeleteLive",
            Self::S4OnePrimary => "S4 OnePrimary",
            Self::S5OneTaskSet => "S5 OneTaskSet",
            Self::S7Monotone => "S7 Monotone",
            Self::S8StepBound => "S8 StepBound",
            Self::S9Terminal => "S9 Terminal",
            Self::S10ScopeOnly => "S10 ScopeOnly",
            Self::S11NoForeign => "S11 NoForeign",
            Self::S12Barrier => "S12 Barrier",
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The first invariant that the step would break; none when it is safe.
pub(crate) fn violated(view: &View<'_>, step: &Step) -> Option<Violation> {
    if position(view.memory()) == Position::Ended {
        return Some(Violation::S9Terminal);
    }
    match step {
        Step::CreateTaskSet(new) => {
            let own = view.service.with_external_id(&external_id(view.input.begun.uid)).is_some();
            let in_scope = new.target_group == view.replacement_group;
            first(&[(Violation::S5OneTaskSet, !own), (Violation::S10ScopeOnly, in_scope)])
        }
        Step::ScaleTaskSet { task_set, percent } => {
            let grows = view.replacement.is_some_and(|set| set.scale < f64::from(*percent));
            first(&[(Violation::S11NoForeign, is_replacement(view, task_set)), (Violation::S3NoDeleteLive, grows)])
        }
        Step::SetWeights(change) => weights(view, change),
        Step::PromoteTaskSet { task_set } => {
            let full = group_of(view, task_set).is_some_and(|group| has_all_traffic(view, group));
            first(&[(Violation::S11NoForeign, is_ours(view, task_set)), (Violation::S4OnePrimary, full)])
        }
        Step::DeleteTaskSet { task_set } => delete(view, task_set),
    }
}

fn weights(view: &View<'_>, change: &WeightChange) -> Option<Violation> {
    let route = view.writable_routes().find(|route| route.arn == change.route);
    let in_scope = route.is_some()
        && change.weights.iter().all(|(group, _)| group == view.original_group || group == view.replacement_group);
    let sum: i32 = change.weights.iter().map(|(_, weight)| weight).sum();
    let sane = sum == 100 && change.weights.iter().all(|(_, weight)| (0..=100).contains(weight));
    let new = change.weights.iter().find(|(group, _)| group == view.replacement_group).map_or(0, |(_, weight)| *weight);
    let raises_full_group = change.weights.iter().all(|(group, weight)| {
        let before = route.map_or(0.0, |route| route.share_of(group));
        f64::from(*weight) <= before || has_healthy_tasks(view, group) || nothing_else_is_healthy(view, group)
    });
    let raises = route.is_some_and(|route| f64::from(new) > route.share_of(view.replacement_group));
    let all_are_read = first_unread(view).is_none();
    let desired = desired_share(view.memory());
    let rolling_back = position(view.memory()) == Position::Rollback;
    first(&[
        (Violation::S10ScopeOnly, in_scope),
        (Violation::S1WeightSum, sane),
        (Violation::S8StepBound, new <= desired && (all_are_read || !raises)),
        (Violation::S7Monotone, if rolling_back { new == 0 } else { new == desired }),
        (Violation::S2NoEmptyTarget, raises_full_group),
    ])
}

fn delete(view: &View<'_>, task_set: &str) -> Option<Violation> {
    let set = view.service.task_set(task_set);
    let group = group_of(view, task_set);
    // A route that is not read may carry anything.
    let weightless = first_unread(view).is_none()
        && group.is_some_and(|group| view.routes().all(|route| route.weight_of(group).unwrap_or(0) == 0));
    let primary = set.is_none_or(|set| set.status == TaskSetState::Primary);
    // A replacement that never had traffic may be primary only by someone else's hand, and then it stays.
    let forward = view.original.is_some_and(|original| original.id == task_set);
    let promised = !forward || past_return(view.memory());
    let unstuck = group.and_then(|group| unstuck_at(view, group));
    let rested = barrier_until(view).max(unstuck).is_none_or(|until| until <= view.now());
    first(&[
        (Violation::S11NoForeign, is_ours(view, task_set) && promised),
        (Violation::S3NoDeleteLive, weightless),
        (Violation::S4OnePrimary, !primary),
        (Violation::S12Barrier, rested),
    ])
}

/// When no write can land any more that could break what is done next.
pub(crate) fn barrier_until(view: &View<'_>) -> Option<jiff::Timestamp> {
    last_write(view.memory()).map(|at| at + view.input.begun.limits.barrier)
}

/// When no client sticks any more to the target group that lost its traffic: stickiness outlives a weight of 0, and a
/// group without targets would answer its clients with errors. Nobody waits for a group that was seen without a healthy
/// target.
pub(crate) fn unstuck_at(view: &View<'_>, group: &str) -> Option<jiff::Timestamp> {
    let answers_no_one = view.observed().healthy(group) == Some(0);
    let longest = view.routes().filter_map(|route| route.stickiness).max().filter(|_| !answers_no_one)?;
    let traffic = view.memory().traffic.as_ref()?;
    traffic.written_at.max(traffic.verified_at).map(|at| at + longest)
}

fn first(checks: &[(Violation, bool)]) -> Option<Violation> {
    checks.iter().find(|(_, holds)| !holds).map(|(violation, _)| *violation)
}

fn is_replacement(view: &View<'_>, task_set: &str) -> bool {
    view.replacement.is_some_and(|set| set.id == task_set)
}

fn is_ours(view: &View<'_>, task_set: &str) -> bool {
    is_replacement(view, task_set) || view.original.is_some_and(|set| set.id == task_set)
}

fn group_of<'a>(view: &View<'a>, task_set: &str) -> Option<&'a str> {
    [view.original, view.replacement]
        .into_iter()
        .flatten()
        .find(|set: &&TaskSet| set.id == task_set)
        .and_then(|set| set.target_group.as_deref())
}

fn has_all_traffic(view: &View<'_>, group: &str) -> bool {
    view.traffic_is_at(if group == view.replacement_group { 100 } else { 0 })
}

fn has_healthy_tasks(view: &View<'_>, group: &str) -> bool {
    if group == view.replacement_group { view.replacement_can_serve() } else { view.original_can_serve() }
}

/// Whether the other side was seen without a healthy target too: then nothing is lost by the return to the original.
fn nothing_else_is_healthy(view: &View<'_>, group: &str) -> bool {
    group == view.original_group && view.original.is_some() && view.replacement_is_down()
}
