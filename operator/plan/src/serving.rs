//! Who serves: the one answer to it, for whoever asks.
//!
//! It looks at weights or, without a load balancer, at tasks. A task set that receives all of the traffic serves, whatever it is called; PRIMARY is what ECS
//! takes for the running one, and moves no request. A service that was made by infrastructure as code may have no PRIMARY
//! at all.

use sluice_api::{DeploymentGroupSpec, Share};

use crate::names::{short, target_group_name};
use crate::observation::{Observation, Route, Service, TaskSet, TaskSetState};

/// Who serves the traffic of a pair of target groups.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Serving<'a> {
    /// Not known: the service is not there, or a named route is not read with both target groups in it.
    Unknown,
    /// No task set stands where the weight is.
    Nobody,
    /// Task sets stand on the pair, and no route gives it any weight.
    WithoutWeight,
    /// This one alone.
    Alone(&'a TaskSet),
    /// More than one.
    Divided,
}

/// Who serves in a group with these settings.
#[must_use]
pub fn serving<'a>(settings: &DeploymentGroupSpec, observed: &'a Observation) -> Serving<'a> {
    match settings.load_balancer.target_groups.as_slice() {
        [first, second] => among(observed, [first, second], |_| true),
        [] => among(observed, NO_PAIR, |_| true),
        _ => Serving::Unknown,
    }
}

/// The task set that runs what the group serves: the one that serves or, where nobody does, the one that should. None where
/// it is not known, or where more than one serves.
#[must_use]
pub fn current<'a>(settings: &DeploymentGroupSpec, observed: &'a Observation) -> Option<&'a TaskSet> {
    match settings.load_balancer.target_groups.as_slice() {
        [first, second] => current_among(observed, [first, second], |_| true),
        [] => current_among(observed, NO_PAIR, |_| true),
        _ => None,
    }
}

/// The same among the live task sets that count. Where nobody serves it is the primary one or, where a service has none,
/// the live one that stands on the pair.
pub(crate) fn current_among<'a>(
    observed: &'a Observation,
    pair: [&str; 2],
    counts: impl Fn(&TaskSet) -> bool,
) -> Option<&'a TaskSet> {
    match among(observed, pair, &counts) {
        Serving::Alone(set) => Some(set),
        Serving::Nobody => {
            let on_pair = || pair.into_iter().flat_map(|group| observed.live_on(group));
            let sets: Vec<&TaskSet> = if pair == NO_PAIR { live(observed).collect() } else { on_pair().collect() };
            let mut those = sets.into_iter().filter(|set| counts(set)).peekable();
            let first = those.peek().copied();
            those.find(|set| is_primary(set)).or(first)
        }
        Serving::Unknown | Serving::WithoutWeight | Serving::Divided => None,
    }
}

/// In the place of the pair where there is no load balancer.
pub(crate) const NO_PAIR: [&str; 2] = ["", ""];

fn live(observed: &Observation) -> impl Iterator<Item = &TaskSet> {
    observed.service.iter().flat_map(|service| &service.task_sets).filter(|set| set.is_live())
}

/// Who runs tasks, or should, where tasks are the traffic: PRIMARY or not, each of them has its part of the work.
fn among_tasks(observed: &Observation, counts: impl Fn(&TaskSet) -> bool) -> Serving<'_> {
    let mut works = live(observed).filter(|set| counts(set) && (set.scale > 0.0 || set.running > 0));
    match (works.next(), works.next()) {
        (None, _) => Serving::Nobody,
        (Some(set), None) => Serving::Alone(set),
        (Some(_), Some(_)) => Serving::Divided,
    }
}

/// Who serves among the live task sets that count.
fn among<'a>(observed: &'a Observation, pair: [&str; 2], counts: impl Fn(&TaskSet) -> bool) -> Serving<'a> {
    if observed.service.is_none() {
        return Serving::Unknown;
    }
    if pair == NO_PAIR {
        return among_tasks(observed, counts);
    }
    let names_both = |route: &Route| pair.iter().all(|group| route.weight_of(group).is_some());
    if observed.routes.is_empty() || !observed.routes.iter().all(names_both) {
        return Serving::Unknown;
    }
    let on = |groups: &[&str]| -> Vec<&'a TaskSet> {
        groups.iter().flat_map(|group| observed.live_on(group)).filter(|set| counts(set)).collect()
    };
    let with_weight: Vec<&str> = pair.into_iter().filter(|group| observed.serves(group)).collect();
    match (with_weight.as_slice(), on(&pair).is_empty()) {
        (_, true) => Serving::Nobody,
        ([], false) => Serving::WithoutWeight,
        ([group], false) => one_of(&on(&[*group])),
        (_, false) => Serving::Divided,
    }
}

/// Of several on one target group the PRIMARY is the one that a release replaces.
fn one_of<'a>(sets: &[&'a TaskSet]) -> Serving<'a> {
    match sets {
        [] => Serving::Nobody,
        [set] => Serving::Alone(set),
        _ => sets.iter().find(|set| is_primary(set)).map_or(Serving::Divided, |set| Serving::Alone(set)),
    }
}

pub(crate) fn is_primary(set: &TaskSet) -> bool {
    set.status == TaskSetState::Primary
}

/// Who stands on each target group of the pair, and what it receives, as users read it: the least and the most of it where
/// routes differ.
#[must_use]
pub fn by_target_group(settings: &DeploymentGroupSpec, observed: &Observation) -> String {
    if settings.is_by_size() {
        let one = |set: &TaskSet| {
            format!("{} ({}) has {} tasks running", short(&set.id), short(&set.task_definition), set.running)
        };
        return live(observed).map(one).collect::<Vec<_>>().join(", ");
    }
    let whom = |group: &str| {
        let revisions: Vec<&str> = observed.live_on(group).map(|set| short(&set.task_definition)).collect();
        if revisions.is_empty() { "no task set".to_owned() } else { revisions.join(" and ") }
    };
    let share = |group: &String| {
        let by_route = || observed.routes.iter().map(|route| route.share_of(group).rounded());
        let (least, most) = (by_route().min().unwrap_or(Share::ALL), by_route().max().unwrap_or_default());
        let share = if least < most { format!("{least} to {most} %") } else { format!("{most} %") };
        format!("{} ({}) has {share}", target_group_name(group), whom(group))
    };
    settings.load_balancer.target_groups.iter().map(share).collect::<Vec<_>>().join(", ")
}

/// What there is to say of a task set that serves alone and is not PRIMARY; none when it is.
#[must_use]
pub fn without_primary(set: &TaskSet, observed: &Observation) -> Option<String> {
    if is_primary(set) {
        return None;
    }
    let other = observed.service.as_ref().and_then(Service::primary);
    Some(other.map_or_else(
        || "the service has no PRIMARY task set, and gets one with the next release".to_owned(),
        |other| {
            format!(
                "task set {} ({}) is PRIMARY and has no traffic: make {} the primary task set",
                short(&other.id),
                short(&other.task_definition),
                short(&set.id)
            )
        },
    ))
}
