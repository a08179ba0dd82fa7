//! A service that something else deploys, of which a group takes the traffic: its names, and the command that retires it.

use sluice_api::{Adoption, DeploymentGroupSpec, DeploymentStatus, MESSAGE_LIMIT};

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

/// What is told where no command fits that is whole.
pub(crate) const RETIRES: &str = "retire it by aws ecs delete-service --force, with its region, cluster and name";

/// What is left of the service that was adopted, which runs so many tasks, at the end of its release, after these words; none
/// where the release adopted none. Half a command is none: where names are long, words go first.
pub(crate) fn kept(progress: &DeploymentStatus, running: i32, said: &str) -> Option<String> {
    let name = progress.original.as_ref()?.service.as_ref()?;
    let settings = progress.settings.as_ref()?;
    let tasks = if running == 1 { "1 task".to_owned() } else { format!("{running} tasks") };
    let retire = retire(settings, settings.adopt.as_ref()?);
    Some(first_whole([
        format!("{said}; service {name} still runs {tasks} without traffic; retire it: {retire}"),
        format!("{said}; what was adopted still runs {tasks}; retire it: {retire}"),
        format!("retire what was adopted: {retire}"),
        format!("what was adopted still runs {tasks} without traffic: {RETIRES}"),
    ]))
}

/// The first of these that a status shows whole; the last one where it shows none so.
pub(crate) fn first_whole<const COUNT: usize>(forms: [String; COUNT]) -> String {
    let mut forms = forms.into_iter().peekable();
    while let Some(form) = forms.next() {
        if forms.peek().is_none() || form.chars().count() <= MESSAGE_LIMIT {
            return form;
        }
    }
    String::new()
}
