//! The ECS service is there, takes task sets, wants tasks, and has room for one more.

use sluice_api::Reason;

use super::input::PreflightInput;
use crate::identity::external_id;
use crate::refusal::Refusal;

/// Most task sets that fit in a service, draining ones included (ECS service quotas).
pub const MOST_TASK_SETS: usize = 5;

pub(super) fn service_exists(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    preflight.service().is_none().then(|| {
        Refusal::new(
            Reason::ServiceNotFound,
            format!(
                "spec.ecs: service {} does not exist in {}: create it with the EXTERNAL deployment controller, or correct the name",
                preflight.service_name(),
                preflight.settings.aws.region
            ),
        )
    })
}

pub(super) fn service_is_active(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    (!preflight.service()?.active).then(|| {
        Refusal::new(
            Reason::ServiceInactive,
            format!(
                "spec.ecs: service {} is not ACTIVE (it was deleted, or is draining): create it again",
                preflight.service_name()
            ),
        )
    })
}

pub(super) fn service_is_external(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    (!preflight.service()?.external).then(|| {
        Refusal::new(
            Reason::ServiceNotExternal,
            format!(
                "spec.ecs: service {} has another deployment controller than EXTERNAL, so it takes no task sets: create a service with deploymentController type EXTERNAL",
                preflight.service_name()
            ),
        )
    })
}

/// The grace ends before the deadline, and not after the service's own: ECS ends a task that fails its checks after that,
/// however long anybody else would wait for it. A task set has no grace of its own (ECS API reference, CreateTaskSet; UpdateService:
/// healthCheckGracePeriodSeconds).
pub(super) fn grace_fits(preflight: &PreflightInput<'_>) -> Option<Refusal> {
    let (settings, given) = (preflight.settings, preflight.service()?.health_check_grace);
    let (grace, deadline) = (settings.health_grace, settings.progress_deadline);
    let refused =
        |remedy: String| Some(Refusal::new(Reason::InvalidValue, format!("spec.healthGrace: {grace} {remedy}")));
    if grace.is_zero() {
        return None;
    }
    if grace >= deadline {
        return refused(format!(
            "is not shorter than spec.progressDeadline, {deadline}, so that a slow task has no time left to be healthy: make that longer, or the grace shorter"
        ));
    }
    let seconds = grace.as_signed().as_secs();
    if seconds <= i64::from(given) {
        return None;
    }
    refused(format!(
        "is longer than healthCheckGracePeriodSeconds of service {}, {given}, after which ECS ends a task that is not healthy: aws ecs update-service --cluster {} --service {} --health-check-grace-period-seconds {seconds}",
        preflight.service_name(),
        settings.ecs.cluster,
        settings.ecs.service
    ))
}

pub(super) fn a_task_set_fits(preflight: &PreflightInput<'_>, uid: &str) -> Option<Refusal> {
    let service = preflight.service()?;
    let own = service.with_external_id(&external_id(uid)).is_some();
    (service.task_sets.len() >= MOST_TASK_SETS && !own).then(|| {
        Refusal::new(
            Reason::TooManyTaskSets,
            format!(
                "spec.ecs: service {} has {} task sets, as many as fit: a release begins once one that serves nothing is gone",
                preflight.service_name(),
                service.task_sets.len()
            ),
        )
    })
}
