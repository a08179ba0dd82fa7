//! Alarms, functions, credentials, and what happens by script, in a scenario.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::Problem;
use crate::faults::Fault;
use crate::identities::{Identities, Role};
use crate::invariants::Rules;
use crate::service::Service;
use crate::time::Span;
use crate::world::behaviour::Script;

/// Access keys and roles.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credentials {
    /// Keys that the services do not know. Every other key is good.
    #[serde(default)]
    pub invalid: Vec<String>,
    /// The accounts of keys that are not of the scenario's own account.
    #[serde(default)]
    pub accounts: std::collections::BTreeMap<String, String>,
    /// Roles that may be assumed; any role of any account if there are none.
    #[serde(default)]
    pub roles: Vec<AssumableRole>,
}

/// A role that may be assumed.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssumableRole {
    /// The ARN.
    pub arn: String,
    /// What `ExternalId` must be; anything if not given.
    pub external_id: Option<String>,
    /// Accounts whose callers may assume it; any if not given.
    #[serde(default)]
    pub trusts: Vec<String>,
}

impl Credentials {
    /// Adds them to those that are known.
    pub fn apply(&self, identities: &mut Identities) {
        identities.invalid.extend(self.invalid.iter().cloned());
        identities.accounts.extend(self.accounts.iter().map(|(key, account)| (key.clone(), account.clone())));
        identities.roles.extend(self.roles.iter().map(|role| Role {
            arn: role.arn.clone(),
            external_id: role.external_id.clone(),
            trusts: role.trusts.clone(),
        }));
    }
}

/// How strictly the invariants are judged.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Invariants {
    /// How long a target group must have had weight 0 on every route before its task set is ended; 0 if not given.
    pub barrier: Option<Span>,
    /// The share of a task set's tasks that must be healthy before it gets weight; one task if not given.
    pub healthy_share: Option<f64>,
    /// How the external ids of our own task sets begin; `sluice-` if not given.
    pub ours: Option<String>,
}

impl Invariants {
    /// Them as the judge wants them.
    #[must_use]
    pub fn rules(&self) -> Rules {
        Rules {
            barrier: self.barrier.map_or(Duration::ZERO, |span| span.0),
            healthy_share: self.healthy_share.unwrap_or(0.0),
            ours: self.ours.clone().unwrap_or_else(|| "sluice-".to_owned()),
        }
    }
}

/// An alarm: over a metric of a target group, or scripted, or both.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Alarm {
    /// The name.
    pub name: String,
    /// The metric, `HTTPCode_Target_5XX_Count` for example; without one the alarm only follows its script.
    pub metric: Option<String>,
    /// The name of the target group.
    pub target_group: Option<String>,
    /// The name of the load balancer.
    pub load_balancer: Option<String>,
    /// `Sum` (the default), `Average`, `Minimum`, `Maximum`, `SampleCount` or a percentile such as `p99`.
    pub statistic: Option<String>,
    /// The length of a period; 60 s if not given.
    pub period: Option<Span>,
    /// How many periods are looked at; 1 if not given.
    pub evaluation_periods: Option<usize>,
    /// How many of them must cross the threshold; all if not given.
    pub datapoints_to_alarm: Option<usize>,
    /// The threshold; 0 if not given.
    pub threshold: Option<f64>,
    /// `GreaterThanThreshold` if not given.
    pub comparison: Option<String>,
    /// `missing` (the default), `ignore`, `breaching` or `notBreaching`.
    pub treat_missing_data: Option<String>,
    /// The state to begin with; `INSUFFICIENT_DATA` if not given.
    pub state: Option<String>,
    /// States that it takes by script.
    #[serde(default)]
    pub timeline: Vec<AlarmChange>,
}

/// A state that an alarm takes by script.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AlarmChange {
    /// How long after the beginning.
    pub after: Span,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    pub state: String,
    /// Why.
    pub reason: Option<String>,
}

/// A Lambda function.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Function {
    /// The name.
    pub name: String,
    /// The longest it may run; 3 s if not given.
    pub timeout: Option<Span>,
    /// What it answers, one after the other; the last one repeats. `null` if not given.
    #[serde(default)]
    pub answers: Vec<FunctionAnswer>,
}

/// What a function answers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FunctionAnswer {
    /// The payload; `null` if not given.
    #[serde(default)]
    pub payload: Value,
    /// `Unhandled` or `Handled`, if the function fails.
    pub function_error: Option<String>,
    /// How long it runs, in simulated time; no time if not given.
    pub delay: Option<Span>,
    /// Whether the service refuses to run it, with 429.
    #[serde(default)]
    pub throttled: bool,
    /// How often this is the answer before the next one is; once if not given.
    pub times: Option<u64>,
}

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
        if let Some(alarm) =
            self.alarm.as_ref().filter(|alarm| crate::world::alarms::State::parse(&alarm.state).is_none())
        {
            return Err(Problem(format!("`{}` is no state; write OK, ALARM or INSUFFICIENT_DATA", alarm.state)));
        }
        Ok(())
    }
}
