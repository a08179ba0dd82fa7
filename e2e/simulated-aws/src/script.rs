//! Runs the steps of a scenario's script: calls of other people, changed behaviour, faults, traffic and alarms.

use serde_json::Value;

use crate::scenario::{ScriptedCall, Step};
use crate::service::Service;
use crate::simulator::Simulator;
use crate::tick::{touch_all, traffic};
use crate::time::Moment;
use crate::wire::decode::Decoded;
use crate::world::Region;
use crate::world::alarms::State;
use crate::world::behaviour::Behaviour;

/// The access key of a caller whom a step does not name.
pub const SOMEONE: &str = "AKIASCRIPTED";

/// Runs a step.
pub fn run(simulator: &mut Simulator, (account, name): (&str, &str), step: &Step, now: Moment) {
    if let Some(call) = &step.call {
        run_call(simulator, account, name, call, now);
    }
    for fault in &step.faults {
        simulator.faults.add(fault.clone(), now);
    }
    if step.expire_sessions {
        simulator.identities.expire_sessions(now);
    }
    let region = simulator.region(account, name);
    if let Some(change) = &step.behaviour {
        change_behaviour(region, &change.task_definition, &change.behaviour, now);
    }
    if let Some(change) = &step.traffic
        && let Some(arn) = route(region, &change.route)
    {
        set_traffic(region, &arn, change.requests_per_second, now);
    }
    if let Some(change) = &step.alarm
        && let Some(alarm) = region.alarms.get_mut(&change.name)
        && let Some(state) = State::parse(&change.state)
    {
        alarm.set(state, change.reason.clone().unwrap_or_else(|| "Set by the scenario".to_owned()), now);
    }
}

/// Has a task definition's containers behave otherwise, running ones among them. Says whether there is one.
pub fn change_behaviour(
    region: &mut Region,
    definition: &str,
    script: &crate::world::behaviour::Script,
    now: Moment,
) -> Option<String> {
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

fn run_call(simulator: &mut Simulator, account: &str, name: &str, call: &ScriptedCall, now: Moment) {
    let Some(service) = Service::ALL.into_iter().find(|service| service.name() == call.service) else { return };
    let parameters = filled(&call.parameters, simulator.region(account, name));
    let decoded = Decoded::scripted(service, &call.operation, parameters);
    let key = call.access_key.as_deref().unwrap_or(SOMEONE);
    let caller = simulator.identities.scripted(key, account, name);
    simulator.run_scripted(&decoded, &caller, now);
}

/// Replaces `${kind:name}` by what it stands for at this moment.
fn filled(value: &Value, region: &Region) -> Value {
    match value {
        Value::String(text) => text
            .strip_prefix("${")
            .and_then(|rest| rest.strip_suffix('}'))
            .and_then(|inner| inner.split_once(':'))
            .and_then(|(kind, name)| stands_for(kind, name, region))
            .map_or_else(|| value.clone(), Value::String),
        Value::Array(items) => items.iter().map(|item| filled(item, region)).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(key, field)| (key.clone(), filled(field, region))).collect())
        }
        other => other.clone(),
    }
}

fn stands_for(kind: &str, name: &str, region: &Region) -> Option<String> {
    let service = || name.split_once('/').and_then(|(cluster, service)| region.service(cluster, service));
    match kind {
        "primary" => service()?.primary().map(|set| set.id.clone()),
        "newest" => service()?.task_sets.last().map(|set| set.id.clone()),
        "targetGroup" => region.balancing.target_group_named(name).map(|group| group.arn.clone()),
        "route" => route(region, name),
        _ => None,
    }
}
