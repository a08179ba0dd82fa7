//! What an earlier process of the operator started, and died before it could take it away.

use sluice_api::{DeploymentGroupSpec, Hook};

use super::job::JobOf;
use super::registry::Hooks;

/// Takes away what runs by itself, a Job, of executions of a Deployment that were recorded as running and that nobody waits
/// for any more, where this process knows nothing of them. Nothing waits for that: a rollback never waits for a hook.
pub fn take_away_of_earlier<'a>(
    hooks: &Hooks,
    settings: &DeploymentGroupSpec,
    deployment: (&str, &str),
    given_up: impl Iterator<Item = &'a str>,
) {
    let Some(runners) = hooks.runners() else { return };
    for execution_id in hooks.unknown(given_up) {
        if let Some(hook) = job(&settings.hooks, execution_id) {
            let job = JobOf::new(deployment, &hook.name, execution_id);
            tokio::spawn(job.take_away(runners.kubernetes.clone()));
        }
    }
}

/// The hook of an execution, by its id, if that is a Job.
fn job<'a>(hooks: &'a [Hook], execution_id: &str) -> Option<&'a Hook> {
    let name = execution_id.split('/').nth(1)?;
    hooks.iter().find(|hook| hook.name == name && hook.job.is_some())
}
