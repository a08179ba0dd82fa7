//! How ECS deploys a service (ECS API reference, `DeploymentConfiguration`).

use serde::Deserialize;
use serde_json::{Map, Value};

/// How ECS deploys.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Configuration {
    /// `ROLLING`, `BLUE_GREEN`, `LINEAR` or `CANARY`; rolling where it is left out.
    pub strategy: Option<String>,
    /// In minutes.
    pub bake_time_in_minutes: Option<u32>,
    /// Of a canary.
    pub canary_configuration: Option<Canary>,
    /// Of equal shares.
    pub linear_configuration: Option<Linear>,
    /// Alarms.
    pub alarms: Option<Alarms>,
    /// Failed tasks.
    pub deployment_circuit_breaker: Option<Breaker>,
    /// Hooks.
    pub lifecycle_hooks: Vec<Hook>,
}

/// A canary.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Canary {
    /// In percent, to a tenth; 5 where it is left out.
    pub canary_percent: Option<f64>,
    /// In minutes; 10 where it is left out.
    pub canary_bake_time_in_minutes: Option<u32>,
}

/// Equal shares.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Linear {
    /// In percent, to a tenth; 10 where it is left out.
    pub step_percent: Option<f64>,
    /// In minutes; 6 where it is left out.
    pub step_bake_time_in_minutes: Option<u32>,
}

/// Alarms.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Alarms {
    /// By name.
    pub alarm_names: Vec<String>,
    /// Whether they count.
    pub enable: bool,
    /// Whether they turn a deployment round.
    pub rollback: bool,
}

/// Failed tasks.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Breaker {
    /// Whether they count.
    pub enable: bool,
    /// Whether they turn a deployment round.
    pub rollback: bool,
}

/// A hook.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Hook {
    /// The function.
    pub hook_target_arn: Option<String>,
    /// `AWS_LAMBDA` or `PAUSE`.
    pub target_type: Option<String>,
    /// At which stages.
    pub lifecycle_stages: Vec<String>,
    /// What it is told besides.
    pub hook_details: Option<Value>,
    /// Of a pause.
    pub timeout_configuration: Option<Timeout>,
    /// What else a newer AWS says of it.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

/// How long a pause lasts.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Timeout {
    /// In minutes; 1440 where it is left out.
    pub timeout_in_minutes: Option<u32>,
    /// `ROLLBACK` or `CONTINUE`.
    #[serde(alias = "timeoutAction", alias = "actionOnTimeout")]
    pub action: Option<String>,
}
