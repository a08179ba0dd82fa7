//! The control interface under `/_sim/`, for tests, demos and benches.
//!
//! | request | answer |
//! |---|---|
//! | `GET health` | `{"status": "ok"}` |
//! | `GET state` | services, target groups and routes as they are |
//! | `GET traffic` | requests and losses |
//! | `GET journal[?writes=true][&since=SEQUENCE]` | every call that is kept |
//! | `GET calls` | counts by service and operation |
//! | `GET invariants` | violations |
//! | `GET unmodelled` | operations and parameters that somebody asked for and that do not exist here |
//! | `GET sinks` | what was published, put and invoked |
//! | `GET alarms` | alarms and their states |
//! | `GET`, `POST`, `DELETE faults` | what goes wrong; see [`crate::faults::Fault`] |
//! | `GET`, `POST clock` | `{"speed": 20, "advanceSeconds": 60}` |
//! | `POST reset` | the scenario from its beginning |
//! | `POST scenario` | adds to the world; see [`crate::scenario`] |
//! | `POST alarms/NAME` | `{"state": "ALARM", "reason": "..."}`, until the metric is looked at next |
//! | `POST traffic` | `{"route": "shop/443/10", "requestsPerSecond": 50}` |
//! | `POST sessions/expire` | every session of STS ends |
//! | `POST taskDefinitions/FAMILY:REVISION/behaviour` | changes how a release behaves, running tasks among it |

mod changes;
mod state;

use std::time::Duration;

use serde_json::{Value, json};

use crate::simulator::Simulator;
use crate::time::Moment;
use crate::wire::{Outcome, Request, Response};

/// A change to the clock that drives the simulator.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClockChange {
    /// The new speed, if it changes.
    pub speed: Option<f64>,
    /// How far to jump ahead.
    pub advance: Duration,
}

/// What a control request cannot have.
struct Refusal {
    status: u16,
    message: String,
}

impl Refusal {
    fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }
}

/// Answers a control request.
pub fn handle(simulator: &mut Simulator, request: &Request, now: Moment) -> Outcome {
    let path = request.path.strip_prefix("/_sim/").unwrap_or_default();
    let mut clock = None;
    if ["state", "traffic"].contains(&path) {
        let last = simulator.last_tick;
        for region in simulator.regions.values_mut() {
            crate::tick::traffic::settle(&mut region.balancing, last);
        }
    }
    let answer = match (request.method.as_str(), path) {
        ("GET", "health") => Ok(json!({"status": "ok", "now": now})),
        ("GET", "state") => Ok(state::state(simulator, now)),
        ("GET", "traffic") => Ok(state::traffic(simulator, now)),
        ("GET", "journal") => state::journal(simulator, request),
        ("GET", "calls") => Ok(state::calls(simulator)),
        ("GET", "invariants") => Ok(state::invariants(simulator)),
        ("GET", "unmodelled") => Ok(json!(simulator.unmodelled)),
        ("GET", "sinks") => Ok(simulator.sinks.show()),
        ("GET", "alarms") => Ok(state::alarms(simulator)),
        ("POST", "traffic") => changes::traffic(simulator, request, now),
        ("POST", "sessions/expire") => Ok(json!({"expired": simulator.identities.expire_sessions(now)})),
        ("POST", path) if path.starts_with("alarms/") => changes::alarm(simulator, path, request, now),
        ("GET", "clock") => Ok(json!({"now": now})),
        ("GET", "faults") => Ok(json!(simulator.faults.list())),
        ("POST", "faults") => changes::add_faults(simulator, request, now),
        ("DELETE", "faults") => {
            simulator.faults.clear();
            Ok(json!([]))
        }
        ("POST", "clock") => changes::clock(request).map(|change| {
            clock = Some(change);
            json!({"now": now.plus(change.advance)})
        }),
        ("POST", "reset") => match simulator.reset(now) {
            Ok(()) => Ok(json!({"now": now})),
            Err(problem) => Err(Refusal::new(500, problem.to_string())),
        },
        ("POST", "scenario") => changes::merge(simulator, request, now),
        ("POST", path) if path.starts_with("taskDefinitions/") => changes::behaviour(simulator, path, request, now),
        _ => Err(Refusal::new(
            404,
            format!(
                "There is no {} /_sim/{path}; GET health, state, traffic, journal, calls, invariants, unmodelled, sinks, alarms, faults, clock; POST faults, clock, reset, scenario, traffic, alarms/NAME, sessions/expire, taskDefinitions/FAMILY:REVISION/behaviour; DELETE faults.",
                request.method
            ),
        )),
    };
    let mut outcome = Outcome::answer(response(answer));
    outcome.clock = clock;
    outcome
}

fn response(answer: Result<Value, Refusal>) -> Response {
    let (status, body) = match answer {
        Ok(body) => (200, body),
        Err(refusal) => (refusal.status, json!({"error": refusal.message})),
    };
    Response {
        status,
        content_type: "application/json",
        request_id: String::new(),
        headers: Vec::new(),
        body: body.to_string().into_bytes(),
    }
}
