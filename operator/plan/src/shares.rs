//! What receives a group's traffic, and how much of it: by the weights that the load balancer answers, whatever was asked
//! for or written.

use sluice_api::RouteWeights;

use crate::health::displayed_healthy;
use crate::names::short;
use crate::observation::Observation;

/// What users read where a target group has weight, and nothing healthy stands on it.
const NOTHING: &str = "nothing";

/// What users read for target groups outside the pair.
const OTHERS: &str = "others";

/// The part of the traffic that one of those who serve receives, in percent. The two differ where routes do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Share {
    /// A revision, or several on one target group; or what stands in the place of one.
    pub who: String,
    pub lowest: f64,
    pub highest: f64,
}

impl Share {
    /// Whether a revision receives it.
    pub(crate) fn is_of_a_revision(&self) -> bool {
        self.who != NOTHING && self.who != OTHERS
    }
}

/// Weights of each route that forwards, in the order of the pair.
pub(crate) fn route_weights(observed: &Observation, pair: &[String]) -> Vec<RouteWeights> {
    let routes = observed.routes.iter();
    routes
        .map(|route| {
            let is_other = |group: &str| !pair.iter().any(|one| one == group);
            RouteWeights {
                route: route.arn.clone(),
                // A weight that was not read is not 0: of such a route none is shown.
                weights: pair.iter().map(|group| route.weight_of(group)).collect::<Option<_>>().unwrap_or_default(),
                others: route
                    .weights()
                    .iter()
                    .filter(|weight| is_other(&weight.target_group))
                    .map(|weight| weight.weight)
                    .sum(),
            }
        })
        .collect()
}

/// The revisions that stand on a target group with a healthy target; none where nothing does.
pub(crate) fn revisions_on(observed: &Observation, group: &str) -> Option<String> {
    let mut revisions: Vec<&str> = observed.live_on(group).map(|set| short(&set.task_definition)).collect();
    revisions.sort_unstable();
    revisions.dedup();
    (!revisions.is_empty() && displayed_healthy(observed, group) > 0).then(|| revisions.join("+"))
}

/// Who receives which part, the greatest first; none while no route is known. `on_pair` are those who stand on the pair.
pub(crate) fn shares(routes: &[RouteWeights], on_pair: [Option<&str>; 2]) -> Option<Vec<Share>> {
    let known: Vec<Vec<(&str, f64)>> = routes.iter().filter_map(|route| divided(route, on_pair)).collect();
    if known.is_empty() {
        return None;
    }
    let mut shares: Vec<Share> = Vec::new();
    for (who, _) in known.iter().flatten() {
        if shares.iter().any(|share| share.who == *who) {
            continue;
        }
        let of = |route: &Vec<(&str, f64)>| {
            let own = route.iter().filter(|(one, _)| one == who);
            // From 0.0: the sum of nothing is -0.0.
            own.fold(0.0, |sum, (_, share)| sum + share)
        };
        let all: Vec<f64> = known.iter().map(of).collect();
        let lowest = all.iter().copied().fold(100.0, f64::min);
        let highest = all.iter().copied().fold(0.0, f64::max);
        shares.push(Share { who: (*who).to_owned(), lowest, highest });
    }
    shares.sort_by(|a, b| b.highest.total_cmp(&a.highest).then_with(|| a.who.cmp(&b.who)));
    Some(shares)
}

/// How one route divides its traffic; none when that is not known.
fn divided<'a>(route: &RouteWeights, on_pair: [Option<&'a str>; 2]) -> Option<Vec<(&'a str, f64)>> {
    let [first, second] = <[i32; 2]>::try_from(route.weights.clone()).ok()?;
    let total = f64::from(first + second + route.others);
    let [who_first, who_second] = on_pair.map(|who| who.unwrap_or(NOTHING));
    if total == 0.0 {
        return Some(vec![(NOTHING, 100.0)]);
    }
    let parts = [(who_first, first), (who_second, second), (OTHERS, route.others)];
    Some(
        parts
            .into_iter()
            .filter(|(_, weight)| *weight > 0)
            .map(|(who, weight)| (who, f64::from(weight) * 100.0 / total))
            .collect(),
    )
}

/// The shares as users read them, such as `shop:41`, or `shop:41 75%, shop:42 25%`; `unknown` where no route is known.
pub(crate) fn in_words(shares: Option<&[Share]>) -> String {
    let Some(shares) = shares else { return "unknown".to_owned() };
    if let [all] = shares
        && all.lowest >= 100.0
    {
        return all.who.clone();
    }
    let part = |share: &Share| {
        let (lowest, highest) = (format!("{:.0}", share.lowest), format!("{:.0}", share.highest));
        let range = if lowest == highest { highest } else { format!("{lowest}-{highest}") };
        format!("{} {range}%", share.who)
    };
    shares.iter().map(part).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

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
