//! What a hook is asked.

use serde_json::{Number, Value};
use sluice_api::{DeploymentStatus, Hook, HookStatus, Share};

use crate::hooks::{HookCall, HookPayload, HookTarget, PayloadTargetGroups};
use crate::names::short;
use crate::progress::position::desired_share;
use crate::test_route;
use crate::view::View;

/// The call of an attempt that is recorded; none of a hook that this version cannot run.
pub(super) fn of(view: &View<'_>, progress: &DeploymentStatus, hook: &Hook, known: &HookStatus) -> Option<HookCall> {
    let release = &view.input.release;
    let deadline = known.started_at.unwrap_or_else(|| view.now()) + hook.timeout.as_signed();
    let payload = hook.payload().map_or(Value::Null, |payload| Value::Object(payload.0.clone()));
    Some(HookCall {
        name: hook.name.clone(),
        execution_id: known.execution_id.clone(),
        deadline,
        time_left: deadline.duration_since(view.now()),
        target: target(hook)?,
        payload: HookPayload {
            execution_id: known.execution_id.clone(),
            event: hook.on,
            step: known.step.map(|index| step_name(progress, index)),
            deployment: release.identity.name.to_owned(),
            group: release.identity.group.to_owned(),
            application: release.settings.application_ref.clone(),
            namespace: release.identity.namespace.to_owned(),
            revision: short(release.task_definition).to_owned(),
            previous_revision: progress.original.as_ref().map(|original| short(&original.task_definition).to_owned()),
            weight: percent(desired_share(progress)),
            target_groups: PayloadTargetGroups {
                original: release.original_group.to_owned(),
                replacement: release.replacement_group.to_owned(),
            },
            test_url: test_route::url(view, progress).map(str::to_owned),
            attempt: known.attempt,
            payload,
        },
    })
}

/// A share in percent, with a decimal only where it has one.
fn percent(share: Share) -> Number {
    let tenths = share.tenths();
    let whole = || Number::from(tenths / 10);
    if tenths.is_multiple_of(10) { whole() } else { Number::from_f64(f64::from(tenths) / 10.0).unwrap_or_else(whole) }
}

fn target(hook: &Hook) -> Option<HookTarget> {
    match hook {
        Hook { lambda: Some(lambda), .. } => {
            Some(HookTarget::Lambda { function: lambda.function.clone(), qualifier: lambda.qualifier.clone() })
        }
        Hook { job: Some(job), .. } => Some(HookTarget::Job(Box::new(job.clone()))),
        Hook { http: Some(http), .. } => Some(HookTarget::Http {
            url: http.url.clone(),
            headers_from: http.headers_from.as_ref().map(|from| from.secret_ref.name.clone()),
        }),
        _ => None,
    }
}

/// The name of an increment, or its index where it has none.
pub(super) fn step_name(progress: &DeploymentStatus, index: i32) -> String {
    let step = progress.steps.iter().find(|step| step.index == index);
    step.and_then(|step| step.name.clone()).unwrap_or_else(|| index.to_string())
}
