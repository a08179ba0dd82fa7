//! Rules, and the requests along them.

use std::collections::BTreeMap;
use std::time::Duration;

use super::action::{Action, weights};
use super::conditions::Condition;
use super::part::Part;
use crate::time::Moment;

/// A rule, or a listener's default action.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The ARN.
    pub arn: String,
    /// The listener's ARN.
    pub listener: String,
    /// The priority; `None` for the default rule.
    pub priority: Option<u32>,
    /// What a request must look like.
    pub conditions: Vec<Condition>,
    /// What happens to it.
    pub actions: Vec<Action>,
    /// The requests that come this way.
    pub traffic: RouteTraffic,
}

/// The requests along one rule, and what became of them.
#[derive(Clone, Debug, Default)]
pub struct RouteTraffic {
    /// How many come in a second.
    pub requests_per_second: f64,
    /// Whether they wait for the first healthy target.
    pub starts_when_healthy: bool,
    /// Whether this is a test route, on which a release may stand that is not in production.
    pub is_test: bool,
    /// Whether they have begun.
    pub started: bool,
    /// The moment up to which requests have been sent.
    pub at: Moment,
    /// Millionths of a request that are owed: milli-requests a second, times milliseconds.
    pub owed: u64,
    /// Whose turn it is among the target groups.
    pub wheel: Wheel,
    /// The clients that hold cookies or connections.
    pub clients: Clients,
    /// All requests.
    pub requests: u64,
    /// Those that met no healthy target.
    pub lost: u64,
    /// Those that went to unhealthy targets because a group had no others.
    pub failed_open: u64,
    /// Those that each target group was chosen for.
    pub by_target_group: BTreeMap<String, u64>,
    /// The weights that still route until `switch_at`.
    pub previous: Option<Vec<(String, u32)>>,
    /// When the current weights begin to route.
    pub switch_at: Moment,
    /// When the weights changed last.
    pub changed_at: Moment,
    /// Since when a target group of this route has had weight 0, for those that once had more.
    pub zero_since: BTreeMap<String, Moment>,
}

/// Smooth weighted round robin: over any stretch each target group is at most one request off its exact share.
#[derive(Clone, Debug, Default)]
pub struct Wheel {
    weights: Vec<(String, u32)>,
    credit: Vec<i64>,
}

impl Wheel {
    /// Begins anew if the weights are others than before.
    pub fn turn_to(&mut self, weights: &[(String, u32)]) {
        if self.weights != weights {
            self.weights = weights.to_vec();
            self.credit = vec![0; weights.len()];
        }
    }

    /// The place of the target group that the next request goes to; none if every weight is 0.
    pub fn choose(&mut self) -> Option<usize> {
        let total: i64 = self.weights.iter().map(|(_, weight)| i64::from(*weight)).sum();
        if total == 0 {
            return None;
        }
        let mut best = None;
        for (place, (_, weight)) in self.weights.iter().enumerate().filter(|(_, (_, weight))| *weight > 0) {
            let Some(credit) = self.credit.get_mut(place) else { continue };
            *credit += i64::from(*weight);
            if best.is_none_or(|(_, most)| *credit > most) {
                best = Some((place, *credit));
            }
        }
        let (place, _) = best?;
        if let Some(credit) = self.credit.get_mut(place) {
            *credit -= total;
        }
        Some(place)
    }

    /// How many of the next requests go to each place.
    pub fn split(&mut self, count: u64) -> Vec<u64> {
        let total: u64 = self.weights.iter().map(|(_, weight)| u64::from(*weight)).sum();
        let mut shares = vec![0; self.weights.len()];
        // After as many requests as the weights add up to, the wheel stands where it began.
        let rounds = count.checked_div(total).unwrap_or(0);
        for (share, (_, weight)) in shares.iter_mut().zip(&self.weights) {
            *share = rounds * u64::from(*weight);
        }
        for _ in 0..count.checked_rem(total).unwrap_or(0) {
            if let Some(share) = self.choose().and_then(|place| shares.get_mut(place)) {
                *share += 1;
            }
        }
        shares
    }
}

/// A client that was sent to a target group and comes back to it.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// The target group, once it has one.
    pub group: Option<String>,
    /// Until when.
    pub until: Moment,
}

/// The population of clients of a route. They send requests in turn.
#[derive(Clone, Debug, Default)]
pub struct Clients {
    /// Them.
    pub list: Vec<Client>,
    /// Whose turn it is.
    pub turn: usize,
    /// How long a client keeps its target group whatever the action says, as an open connection does.
    pub connection: Option<Duration>,
    /// Whether each answer renews the cookie.
    pub renew: bool,
    /// Requests that went where the cookie said.
    pub sticky: u64,
    /// Those of them that met no target.
    pub lost: u64,
    /// Open connections that ended because the last target of their group was gone.
    pub cut: u64,
}

impl Rule {
    /// The ARN by which the route is known: the rule's, or the listener's for a default action.
    #[must_use]
    pub fn route_arn(&self) -> &str {
        if self.priority.is_some() { &self.arn } else { &self.listener }
    }

    /// Replaces the actions; the weights before route on for `propagation`.
    pub fn replace_actions(&mut self, actions: Vec<Action>, now: Moment, propagation: Duration) {
        if !propagation.is_zero() {
            self.traffic.previous = Some(self.effective_weights(now));
            self.traffic.switch_at = now.plus(propagation);
        }
        let before = self.weights();
        self.actions = actions;
        if self.weights() != before {
            self.traffic.changed_at = now;
        }
        for (arn, weight) in before {
            match (weight, self.weight_of(&arn)) {
                (1.., 0) => drop(self.traffic.zero_since.insert(arn, now)),
                (_, 1..) => drop(self.traffic.zero_since.remove(&arn)),
                _ => {}
            }
        }
    }

    /// How long a client stays with its target group, if it does.
    #[must_use]
    pub fn stickiness(&self) -> Option<Duration> {
        if self.traffic.clients.connection.is_some() {
            return self.traffic.clients.connection;
        }
        let forward = self.actions.iter().find_map(|action| action.forward_config.as_ref())?;
        let stickiness = forward.target_group_stickiness_config.as_ref()?;
        let seconds = stickiness.duration_seconds.filter(|_| stickiness.enabled == Some(true))?;
        Some(Duration::from_secs(seconds.into()))
    }

    /// The target groups and weights of the forward action, if there is one.
    #[must_use]
    pub fn weights(&self) -> Vec<(String, u32)> {
        weights(&self.actions)
    }

    /// The weight of a target group here; 0 if it is not among the groups.
    #[must_use]
    pub fn weight_of(&self, target_group: &str) -> u32 {
        self.weights().iter().filter(|(arn, _)| arn == target_group).map(|(_, weight)| *weight).sum()
    }

    /// The share of a target group here.
    #[must_use]
    pub fn share_of(&self, target_group: &str) -> Part {
        Part::of(self.weight_of(target_group), self.weights().iter().map(|(_, weight)| weight).sum())
    }

    /// The weights that route at this moment.
    #[must_use]
    pub fn effective_weights(&self, now: Moment) -> Vec<(String, u32)> {
        match &self.traffic.previous {
            Some(previous) if now < self.traffic.switch_at => previous.clone(),
            _ => self.weights(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Wheel;

    fn wheel(weights: &[u32]) -> Wheel {
        let mut wheel = Wheel::default();
        let named: Vec<_> = weights.iter().enumerate().map(|(place, weight)| (place.to_string(), *weight)).collect();
        wheel.turn_to(&named);
        wheel
    }

    #[test]
    fn each_group_gets_exactly_its_share_however_the_requests_are_bundled() {
        for bundle in [1, 3, 7, 1000] {
            let mut wheel = wheel(&[93, 7, 0, 50]);
            let mut totals = vec![0; 4];
            let mut left = 1500;
            while left > 0 {
                let count = bundle.min(left);
                for (total, share) in totals.iter_mut().zip(wheel.split(count)) {
                    *total += share;
                }
                left -= count;
            }
            assert_eq!(totals, [930, 70, 0, 500], "in bundles of {bundle}");
        }
    }

    #[test]
    fn a_tenth_of_a_percent_is_one_request_of_a_thousand() {
        for bundle in [1, 7, 20, 333, 1000] {
            let mut wheel = wheel(&[999, 1]);
            let mut totals = [0, 0];
            for thousands in 1..=5 {
                let mut left: u64 = 1000;
                while left > 0 {
                    let count = left.min(bundle);
                    for (total, share) in totals.iter_mut().zip(wheel.split(count)) {
                        *total += share;
                    }
                    left -= count;
                }
                assert_eq!(totals, [thousands * 999, thousands], "in bundles of {bundle}");
            }
        }
    }

    #[test]
    fn with_every_weight_at_0_nobody_is_chosen() {
        assert_eq!(wheel(&[0, 0]).choose(), None);
        assert_eq!(wheel(&[0, 0]).split(5), [0, 0]);
    }
}
