//! Requests follow the weights. A request whose target group has no healthy target is lost.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

use crate::time::Moment;
use crate::world::balancing::{Balancing, Rule, TargetGroup};

/// How many lost requests are remembered with their circumstances.
const EXAMPLES: usize = 20;

/// A stretch of time in which requests were lost.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Loss {
    /// When.
    pub at: Moment,
    /// The rule, or the listener for its default action.
    pub route: String,
    /// The target group that was chosen.
    pub target_group: String,
    /// The weights at that moment.
    pub weights: BTreeMap<String, u32>,
    /// How many requests at once.
    pub requests: u64,
}

/// The first lost requests.
#[derive(Clone, Debug, Default)]
pub struct Losses(VecDeque<Loss>);

impl Losses {
    /// Them, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Loss> {
        self.0.iter()
    }

    fn note(&mut self, loss: impl FnOnce() -> Loss) {
        if self.0.len() < EXAMPLES {
            self.0.push_back(loss());
        }
    }
}

/// Sends the requests that are due between two moments.
pub fn advance(balancing: &mut Balancing, before: Moment, now: Moment) {
    let Balancing { rules, target_groups, losses, .. } = balancing;
    let elapsed = now.since(before).as_secs_f64();
    for rule in rules.values_mut().filter(|rule| rule.traffic.requests_per_second > 0.0) {
        let weights = rule.effective_weights(now);
        if !begin(rule, &weights, target_groups) {
            continue;
        }
        rule.traffic.due += rule.traffic.requests_per_second * elapsed;
        let count = whole(rule.traffic.due);
        rule.traffic.due -= approximate(count);
        rule.traffic.requests += count;
        for (arn, share) in split(&mut rule.traffic.owed, &weights, count) {
            send(rule, &arn, share, &weights, target_groups, losses, now);
        }
    }
}

/// Whether requests come along this route yet.
fn begin(rule: &mut Rule, weights: &[(String, u32)], groups: &BTreeMap<String, TargetGroup>) -> bool {
    if weights.is_empty() {
        return false;
    }
    let any_healthy =
        || weights.iter().any(|(arn, weight)| *weight > 0 && groups.get(arn).is_some_and(|group| group.healthy() > 0));
    rule.traffic.started = rule.traffic.started || !rule.traffic.starts_when_healthy || any_healthy();
    rule.traffic.started
}

/// Splits a number of requests by weight. Fractions are carried over, so that no rounding builds up.
fn split(owed: &mut BTreeMap<String, f64>, weights: &[(String, u32)], count: u64) -> Vec<(String, u64)> {
    let total: u32 = weights.iter().map(|(_, weight)| weight).sum();
    if total == 0 {
        // Nothing is chosen; the load balancer answers 503 by itself.
        return weights.first().map(|(arn, _)| (arn.clone(), count)).into_iter().collect();
    }
    let weighted = weights.iter().filter(|(_, weight)| *weight > 0);
    owed.retain(|arn, _| weights.iter().any(|(group, weight)| group == arn && *weight > 0));
    let mut shares: Vec<(String, u64, f64)> = weighted
        .map(|(arn, weight)| {
            let exact =
                owed.get(arn).copied().unwrap_or(0.0) + approximate(count) * f64::from(*weight) / f64::from(total);
            let share = whole(exact);
            (arn.clone(), share, exact - approximate(share))
        })
        .collect();
    let mut given: u64 = shares.iter().map(|(_, share, _)| share).sum();
    while given < count {
        let Some(most) = shares.iter_mut().max_by(|a, b| a.2.total_cmp(&b.2)) else {
            break;
        };
        most.1 += 1;
        most.2 -= 1.0;
        given += 1;
    }
    while given > count {
        let Some(least) = shares.iter_mut().filter(|share| share.1 > 0).min_by(|a, b| a.2.total_cmp(&b.2)) else {
            break;
        };
        least.1 -= 1;
        least.2 += 1.0;
        given -= 1;
    }
    for (arn, _, rest) in &shares {
        owed.insert(arn.clone(), *rest);
    }
    shares.into_iter().map(|(arn, share, _)| (arn, share)).collect()
}

fn send(
    rule: &mut Rule,
    arn: &str,
    count: u64,
    weights: &[(String, u32)],
    groups: &mut BTreeMap<String, TargetGroup>,
    losses: &mut Losses,
    now: Moment,
) {
    if count == 0 {
        return;
    }
    *rule.traffic.by_target_group.entry(arn.to_owned()).or_default() += count;
    let nobody_weighted = weights.iter().all(|(_, weight)| *weight == 0);
    let group = groups.get_mut(arn);
    let served = !nobody_weighted && group.as_ref().is_some_and(|group| group.healthy() > 0);
    if let Some(group) = group {
        group.requests += count;
    }
    if !served {
        rule.traffic.lost += count;
        losses.note(|| Loss {
            at: now,
            route: rule.route_arn().to_owned(),
            target_group: arn.to_owned(),
            weights: weights.iter().cloned().collect(),
            requests: count,
        });
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of requests in one tick are small and not negative"
)]
fn whole(number: f64) -> u64 {
    number.max(0.0).floor() as u64
}

#[expect(clippy::cast_precision_loss, reason = "counts of requests in one tick are small")]
const fn approximate(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::split;
    use std::collections::BTreeMap;

    #[test]
    fn over_many_ticks_each_group_gets_exactly_its_share() {
        let mut owed = BTreeMap::new();
        let weights = [("a".to_owned(), 93), ("b".to_owned(), 7)];
        let mut totals: BTreeMap<String, u64> = BTreeMap::new();
        for _ in 0..1000 {
            for (arn, count) in split(&mut owed, &weights, 1) {
                *totals.entry(arn).or_default() += count;
            }
        }
        assert_eq!(totals["a"], 930);
        assert_eq!(totals["b"], 70);
    }

    #[test]
    fn a_group_at_weight_0_gets_nothing_even_if_a_fraction_was_owed() {
        let mut owed = BTreeMap::from([("b".to_owned(), 0.9)]);
        let weights = [("a".to_owned(), 100), ("b".to_owned(), 0)];
        assert_eq!(split(&mut owed, &weights, 5), [("a".to_owned(), 5)]);
    }
}
