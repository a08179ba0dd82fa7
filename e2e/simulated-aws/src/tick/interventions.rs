//! Changes from outside of AWS: how a release behaves, and how many requests come.

use super::touch::touch_all;
use super::traffic;
use crate::time::Moment;
use crate::world::behaviour::{Behaviour, Script};
use crate::world::region::Region;

/// Has a task definition's containers behave otherwise, running ones among them. Says whether there is one.
pub fn change_behaviour(region: &mut Region, definition: &str, script: &Script, now: Moment) -> Option<String> {
    touch_all(region, now);
    let definition = region.task_definitions.find_mut(definition)?;
    definition.behaviour = Behaviour { script: script.clone(), since: now };
    Some(definition.arn.clone())
}

/// Sets the requests a second along a rule or a listener's default rule.
pub fn set_traffic(region: &mut Region, arn: &str, requests_per_second: f64, now: Moment) -> bool {
    let Some(rule) = region.balancing.route(arn).map(|rule| rule.arn.clone()) else { return false };
    traffic::settle_route(&mut region.balancing, &rule, now);
    match region.balancing.rules.get_mut(&rule) {
        Some(rule) => {
            rule.traffic.requests_per_second = requests_per_second;
            true
        }
        None => false,
    }
}

/// The ARN of a route that is an ARN already, or `balancer/port` or `balancer/port/priority`.
#[must_use]
pub fn route(region: &Region, name: &str) -> Option<String> {
    if name.starts_with("arn:") {
        return Some(name.to_owned());
    }
    let mut parts = name.split('/');
    let (balancer, port) = (parts.next()?, parts.next()?.parse::<u16>().ok()?);
    let balancing = &region.balancing;
    let balancer = balancing.load_balancers.values().find(|one| one.name == balancer)?;
    let listener = balancing.listeners.values().find(|one| one.load_balancer == balancer.arn && one.port == port)?;
    let Some(priority) = parts.next() else { return Some(listener.arn.clone()) };
    let priority = priority.parse::<u32>().ok();
    let mut rules = balancing.rules.values();
    rules.find(|rule| rule.listener == listener.arn && rule.priority == priority).map(|rule| rule.arn.clone())
}
