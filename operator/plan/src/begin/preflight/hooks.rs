//! What the hooks name is there, and may be called.

use sluice_api::{DeploymentGroupSpec, HookStep, Reason};

use super::input::PreflightInput;
use crate::begin::schedule::Increment;
use crate::observation::{FunctionName, HookNeed};
use crate::refusal::Refusal;

/// Whether every increment that a hook names is one of the configuration's.
pub(in crate::begin) fn steps_exist(settings: &DeploymentGroupSpec, increments: &[Increment]) -> Option<Refusal> {
    let is_there =
        |step: &HookStep| (0..).zip(increments).any(|(index, increment)| step.is(index, increment.name.as_deref()));
    let named = settings.hooks.iter().flat_map(|hook| hook.steps.iter().flatten().map(move |step| (hook, step)));
    let (hook, step) = named.into_iter().find(|(_, step)| !is_there(step))?;
    let known: Vec<String> = (0..)
        .zip(increments)
        .map(|(index, increment): (i32, _)| increment.name.clone().unwrap_or_else(|| index.to_string()))
        .collect();
    let message = format!(
        "spec.hooks[].steps: {} names step {step}, and the configuration has no such step: name one of {}",
        hook.name,
        known.join(", ")
    );
    Some(Refusal::new(Reason::InvalidValue, message))
}

/// A function that was not looked at, or did not answer its dry run as it should, begins nothing.
pub(super) fn functions_can_be_invoked(preflight: &PreflightInput<'_>, _: &str) -> Option<Refusal> {
    let lambdas = preflight.settings.hooks.iter().filter_map(|hook| Some((hook, hook.lambda.as_ref()?)));
    lambdas.into_iter().find_map(|(hook, lambda)| {
        let function = FunctionName::of(lambda);
        let problem = match preflight.observed.functions.get(&function) {
            Some(None) => return None,
            Some(Some(problem)) => problem.as_str(),
            None => "it was not looked at",
        };
        Some(Refusal::new(
            Reason::HookUnavailable,
            format!(
                "spec.hooks: function {function} of {} cannot be invoked: name one that exists, and allow the operator's role lambda:InvokeFunction on it: {problem}",
                hook.name
            ),
        ))
    })
}

/// What a hook needs of Kubernetes is there before anything begins: the right to make Jobs, a Secret, a ServiceAccount.
pub(super) fn needs_are_met(preflight: &PreflightInput<'_>, _: &str) -> Option<Refusal> {
    let needs = preflight.settings.hooks.iter().flat_map(|hook| HookNeed::of(hook).map(move |need| (hook, need)));
    needs.into_iter().find_map(|(hook, need)| {
        let problem = match preflight.observed.hook_needs.get(&need) {
            Some(None) => return None,
            Some(Some(problem)) => problem.as_str(),
            None => "it was not looked at: look again",
        };
        let message = format!("spec.hooks: {}.{}: {problem}", hook.name, need.field());
        Some(Refusal::new(Reason::HookUnavailable, message))
    })
}
