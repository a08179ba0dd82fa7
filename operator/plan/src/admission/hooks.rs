//! What the definitions cannot tell of hooks: how large all of them are together, and what an older definition let in.

use std::collections::BTreeSet;

use sluice_api::{DeploymentGroupSpec, Hook, Reason};

use super::hook_jobs::{check_job, template_length};
use crate::refusal::Refusal;

/// Longest payload of one hook, in bytes: it is pinned in the status of each Deployment, which stays under 32 KiB.
const LONGEST_PAYLOAD: usize = 1024;

/// Longest payloads and templates of all hooks together.
const LONGEST_PAYLOADS: usize = 8 * 1024;

/// Whether the hooks of a group can be run.
pub(super) fn check(settings: &DeploymentGroupSpec) -> Result<(), Refusal> {
    let mut names = BTreeSet::new();
    let mut payloads = 0;
    for hook in &settings.hooks {
        let Hook { name, .. } = hook;
        if !names.insert(name.as_str()) {
            return Err(invalid(format!("spec.hooks: two have the name {name}: give each a name of its own")));
        }
        let kinds = [hook.lambda.is_some(), hook.job.is_some(), hook.http.is_some()];
        if kinds.into_iter().filter(|is_it| *is_it).count() != 1 {
            let what = "not what runs: write one of lambda: {function: ...}, job: {template: ...} and http: {url: ...}";
            return Err(invalid(format!("spec.hooks: {name} says {what}")));
        }
        if let Some(job) = &hook.job {
            check_job(name, job)?;
        }
        if hook.steps.is_some() && !hook.on.is_of_a_step() {
            let what = "steps is for hooks on BeforeStep and AfterStep alone";
            return Err(invalid(format!("spec.hooks: {name} is on {} and has steps: {what}", hook.on)));
        }
        let length: usize =
            hook.payload().map_or(0, |payload| serde_json::to_string(payload).map_or(0, |text| text.len()));
        let template = hook.job.as_ref().map_or(0, template_length);
        payloads += length + template;
        if length > LONGEST_PAYLOAD || payloads > LONGEST_PAYLOADS {
            return Err(invalid(format!(
                "spec.hooks: payload and template of {name} have {} bytes: write at most {LONGEST_PAYLOAD} bytes of payload, and {LONGEST_PAYLOADS} for all hooks together, with the templates of Jobs; keep the rest where the hook can read it",
                length + template
            )));
        }
    }
    Ok(())
}

fn invalid(message: String) -> Refusal {
    Refusal::new(Reason::InvalidValue, message)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn settings(hooks: &Value) -> DeploymentGroupSpec {
        serde_json::from_value(json!({
            "applicationRef": "shop",
            "aws": {"binding": "shop", "region": "eu-west-1"},
            "ecs": {"cluster": "prod", "service": "shop"},
            "container": {"name": "web", "port": 8080},
            "loadBalancer": {"targetGroups": ["a", "b"], "productionRoutes": [{"listenerRule": "rule"}]},
            "hooks": hooks,
        }))
        .unwrap()
    }

    fn hook(name: &str, text: usize) -> Value {
        json!({"name": name, "event": "AfterInstall", "lambda": {"function": "f", "payload": {"text": "x".repeat(text)}}})
    }

    fn with(mut hook: Value, field: &str, value: Value) -> Value {
        hook[field] = value;
        hook
    }

    fn job(name: &str, text: usize) -> Value {
        let container = json!({"name": "a", "image": "a", "args": ["x".repeat(text)]});
        let template = json!({"spec": {"template": {"spec": {"containers": [container]}}}});
        json!({"name": name, "event": "AfterInstall", "job": {"template": template}})
    }

    #[test]
    fn what_the_definitions_cannot_tell_is_refused_with_the_remedy() {
        let many: Vec<Value> = (0..12).map(|number| hook(&format!("hook-{number}"), 900)).collect();
        let table = [
            (json!([hook("a", 1000), hook("b", 1000)]), None),
            (json!([hook("a", 1020)]), Some("at most 1024 bytes of payload")),
            (json!(many), Some("8192 for all hooks together")),
            (json!([hook("a", 1), hook("a", 1)]), Some("a name of its own")),
            (json!([{"name": "a", "event": "AfterInstall"}]), Some("lambda: {function")),
            (
                json!([with(hook("a", 1), "http", json!({"url": "https://gate.example.com"}))]),
                Some("write one of lambda"),
            ),
            (json!([job("a", 3900)]), None),
            (json!([job("a", 4096)]), Some("the Job of a: its template has")),
            (json!([job("a", 3000), job("b", 3000), job("c", 3000)]), Some("8192 for all hooks together")),
            (
                json!([{"name": "a", "event": "AfterInstall", "steps": [0], "lambda": {"function": "f"}}]),
                Some("BeforeStep and AfterStep alone"),
            ),
        ];
        for (hooks, expected) in table {
            let refused = check(&settings(&hooks)).err().map(|refusal| refusal.message);
            assert_eq!(refused.is_some(), expected.is_some(), "{refused:?}");
            assert!(refused.unwrap_or_default().contains(expected.unwrap_or_default()), "{expected:?}");
        }
    }
}
