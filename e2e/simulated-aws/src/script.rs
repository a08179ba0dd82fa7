//! Runs the steps of a scenario's script: calls of other people, changed behaviour, faults, traffic and alarms.

use serde_json::Value;

use crate::engine::Engine;
use crate::scenario::{ScriptedCall, Step};
use crate::service::Service;
use crate::tick::alarms::set_state;
use crate::tick::interventions::{change_behaviour, route, set_traffic};
use crate::time::Moment;
use crate::wire::decoded::Decoded;
use crate::world::alarm_status::State;
use crate::world::region::Region;

/// The access key of a caller whom a step does not name.
const DEFAULT_SCRIPT_KEY: &str = "AKIASCRIPTED";

/// Runs a step.
pub fn run(engine: &mut Engine, (account, name): (&str, &str), step: &Step, now: Moment) {
    if let Some(call) = &step.call {
        run_call(engine, account, name, call, now);
    }
    for fault in &step.faults {
        engine.faults.add(fault.clone(), now);
    }
    if step.expire_sessions {
        engine.identities.expire_sessions(now);
    }
    let region = engine.region(account, name);
    if let Some(change) = &step.behaviour {
        change_behaviour(region, &change.task_definition, &change.behaviour, now);
    }
    if let Some(change) = &step.traffic
        && let Some(arn) = route(region, &change.route)
    {
        set_traffic(region, &arn, change.requests_per_second, now);
    }
    if let Some(change) = &step.alarm
        && let Some(state) = State::parse(&change.state)
    {
        let reason = change.reason.clone().unwrap_or_else(|| "Set by the scenario".to_owned());
        set_state(region, &change.name, state, reason, None, now);
    }
}

fn run_call(engine: &mut Engine, account: &str, name: &str, call: &ScriptedCall, now: Moment) {
    let Some(service) = Service::ALL.into_iter().find(|service| service.name() == call.service) else { return };
    let parameters = filled(&call.parameters, engine.region(account, name));
    let decoded = Decoded::scripted(service, &call.operation, parameters);
    let key = call.access_key.as_deref().unwrap_or(DEFAULT_SCRIPT_KEY);
    let caller = engine.identities.scripted(key, account, name);
    engine.run_noted(&decoded, &caller, "scripted", now);
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
