//! Control requests that change something.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{ClockChange, Refusal};
use crate::faults::Fault;
use crate::scenario::Scenario;
use crate::script;
use crate::simulator::Simulator;
use crate::time::Moment;
use crate::wire::Request;
use crate::world::alarms::State;
use crate::world::behaviour::Script;

fn read<T: DeserializeOwned>(request: &Request) -> Result<T, Refusal> {
    serde_json::from_slice(&request.body)
        .map_err(|error| Refusal::new(400, format!("The body is not acceptable: {error}.")))
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Many(Vec<Value>),
    One(Value),
}

/// Puts one fault or a list of them in force.
pub fn add_faults(simulator: &mut Simulator, request: &Request, now: Moment) -> Result<Value, Refusal> {
    let list = match read(request)? {
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
        simulator.faults.add(fault, now);
    }
    Ok(json!(simulator.faults.list()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClockRequest {
    speed: Option<f64>,
    advance_seconds: Option<f64>,
}

/// Changes the speed, or jumps ahead.
pub fn clock(request: &Request) -> Result<ClockChange, Refusal> {
    let ClockRequest { speed, advance_seconds } = read(request)?;
    if speed.is_some_and(|speed| !(0.0..=10_000.0).contains(&speed)) {
        return Err(Refusal::new(400, "`speed` is a number from 0, which stands still, to 10000."));
    }
    let advance = advance_seconds.unwrap_or(0.0);
    if !(0.0..=864_000.0).contains(&advance) {
        return Err(Refusal::new(400, "`advanceSeconds` is a number from 0 to 864000, ten days."));
    }
    Ok(ClockChange { speed, advance: Duration::from_secs_f64(advance) })
}

/// Adds a scenario to the world.
pub fn merge(simulator: &mut Simulator, request: &Request, now: Moment) -> Result<Value, Refusal> {
    let text = std::str::from_utf8(&request.body).map_err(|error| Refusal::new(400, error.to_string()))?;
    let summary = Scenario::parse(text).and_then(|scenario| simulator.merge(&scenario, now));
    match summary {
        Ok(summary) => Ok(json!(summary)),
        Err(problem) => Err(Refusal::new(400, problem.to_string())),
    }
}

/// Changes how a task definition's containers behave, in every region that has it.
pub fn behaviour(simulator: &mut Simulator, path: &str, request: &Request, now: Moment) -> Result<Value, Refusal> {
    let name = path
        .strip_prefix("taskDefinitions/")
        .and_then(|rest| rest.strip_suffix("/behaviour"))
        .ok_or_else(|| Refusal::new(404, "Write taskDefinitions/FAMILY:REVISION/behaviour."))?;
    let behaviour: Script = read(request)?;
    if let Some(problem) = behaviour.problem() {
        return Err(Refusal::new(400, problem));
    }
    let mut changed = Vec::new();
    for region in simulator.regions.values_mut() {
        changed.extend(script::change_behaviour(region, name, &behaviour, now));
    }
    if changed.is_empty() {
        return Err(Refusal::new(404, format!("There is no task definition {name}; POST it as a scenario first.")));
    }
    Ok(json!({"changed": changed, "behaviour": behaviour}))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AlarmRequest {
    state: String,
    reason: Option<String>,
}

/// Gives an alarm a state, in every region that has it.
pub fn alarm(simulator: &mut Simulator, path: &str, request: &Request, now: Moment) -> Result<Value, Refusal> {
    let name = path.strip_prefix("alarms/").unwrap_or_default();
    let AlarmRequest { state, reason } = read(request)?;
    let state = State::parse(&state).ok_or_else(|| Refusal::new(400, "`state` is OK, ALARM or INSUFFICIENT_DATA."))?;
    let mut changed = Vec::new();
    for alarm in simulator.regions.values_mut().filter_map(|region| region.alarms.get_mut(name)) {
        alarm.set(state, reason.clone().unwrap_or_else(|| "Set through the control interface".to_owned()), now);
        changed.push(alarm.arn.clone());
    }
    if changed.is_empty() {
        return Err(Refusal::new(404, format!("There is no alarm {name}.")));
    }
    Ok(json!({"changed": changed}))
}

/// Changes the requests along a route, in every region that has it.
pub fn traffic(simulator: &mut Simulator, request: &Request, now: Moment) -> Result<Value, Refusal> {
    let change: crate::scenario::TrafficChange = read(request)?;
    if !(0.0..1e6).contains(&change.requests_per_second) {
        return Err(Refusal::new(400, "`requestsPerSecond` is a number from 0 on."));
    }
    let mut changed = Vec::new();
    for region in simulator.regions.values_mut() {
        if let Some(arn) = script::route(region, &change.route)
            && script::set_traffic(region, &arn, change.requests_per_second, now)
        {
            changed.push(arn);
        }
    }
    if changed.is_empty() {
        return Err(Refusal::new(404, format!("There is no route {}; write BALANCER/PORT/PRIORITY.", change.route)));
    }
    Ok(json!({"changed": changed}))
}
