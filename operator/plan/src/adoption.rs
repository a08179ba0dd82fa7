//! A service that something else deploys, of which a group takes the traffic: its names, and the command that retires it.

use sluice_api::{Adoption, DeploymentGroupSpec, DeploymentStatus};

/// Cluster and name of the service that is adopted, such as `prod/shop-rolling`.
pub(crate) fn full_name(settings: &DeploymentGroupSpec, adoption: &Adoption) -> String {
    format!("{}/{}", adoption.cluster_of(&settings.ecs), adoption.service)
}

/// The command that retires a service: with its tasks, whoever deploys it (AWS CLI, `ecs delete-service`: without `--force`
/// it has to be scaled to 0 before).
pub(crate) fn retire(settings: &DeploymentGroupSpec, adoption: &Adoption) -> String {
    format!(
        "aws ecs delete-service --region {} --cluster {} --service {} --force",
        settings.aws.region,
        adoption.cluster_of(&settings.ecs),
        adoption.service
    )
}

/// What is left of the service that was adopted, which runs so many tasks, at the end of its release; none where the release
/// adopted none.
pub(crate) fn kept(progress: &DeploymentStatus, running: i32) -> Option<String> {
    let name = progress.original.as_ref()?.service.as_ref()?;
    let settings = progress.settings.as_ref()?;
    let tasks = if running == 1 { "1 task".to_owned() } else { format!("{running} tasks") };
    let retire = retire(settings, settings.adopt.as_ref()?);
    Some(format!("service {name} still runs {tasks} without traffic; retire it: {retire}"))
}
