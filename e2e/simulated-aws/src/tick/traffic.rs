//! Requests follow the weights and the clients' cookies. A request whose target group has no healthy target is lost.
//!
//! Requests are counted when something is about to change what becomes of them, or when somebody asks. The arithmetic
//! is exact, so that it does not matter how often that is.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::time::Moment;
use crate::world::balancing::Balancing;
use crate::world::losses::{Loss, Losses};
use crate::world::routes::Rule;
use crate::world::target_groups::{Health, TargetGroup};

/// How finely losses are told apart while there is room for examples.
const EXAMPLE: Duration = Duration::from_millis(20);

/// Where requests go.
struct Destinations<'a> {
    groups: &'a mut BTreeMap<String, TargetGroup>,
    losses: &'a mut Losses,
    fail_open_serves: bool,
}

/// Sends the requests of every route that are due until now.
pub fn settle(balancing: &mut Balancing, now: Moment) {
    let Balancing { rules, target_groups, losses, fail_open_serves, .. } = balancing;
    let mut destinations = Destinations { groups: target_groups, losses, fail_open_serves: *fail_open_serves };
    for rule in rules.values_mut() {
        settle_rule(rule, &mut destinations, now);
    }
}

/// Sends the requests of every route that names a target group.
pub fn settle_group(balancing: &mut Balancing, group: &str, now: Moment) {
    let users: Vec<String> = balancing.rules_of(group).map(|rule| rule.arn.clone()).collect();
    for arn in users {
        settle_route(balancing, &arn, now);
    }
}

/// Sends the requests of one rule.
pub fn settle_route(balancing: &mut Balancing, rule: &str, now: Moment) {
    let Balancing { rules, target_groups, losses, fail_open_serves, .. } = balancing;
    let mut destinations = Destinations { groups: target_groups, losses, fail_open_serves: *fail_open_serves };
    if let Some(rule) = rules.get_mut(rule) {
        settle_rule(rule, &mut destinations, now);
    }
}

fn settle_rule(rule: &mut Rule, destinations: &mut Destinations<'_>, now: Moment) {
    if rule.traffic.requests_per_second <= 0.0 {
        rule.traffic.at = rule.traffic.at.max(now);
        return;
    }
    while rule.traffic.at < now {
        let at = rule.traffic.at;
        let weights = rule.effective_weights(at);
        let mut end = now.min(slot_end(at));
        if rule.traffic.previous.is_some() && at < rule.traffic.switch_at {
            end = end.min(rule.traffic.switch_at);
        }
        let losing = |(arn, weight): &(String, u32)| {
            *weight > 0 && destinations.groups.get(arn).is_none_or(|one| one.healthy() == 0)
        };
        if destinations.losses.has_room() && weights.iter().any(losing) {
            end = end.min(at.plus(EXAMPLE));
        }
        if begin(rule, &weights, destinations.groups) {
            stretch(rule, &weights, destinations, at, end);
        }
        rule.traffic.at = end;
    }
}

/// Counts belong to one slot of ten seconds.
fn slot_end(at: Moment) -> Moment {
    let number = at.as_millis().div_euclid(TargetGroup::SLOT);
    Moment::from_millis((number + 1) * TargetGroup::SLOT)
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

/// The requests of a stretch in which nothing changes.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate of requests is neither negative nor near the limits of a u64"
)]
fn stretch(
    rule: &mut Rule,
    weights: &[(String, u32)],
    destinations: &mut Destinations<'_>,
    from: Moment,
    until: Moment,
) {
    let rate = (rule.traffic.requests_per_second * 1000.0).round() as u64;
    let millis = u64::try_from(until.since(from).as_millis()).unwrap_or(0);
    rule.traffic.owed += rate * millis;
    let count = rule.traffic.owed / 1_000_000;
    rule.traffic.owed %= 1_000_000;
    rule.traffic.requests += count;
    rule.traffic.wheel.turn_to(weights);
    let stickiness = rule.stickiness().filter(|_| !rule.traffic.clients.list.is_empty());
    let (fresh, kept) = match stickiness {
        Some(duration) => visits(rule, weights, count, (until, duration), destinations.groups),
        None => (rule.traffic.wheel.split(count), BTreeMap::new()),
    };
    let nobody = weights.iter().all(|(_, weight)| *weight == 0);
    let unsent = count - fresh.iter().sum::<u64>() - kept.values().sum::<u64>();
    if let Some((arn, _)) = weights.first().filter(|_| unsent > 0) {
        // No weight is above 0: the load balancer answers 503 by itself.
        send(rule, arn, unsent, &Sending { weights, nobody, is_open: false, from, until }, destinations);
    }
    for ((arn, _), share) in weights.iter().zip(fresh) {
        send(rule, arn, share, &Sending { weights, nobody, is_open: false, from, until }, destinations);
    }
    let is_open = rule.traffic.clients.connection.is_some();
    for (arn, share) in kept {
        let lost = rule.traffic.lost;
        send(rule, &arn, share, &Sending { weights, nobody: false, is_open, from, until }, destinations);
        rule.traffic.clients.sticky += share;
        rule.traffic.clients.lost += rule.traffic.lost - lost;
    }
}

/// Whether connections that are open to its targets go on: also to those that drain, until they are gone.
fn keeps_connections(group: &TargetGroup) -> bool {
    group.targets.values().any(|target| target.is_draining() || target.health == Health::Healthy)
}

/// Each request comes from the client whose turn it is. One with a cookie goes where the cookie says, weight or not; one with
/// an open connection, too, and when nobody is left at its other end the connection is cut and the request lost.
fn visits(
    rule: &mut Rule,
    weights: &[(String, u32)],
    count: u64,
    (now, duration): (Moment, Duration),
    groups: &BTreeMap<String, TargetGroup>,
) -> (Vec<u64>, BTreeMap<String, u64>) {
    let (mut fresh, mut kept) = (vec![0; weights.len()], BTreeMap::<String, u64>::new());
    let traffic = &mut rule.traffic;
    let population = traffic.clients.list.len();
    for _ in 0..count {
        traffic.clients.turn = (traffic.clients.turn + 1) % population;
        let renew = traffic.clients.renew;
        let Some(client) = traffic.clients.list.get_mut(traffic.clients.turn) else { break };
        let holds = client.until > now;
        let group = client.group.as_ref().filter(|group| holds && weights.iter().any(|(arn, _)| arn == *group));
        if let Some(group) = group {
            *kept.entry(group.clone()).or_default() += 1;
            if traffic.clients.connection.is_some() && !groups.get(group).is_some_and(keeps_connections) {
                traffic.clients.cut += 1;
                client.until = now;
                continue;
            }
            if renew {
                client.until = now.plus(duration);
            }
            continue;
        }
        let Some(place) = traffic.wheel.choose() else { continue };
        if let (Some(share), Some((arn, _))) = (fresh.get_mut(place), weights.get(place)) {
            *share += 1;
            if traffic.clients.connection.is_some() && groups.get(arn).is_none_or(|group| group.healthy() == 0) {
                // Nobody takes it up: there is no connection.
                continue;
            }
            client.group = Some(arn.clone());
            client.until = now.plus(duration);
        }
    }
    (fresh, kept)
}

/// The circumstances of a bundle of requests.
struct Sending<'a> {
    weights: &'a [(String, u32)],
    nobody: bool,
    /// Whether they come on connections that are open already.
    is_open: bool,
    from: Moment,
    until: Moment,
}

fn send(rule: &mut Rule, arn: &str, count: u64, how: &Sending<'_>, destinations: &mut Destinations<'_>) {
    if count == 0 {
        return;
    }
    *rule.traffic.by_target_group.entry(arn.to_owned()).or_default() += count;
    let group = destinations.groups.get_mut(arn);
    let healthy = group.as_ref().map_or(0, |group| group.healthy());
    let opens = healthy == 0
        && !how.nobody
        && group.as_ref().is_some_and(|group| group.targets.values().any(|target| target.health == Health::Unhealthy));
    let goes_on = how.is_open && group.as_ref().is_some_and(|group| keeps_connections(group));
    let served = !how.nobody && (healthy > 0 || goes_on || (opens && destinations.fail_open_serves));
    rule.traffic.failed_open += if opens { count } else { 0 };
    if let Some(group) = group {
        group.requests += count;
        answer(group, count, served, how);
    }
    if !served {
        rule.traffic.lost += count;
        destinations.losses.note(|| Loss {
            at: how.until,
            route: rule.route_arn().to_owned(),
            target_group: arn.to_owned(),
            weights: how.weights.iter().cloned().collect(),
            requests: count,
        });
    }
}

/// What the targets make of the requests: some are answered with errors, as the tasks' script says.
fn answer(group: &mut TargetGroup, count: u64, served: bool, how: &Sending<'_>) {
    let quality = group.quality;
    let overload = quality.most_per_task.map_or(0, |most| count.saturating_sub(capacity(group, most, how)));
    group.errors_owed += (count - overload) * quality.errors_per_million;
    let errors = overload + group.errors_owed / 1_000_000;
    group.errors_owed %= 1_000_000;
    group.errors += if served { errors } else { 0 };
    let Some(slot) = group.slot(how.from) else { return };
    if served {
        slot.served += count;
        slot.errors += errors;
        slot.milliseconds += quality.latency * approximate(count);
        slot.slowest = slot.slowest.max(quality.latency);
    } else {
        slot.lost += count;
    }
}

/// Requests that the healthy targets can take in a stretch; one in its slow start takes less.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a capacity is neither negative nor near the limits of a u64"
)]
fn capacity(group: &TargetGroup, most: f64, how: &Sending<'_>) -> u64 {
    let healthy = group.targets.values().filter(|target| target.health == Health::Healthy);
    let tasks: f64 = healthy.map(|target| group.share_of(target, how.until)).sum();
    (tasks * most * how.until.since(how.from).as_secs_f64()).ceil() as u64
}

#[expect(clippy::cast_precision_loss, reason = "counts of requests in ten seconds are small")]
const fn approximate(count: u64) -> f64 {
    count as f64
}
