//! What happens by script, in a scenario.

use serde::Deserialize;
use serde_json::Value;

use super::problem::Problem;
use crate::account::faults::Fault;
use crate::service::Service;
use crate::time::Span;
use crate::world::alarm_status::State;
use crate::world::behaviour::Script;

/// Something that happens by script. Any of the fields after the first may be given together.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// How long after the beginning, or after the scenario was added.
    pub after: Span,
    /// A call that somebody makes. Throttles and faults do not concern it.
    pub call: Option<ScriptedCall>,
    /// A release behaves otherwise from now on.
    pub behaviour: Option<BehaviourChange>,
    /// Faults that come into force.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// More or fewer requests along a route.
    pub traffic: Option<TrafficChange>,
    /// A state that an alarm takes, until its metric is looked at next.
    pub alarm: Option<AlarmStep>,
    /// Every session of STS ends.
    #[serde(default)]
    pub expire_sessions: bool,
}

/// A call that somebody makes.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScriptedCall {
    /// `ecs`, `elbv2`, `cloudwatch`, `sns`, `events` or `sts`.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// The parameters, as the service's model spells them. `${primary:CLUSTER/SERVICE}`, `${newest:CLUSTER/SERVICE}`,
    /// `${targetGroup:NAME}` and `${route:BALANCER/PORT/PRIORITY}` stand for what they name.
    #[serde(default)]
    pub parameters: Value,
    /// The access key of the caller; `AKIASCRIPTED` if not given.
    pub access_key: Option<String>,
}

/// A release behaves otherwise.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BehaviourChange {
    /// `family:revision`.
    pub task_definition: String,
    /// How its containers behave from now on.
    pub behaviour: Script,
}

/// More or fewer requests along a route.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrafficChange {
    /// `BALANCER/PORT/PRIORITY`, `BALANCER/PORT` for the default action, or an ARN.
    pub route: String,
    /// Requests a second.
    pub requests_per_second: f64,
}

/// A state that an alarm takes.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AlarmStep {
    /// The alarm.
    pub name: String,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    pub state: String,
    /// Why.
    pub reason: Option<String>,
}

impl Step {
    /// Checks what can be checked before it happens.
    pub fn check(&self) -> Result<(), Problem> {
        let known = |name: &str| Service::ALL.iter().any(|service| service.name() == name);
        if let Some(call) = self.call.as_ref().filter(|call| !known(&call.service)) {
            return Err(Problem(format!("a step of `script` calls `{}`, which is no service here", call.service)));
        }
        if let Some(problem) = self.behaviour.as_ref().and_then(|change| change.behaviour.problem()) {
            return Err(Problem(format!("a step of `script`: {problem}")));
        }
        if let Some(problem) = self.faults.iter().find_map(Fault::problem) {
            return Err(Problem(format!("a fault of `script`: {problem}")));
        }
        let traffic = self.traffic.as_ref().map_or(0.0, |change| change.requests_per_second);
        if !(0.0..1e6).contains(&traffic) {
            return Err(Problem("`requestsPerSecond` is a number from 0 on".to_owned()));
        }
        if let Some(alarm) = self.alarm.as_ref().filter(|alarm| State::parse(&alarm.state).is_none()) {
            return Err(Problem(format!("`{}` is no state; write OK, ALARM or INSUFFICIENT_DATA", alarm.state)));
        }
        Ok(())
    }
}
