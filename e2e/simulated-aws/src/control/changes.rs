//! Control requests that change something.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::request::{Answer, Ask, Refusal};
use crate::account::faults::Fault;
use crate::engine::Engine;
use crate::scenario::Scenario;
use crate::scenario::TrafficChange;
use crate::tick::alarms::set_state;
use crate::tick::interventions::{change_behaviour, route, set_traffic};
use crate::time::ClockChange;
use crate::world::alarm_status::State;
use crate::world::behaviour::Script;

fn read<T: DeserializeOwned>(ask: &Ask<'_>) -> Result<T, Refusal> {
    serde_json::from_slice(&ask.request.body)
        .map_err(|error| Refusal::new(400, format!("The body is not acceptable: {error}.")))
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Many(Vec<Value>),
    One(Value),
}

/// Puts one fault or a list of them in force.
pub fn add_faults(engine: &mut Engine, ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let list = match read(ask)? {
        OneOrMany::Many(list) => list,
        OneOrMany::One(one) => vec![one],
    };
    let mut faults = Vec::new();
    for value in list {
        let fault: Fault =
            serde_json::from_value(value).map_err(|error| Refusal::new(400, format!("This is no fault: {error}.")))?;
        if let Some(problem) = fault.problem() {
            return Err(Refusal::new(400, problem));
        }
        faults.push(fault);
    }
    for fault in faults {
        engine.faults.add(fault, ask.now);
    }
    Ok(json!(engine.faults.list()).into())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClockRequest {
    speed: Option<f64>,
    advance_seconds: Option<f64>,
}

/// The moment that the clock shows.
pub fn time(_: &mut Engine, ask: &Ask<'_>) -> Value {
    json!({"now": ask.now})
}

/// Changes the speed, or jumps ahead.
pub fn clock(_: &mut Engine, ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let ClockRequest { speed, advance_seconds } = read(ask)?;
    if speed.is_some_and(|speed| !(0.0..=10_000.0).contains(&speed)) {
        return Err(Refusal::new(400, "`speed` is a number from 0, which stands still, to 10000."));
    }
    let advance = advance_seconds.unwrap_or(0.0);
    if !(0.0..=864_000.0).contains(&advance) {
        return Err(Refusal::new(400, "`advanceSeconds` is a number from 0 to 864000, ten days."));
    }
    let change = ClockChange { speed, advance: Duration::from_secs_f64(advance) };
    Ok(Answer { body: json!({"now": ask.now.plus(change.advance)}), clock: Some(change) })
}

/// Ends every fault.
pub fn clear_faults(engine: &mut Engine, _: &Ask<'_>) -> Value {
    engine.faults.clear();
    json!([])
}

/// Ends every session of STS.
pub fn expire_sessions(engine: &mut Engine, ask: &Ask<'_>) -> Value {
    json!({"expired": engine.identities.expire_sessions(ask.now)})
}

/// Begins the first scenario anew.
pub fn reset(engine: &mut Engine, ask: &Ask<'_>) -> Result<Answer, Refusal> {
    match engine.reset(ask.now) {
        Ok(()) => Ok(json!({"now": ask.now}).into()),
        Err(problem) => Err(Refusal::new(500, problem.to_string())),
    }
}

/// Adds a scenario to the world.
pub fn merge(engine: &mut Engine, ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let text = std::str::from_utf8(&ask.request.body).map_err(|error| Refusal::new(400, error.to_string()))?;
    let summary = Scenario::parse(text).and_then(|scenario| engine.merge(&scenario, ask.now));
    match summary {
        Ok(summary) => Ok(json!(summary).into()),
        Err(problem) => Err(Refusal::new(400, problem.to_string())),
    }
}

/// Changes how a task definition's containers behave, in every region that has it.
pub fn behaviour(engine: &mut Engine, ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let name = ask.name;
    let behaviour: Script = read(ask)?;
    if let Some(problem) = behaviour.problem() {
        return Err(Refusal::new(400, problem));
    }
    let mut changed = Vec::new();
    for region in engine.regions.values_mut() {
        changed.extend(change_behaviour(region, name, &behaviour, ask.now));
    }
    if changed.is_empty() {
        return Err(Refusal::new(404, format!("There is no task definition {name}; POST it as a scenario first.")));
    }
    Ok(json!({"changed": changed, "behaviour": behaviour}).into())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AlarmRequest {
    state: String,
    reason: Option<String>,
}

/// Gives an alarm a state, in every region that has it.
pub fn alarm(engine: &mut Engine, ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let name = ask.name;
    let AlarmRequest { state, reason } = read(ask)?;
    let state = State::parse(&state).ok_or_else(|| Refusal::new(400, "`state` is OK, ALARM or INSUFFICIENT_DATA."))?;
    let mut changed = Vec::new();
    for region in engine.regions.values_mut() {
        let reason = reason.clone().unwrap_or_else(|| "Set through the control interface".to_owned());
        changed.extend(set_state(region, name, state, reason, None, ask.now));
    }
    if changed.is_empty() {
        return Err(Refusal::new(404, format!("There is no alarm {name}.")));
    }
    Ok(json!({"changed": changed}).into())
}

/// Changes the requests along a route, in every region that has it.
pub fn traffic(engine: &mut Engine, ask: &Ask<'_>) -> Result<Answer, Refusal> {
    let change: TrafficChange = read(ask)?;
    if !(0.0..1e6).contains(&change.requests_per_second) {
        return Err(Refusal::new(400, "`requestsPerSecond` is a number from 0 on."));
    }
    let mut changed = Vec::new();
    for region in engine.regions.values_mut() {
        if let Some(arn) = route(region, &change.route)
            && set_traffic(region, &arn, change.requests_per_second, ask.now)
        {
            changed.push(arn);
        }
    }
    if changed.is_empty() {
        return Err(Refusal::new(404, format!("There is no route {}; write BALANCER/PORT/PRIORITY.", change.route)));
    }
    Ok(json!({"changed": changed}).into())
}
