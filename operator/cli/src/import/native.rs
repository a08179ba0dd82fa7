//! Services that ECS deploys by itself, each as a release.

use sluice_api::well_formed::{is_function, is_qualifier};
use sluice_api::{Duration, FreeForm, Hook, HookEvent, LambdaHook, OnHookFailure};

use super::aws::{configuration, ecs};
use super::counterpart;
use super::finding::Findings;
use super::problem::Problem;
use super::shift::Pause;

/// What a function's hooks and pauses come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hooks {
    /// Functions.
    pub hooks: Vec<Hook>,
    /// The wait before traffic moves.
    pub ready: Option<Pause>,
    /// The wait before every increment.
    pub pause: Option<Pause>,
}

/// Longest wait here, in minutes.
const LONGEST_WAIT: u32 = 120 * 60;

/// How long a pause of ECS is where it does not say (ECS API reference, `TimeoutConfiguration`), in minutes.
const PAUSE: u32 = 1440;

/// How long a stage of ECS may take is a day; an attempt here an hour at most.
const TIMEOUT: Duration = Duration::from_mins(60);

/// The event for a stage, where a function has one.
fn event(stage: &str, is_gradual: bool) -> Option<HookEvent> {
    Some(match stage {
        "RECONCILE_SERVICE" | "PRE_SCALE_UP" => HookEvent::BeforeInstall,
        "POST_SCALE_UP" => HookEvent::AfterInstall,
        "TEST_TRAFFIC_SHIFT" | "POST_TEST_TRAFFIC_SHIFT" => HookEvent::AfterAllowTestTraffic,
        // ECS runs these two at every increment.
        "PRE_PRODUCTION_TRAFFIC_SHIFT" if is_gradual => HookEvent::BeforeStep,
        "PRE_PRODUCTION_TRAFFIC_SHIFT" => HookEvent::BeforeAllowTraffic,
        "PRODUCTION_TRAFFIC_SHIFT" => HookEvent::AfterStep,
        "POST_PRODUCTION_TRAFFIC_SHIFT" => HookEvent::AfterAllowTraffic,
        _ => return None,
    })
}

/// Hooks and pauses of a service.
pub fn hooks(file: &str, service: &ecs::Service, findings: &mut Findings, problems: &mut Vec<Problem>) -> Hooks {
    let mut made = Hooks::default();
    let strategy = service.deployment_configuration.strategy.as_deref();
    let is_gradual = matches!(strategy, Some("CANARY" | "LINEAR"));
    for (index, hook) in service.deployment_configuration.lifecycle_hooks.iter().enumerate() {
        for stage in &hook.lifecycle_stages {
            if hook.target_type.as_deref() == Some("PAUSE") {
                pause(hook, stage, is_gradual, &mut made, findings);
                continue;
            }
            let Some(event) = event(stage, is_gradual) else {
                findings.tell(&counterpart::UNKNOWN_STAGE, stage.as_str());
                continue;
            };
            let Some(lambda) = function(hook) else {
                let field = format!("services[].deploymentConfiguration.lifecycleHooks[{index}].hookTargetArn");
                let found = hook.hook_target_arn.clone().unwrap_or_default();
                problems.push(Problem::of(
                    file,
                    &field,
                    format!("{found:?} is no function: print the answer of aws anew"),
                ));
                continue;
            };
            match stage.as_str() {
                "TEST_TRAFFIC_SHIFT" => findings.tell(&counterpart::TEST_SHIFT, lambda.name()),
                "PRODUCTION_TRAFFIC_SHIFT" => findings.tell(&counterpart::HOOKS_ON_ROLLBACK, lambda.name()),
                _ => {}
            }
            findings.tell(&counterpart::FUNCTIONS, format!("{} at {stage}", lambda.name()));
            if let Some(role) = hook.others.get("roleArn").and_then(|role| role.as_str()) {
                findings.tell(&counterpart::HOOK_ROLE, role);
            }
            made.hooks.push(Hook {
                name: format!(
                    "{}-{}",
                    stage.to_ascii_lowercase().replace('_', "-").chars().take(29).collect::<String>(),
                    made.hooks.len() + 1
                ),
                on: event,
                steps: None,
                lambda: Some(lambda),
                job: None,
                http: None,
                timeout: TIMEOUT,
                retries: 0,
                on_failure: OnHookFailure::Rollback,
            });
        }
    }
    made
}

fn pause(hook: &configuration::Hook, stage: &str, is_gradual: bool, made: &mut Hooks, findings: &mut Findings) {
    let given = hook.timeout_configuration.clone().unwrap_or_default();
    let timeout = given.timeout_in_minutes.unwrap_or(PAUSE);
    if timeout > LONGEST_WAIT {
        findings.tell(&counterpart::LONG_PAUSE, format!("{timeout} at {stage}"));
    }
    let pause = Pause { timeout: timeout.clamp(1, LONGEST_WAIT), goes_on: given.action.as_deref() == Some("CONTINUE") };
    match stage {
        "POST_SCALE_UP" | "POST_TEST_TRAFFIC_SHIFT" => made.ready = Some(pause),
        "PRE_PRODUCTION_TRAFFIC_SHIFT" => {
            made.pause = is_gradual.then(|| pause.clone());
            made.ready = Some(pause);
        }
        "RECONCILE_SERVICE" | "PRE_SCALE_UP" | "POST_PRODUCTION_TRAFFIC_SHIFT" => {
            findings.tell(&counterpart::LOST_PAUSE, stage);
        }
        _ => findings.tell(&counterpart::UNKNOWN_STAGE, stage),
    }
}

/// The function of a hook, with a version or an alias where it has one.
fn function(hook: &configuration::Hook) -> Option<LambdaHook> {
    let text = hook.hook_target_arn.as_deref()?;
    let (function, qualifier) = match text.rsplit_once(':') {
        Some((function, qualifier)) if !is_function(text) => (function, Some(qualifier.to_owned())),
        _ => (text, None),
    };
    let is_one = is_function(function) && qualifier.as_deref().is_none_or(is_qualifier);
    let payload = hook.hook_details.as_ref().and_then(|details| details.as_object().cloned()).map(FreeForm);
    is_one.then(|| LambdaHook { function: function.to_owned(), qualifier, payload })
}
