//! Hooks: what is asked at a lifecycle event, and may say no.

use std::borrow::Cow;
use std::fmt;

use kube::KubeSchema;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::free_form::FreeForm;
use super::hook_http::HttpHook;
use super::hook_job::JobHook;
use crate::duration::Duration;
use crate::hook_words::HookEvent;
use crate::input_rules;

/// A hook: a function that is asked at a lifecycle event. The release waits for its verdict.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(validation = Rule::new("[has(self.lambda), has(self.job), has(self.http)].filter(one, one).size() == 1")
    .message("hooks: say what runs, one of lambda, job and http, such as lambda: {function: shop-smoke}"))]
#[x_kube(validation = Rule::new(format!("has(self.job) || !has(self.timeout) || !({}) || duration(self.timeout) <= duration('1h')", input_rules::IS_DURATION.replace("self", "self.timeout")))
    .message("hooks: timeout must be at most 1h, but for a Job: set a shorter one, or let a Job run"))]
#[x_kube(validation = Rule::new("!has(self.steps) || self.event in ['BeforeStep', 'AfterStep']")
    .message("hooks: steps is for hooks on BeforeStep and AfterStep alone: take steps away, or set event: AfterStep"))]
#[serde(rename_all = "camelCase")]
pub struct Hook {
    /// Name of the hook, such as smoke. No two hooks of a group have the same.
    #[schemars(length(min = 1, max = 32))]
    #[x_kube(validation = input_rules::hook_name())]
    pub name: String,
    /// When it runs. Hooks of one event run one after the other, in their order here.
    // Not `on` in a manifest: YAML 1.1, which kubectl reads, takes that key for true.
    #[serde(rename = "event")]
    pub on: HookEvent,
    /// For BeforeStep and AfterStep: the increments at which it runs, by name or by index from 0.
    /// Without it: at each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 20))]
    pub steps: Option<Vec<HookStep>>,
    /// A Lambda function of the group's account and region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lambda: Option<LambdaHook>,
    /// A Job in the group's namespace. Needs the operator's right to make Jobs: hooks.jobs of its chart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobHook>,
    /// A host that is asked by POST, which the AwsBinding lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpHook>,
    /// How long each attempt may take, from its start to its verdict. Default: 10m, at most 1h, and 24h for a Job.
    #[serde(default = "default_timeout")]
    #[x_kube(validation = input_rules::duration_within("duration(self) >= duration('1s') && duration(self) <= duration('24h')")
        .message("hooks: timeout must be at least 1s and at most 24h"))]
    pub timeout: Duration,
    /// How often it is tried again when it fails or takes too long. Default: 0.
    #[serde(default)]
    #[schemars(range(min = 0, max = 10))]
    pub retries: i32,
    /// What its failure does. Rollback: traffic returns to the original. Pause: the release stays where it is until it is
    /// stopped, or until spec.approvals of the Deployment has the hook's name. Continue: it is told, and the release goes on.
    /// On OnRollback it is told, and nothing else. Default: Rollback.
    #[serde(default)]
    pub on_failure: OnHookFailure,
}

/// A Lambda function that is asked, with the right lambda:InvokeFunction on it.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LambdaHook {
    /// Name or ARN of the function, without a version or an alias.
    #[schemars(length(min = 1, max = 170))]
    #[x_kube(validation = input_rules::function())]
    pub function: String,
    /// A version or an alias of it, such as live. Without it: $LATEST.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 128))]
    #[x_kube(validation = input_rules::qualifier())]
    pub qualifier: Option<String>,
    /// What the function is told besides, as it is, such as {suite: quick}. At most 1 KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<FreeForm>,
}

/// What the failure of a hook does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OnHookFailure {
    /// Traffic returns to the original.
    #[default]
    Rollback,
    /// The release stays where it is until someone lets it go on, or stops it.
    Pause,
    /// It is told, and the release goes on.
    Continue,
}

/// An increment, by its name or by its index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum HookStep {
    /// From 0, as in the status.
    Index(i32),
    /// As the configuration has it.
    Name(String),
}

impl LambdaHook {
    /// The name of the function, without what its ARN has before it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.function.rsplit(':').next().unwrap_or(&self.function)
    }
}

impl HookStep {
    /// Whether this is the increment of that index and name.
    #[must_use]
    pub fn is(&self, index: i32, name: Option<&str>) -> bool {
        match self {
            Self::Index(own) => *own == index,
            Self::Name(own) => name == Some(own),
        }
    }
}

impl fmt::Display for HookStep {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(formatter, "{index}"),
            Self::Name(name) => formatter.write_str(name),
        }
    }
}

impl JsonSchema for HookStep {
    fn schema_name() -> Cow<'static, str> {
        "HookStep".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // No rule: that it names an increment, the beginning tells, and a rule over texts of any length in two lists costs more
        // than an API server grants.
        json_schema!({"x-kubernetes-int-or-string": true})
    }
}

const fn default_timeout() -> Duration {
    Duration::from_mins(10)
}

impl Hook {
    /// What it is told besides.
    #[must_use]
    pub fn payload(&self) -> Option<&FreeForm> {
        let lambda = self.lambda.as_ref().and_then(|lambda| lambda.payload.as_ref());
        lambda.or_else(|| self.http.as_ref()?.payload.as_ref())
    }

    /// Whether it runs at this event, for an event of a step at the increment of that index and name.
    #[must_use]
    pub fn runs_at(&self, event: HookEvent, step: Option<(i32, Option<&str>)>) -> bool {
        let named = self.steps.as_deref();
        let is_named = |(index, name)| named.is_none_or(|steps| steps.iter().any(|one| one.is(index, name)));
        self.on == event && step.is_none_or(is_named)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn hook(steps: &Value) -> Hook {
        serde_json::from_value(json!({
            "name": "smoke", "event": "AfterStep", "steps": steps, "lambda": {"function": "shop-smoke"},
        }))
        .unwrap()
    }

    #[test]
    fn a_hook_of_a_step_runs_at_the_increments_that_it_names() {
        let table = [
            (json!(null), [true, true, true]),
            (json!(["half"]), [false, true, false]),
            (json!([0, "half"]), [true, true, false]),
            (json!([2]), [false, false, true]),
            // A name of digits is a name.
            (json!(["0"]), [false, false, false]),
        ];
        for (steps, expected) in table {
            let hook = hook(&steps);
            let runs = [(0, Some("canary")), (1, Some("half")), (2, None)]
                .map(|step| hook.runs_at(HookEvent::AfterStep, Some(step)));
            assert_eq!(runs, expected, "{steps}");
            assert!(!hook.runs_at(HookEvent::BeforeStep, Some((1, Some("half")))));
        }
    }

    #[test]
    fn what_is_not_written_has_its_default_and_a_payload_is_kept_as_it_is() {
        let mut written =
            json!({"name": "smoke", "event": "OnRollback", "lambda": {"function": "f", "payload": {"a": [1, 2.5]}}});
        let hook: Hook = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(
            (hook.timeout, hook.retries, hook.on_failure),
            (Duration::from_mins(10), 0, OnHookFailure::Rollback)
        );
        written["timeout"] = json!("10m");
        written["retries"] = json!(0);
        written["onFailure"] = json!("Rollback");
        assert_eq!(serde_json::to_value(&hook).unwrap(), written);
    }
}
