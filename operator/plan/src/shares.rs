//! What receives a group's traffic, and how much of it: by the weights that the load balancer answers, whatever was asked
//! for or written.

use std::collections::BTreeMap;

use sluice_api::RouteWeights;

use crate::fraction::Fraction;
use crate::health::displayed_healthy;
use crate::names::short;
use crate::observation::{Observation, Route};

/// What users read where a target group has weight, and nothing healthy stands on it.
const NOTHING: &str = "nothing";

/// What users read for target groups outside the pair.
const OTHERS: &str = "others";

/// How users read what stands in the place of a revision before a group has one of its own: its name follows.
pub(crate) const OF_ANOTHER: &str = "service ";

/// One of those who receive traffic, and which part of it. The two differ where routes do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Receiver {
    /// A revision, or several on one target group; or what stands in the place of one.
    pub who: String,
    pub lowest: Fraction,
    pub highest: Fraction,
}

impl Receiver {
    /// Whether it is a revision.
    pub(crate) fn is_a_revision(&self) -> bool {
        self.who != NOTHING && self.who != OTHERS && !self.who.starts_with(OF_ANOTHER)
    }
}

/// Most routes whose weights are shown: a status is to stay small.
const SHOWN: usize = 10;

/// Weights of each route that forwards, in the order of the pair. Of many routes those are shown that differ from each
/// other, and as many of the rest as there is room for.
pub(crate) fn route_weights(observed: &Observation, pair: &[String]) -> Vec<RouteWeights> {
    let all: Vec<RouteWeights> = observed.routes.iter().map(|route| weights_of(route, pair)).collect();
    let is_new = |index: &usize| {
        let same = |one: &RouteWeights| (&one.weights, one.others) == (&all[*index].weights, all[*index].others);
        !all[..*index].iter().any(same)
    };
    let (differ, rest): (Vec<usize>, Vec<usize>) = (0..all.len()).partition(is_new);
    let mut shown: Vec<usize> = differ.into_iter().chain(rest).take(SHOWN).collect();
    shown.sort_unstable();
    shown.into_iter().map(|index| all[index].clone()).collect()
}

/// Weights of one route, in the order of the pair.
pub(crate) fn weights_of(route: &Route, pair: &[String]) -> RouteWeights {
    let is_other = |group: &str| !pair.iter().any(|one| one == group);
    let others = route.weights().iter().filter(|weight| is_other(&weight.target_group));
    RouteWeights {
        route: route.arn.clone(),
        // A weight that was not read is not 0: of such a route none is shown.
        weights: pair.iter().map(|group| route.weight_of(group)).collect::<Option<_>>().unwrap_or_default(),
        others: others.map(|weight| weight.weight).sum(),
    }
}

/// The revisions that stand on a target group with a healthy target; none where nothing does.
pub(crate) fn revisions_on(observed: &Observation, group: &str) -> Option<String> {
    let mut revisions: Vec<&str> = observed.live_on(group).map(|set| short(&set.task_definition)).collect();
    revisions.sort_unstable();
    revisions.dedup();
    (!revisions.is_empty() && displayed_healthy(observed, group) > 0).then(|| revisions.join("+"))
}

/// How one route divides its traffic: who, by which weight.
struct Division<'a> {
    parts: Vec<(&'a str, i32)>,
    total: i32,
}

/// Who receives which part, the greatest first; none while no route is known. `on_pair` are those who stand on the pair.
pub(crate) fn shares(routes: &[RouteWeights], on_pair: [Option<&str>; 2]) -> Option<Vec<Receiver>> {
    let known: Vec<Division<'_>> = routes.iter().filter_map(|route| divided(route, on_pair)).collect();
    if known.is_empty() {
        return None;
    }
    let mut receivers: Vec<Receiver> = Vec::new();
    for (who, _) in known.iter().flat_map(|route| &route.parts) {
        if receivers.iter().any(|receiver| receiver.who == *who) {
            continue;
        }
        let share = |route: &Division<'_>| {
            let own = route.parts.iter().filter(|(one, _)| one == who).map(|(_, weight)| weight).sum();
            Fraction::of(own, route.total)
        };
        let lowest = known.iter().map(share).min().unwrap_or(Fraction::NONE);
        let highest = known.iter().map(share).max().unwrap_or(Fraction::NONE);
        receivers.push(Receiver { who: (*who).to_owned(), lowest, highest });
    }
    receivers.sort_by(|a, b| b.highest.cmp(&a.highest).then_with(|| a.who.cmp(&b.who)));
    Some(receivers)
}

/// Without a load balancer: who has which part of the tasks that run, the greatest first.
pub(crate) fn shares_of_tasks<'a>(sets: impl Iterator<Item = (&'a str, i32)>) -> Vec<Receiver> {
    let mut running: BTreeMap<&str, i32> = BTreeMap::new();
    for (revision, tasks) in sets.filter(|(_, tasks)| *tasks > 0) {
        *running.entry(revision).or_default() += tasks;
    }
    let all: i32 = running.values().sum();
    let part = |(who, tasks): (&str, i32)| {
        let share = Fraction::of(tasks, all);
        Receiver { who: who.to_owned(), lowest: share, highest: share }
    };
    let mut receivers: Vec<Receiver> = running.into_iter().map(part).collect();
    receivers.sort_by(|a, b| b.highest.cmp(&a.highest).then_with(|| a.who.cmp(&b.who)));
    if receivers.is_empty() {
        receivers.push(Receiver { who: NOTHING.to_owned(), lowest: Fraction::ALL, highest: Fraction::ALL });
    }
    receivers
}

/// How one route divides its traffic; none when that is not known.
fn divided<'a>(route: &RouteWeights, on_pair: [Option<&'a str>; 2]) -> Option<Division<'a>> {
    let [first, second] = <[i32; 2]>::try_from(route.weights.clone()).ok()?;
    let [who_first, who_second] = on_pair.map(|who| who.unwrap_or(NOTHING));
    let parts = [(who_first, first), (who_second, second), (OTHERS, route.others)];
    let parts: Vec<(&str, i32)> = parts.into_iter().filter(|(_, weight)| *weight > 0).collect();
    if parts.is_empty() {
        return Some(Division { parts: vec![(NOTHING, 1)], total: 1 });
    }
    Some(Division { parts, total: first + second + route.others })
}

/// The shares as users read them, such as `shop:41`, or `shop:41 75%, shop:42 25%`; `unknown` where no route is known.
pub(crate) fn in_words(receivers: Option<&[Receiver]>) -> String {
    let Some(receivers) = receivers else { return "unknown".to_owned() };
    if let [all] = receivers
        && all.lowest >= Fraction::ALL
    {
        return all.who.clone();
    }
    let part = |receiver: &Receiver| {
        let (lowest, highest) = (receiver.lowest.rounded(), receiver.highest.rounded());
        let range = if lowest == highest { highest.to_string() } else { format!("{lowest}-{highest}") };
        format!("{} {range}%", receiver.who)
    };
    receivers.iter().map(part).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::{RouteKind, RouteState, Weight};

    #[test]
    fn of_many_routes_those_are_shown_that_differ() {
        let pair = ["a".to_owned(), "b".to_owned()];
        let route = |number: usize| {
            let weights = if number == 50 { [3, 1] } else { [1, 0] };
            let weight = |(group, weight): (&String, i32)| Weight { target_group: group.clone(), weight };
            let state = RouteState::Forward(pair.iter().zip(weights).map(weight).collect());
            Route { arn: number.to_string(), kind: RouteKind::Rule, state, stickiness: None }
        };
        let routes = (0..100).map(route).collect();
        let observed = Observation { routes, ..Observation::blank(jiff::Timestamp::UNIX_EPOCH, &[]) };
        let shown = route_weights(&observed, &pair);
        let numbers: Vec<&str> = shown.iter().map(|one| one.route.as_str()).collect();
        assert_eq!(numbers, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "50"]);
        assert_eq!(shown[9].weights, [3, 1]);
    }

    #[test]
    fn shares_are_told_as_the_routes_answer_them() {
        let route = |weights: &[i32], others| RouteWeights { route: String::new(), weights: weights.to_vec(), others };
        let both = [Some("shop:41"), Some("shop:42")];
        let table = [
            (vec![], both, "unknown"),
            (vec![route(&[], 0)], both, "unknown"),
            (vec![route(&[100, 0], 0)], both, "shop:41"),
            (vec![route(&[0, 5], 0)], both, "shop:42"),
            (vec![route(&[75, 25], 0)], both, "shop:41 75%, shop:42 25%"),
            (vec![route(&[7, 1], 0)], both, "shop:41 87.5%, shop:42 12.5%"),
            (vec![route(&[999, 1], 0)], both, "shop:41 99.9%, shop:42 0.1%"),
            (vec![route(&[9, 1], 0), route(&[90, 10], 0)], both, "shop:41 90%, shop:42 10%"),
            (vec![route(&[40, 10], 50)], both, "others 50%, shop:41 40%, shop:42 10%"),
            (vec![route(&[100, 0], 0)], [None, Some("shop:42")], "nothing"),
            (vec![route(&[50, 50], 0)], [None, Some("shop:42")], "nothing 50%, shop:42 50%"),
            (vec![route(&[0, 0], 0)], both, "nothing"),
            (vec![route(&[100, 0], 0), route(&[75, 25], 0)], both, "shop:41 75-100%, shop:42 0-25%"),
            (vec![route(&[100, 0], 0), route(&[], 0)], both, "shop:41"),
            (vec![route(&[50, 50], 0)], [Some("shop:41"), Some("shop:41")], "shop:41"),
        ];
        for (routes, on_pair, expected) in table {
            assert_eq!(in_words(shares(&routes, on_pair).as_deref()), expected, "{routes:?}");
        }
    }
}
