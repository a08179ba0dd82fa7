//! Act: the one mutation that a plan names. It leaves no choice here.

use sluice_api::{AwsBindingSpec, DeploymentGroupSpec};
use sluice_aws::{AwsError, RegionClients};
use sluice_plan::{Action, Priority};

use super::observe::service_name;
use crate::hooks::{Hooks, runner};

/// Does what the action says, once it may be called. Each call is idempotent: by its client token, or because it says how
/// things should be. The binding is that of the settings, by which a hook goes where it is admitted.
pub async fn act(
    aws: &RegionClients,
    (hooks, binding): (&Hooks, Option<&AwsBindingSpec>),
    namespace: &str,
    settings: &DeploymentGroupSpec,
    priority: Priority,
    action: &Action,
) -> Result<(), AwsError> {
    let service = service_name(settings);
    if let Action::StartHook(call) = action {
        hooks.start(runner(aws, hooks.runners(), (settings, binding), call), (**call).clone());
        return Ok(());
    }
    let _permit = aws.rate_limiter.acquire_to_act(namespace, priority, action).await?;
    match action {
        Action::CreateTaskSet(new) => aws.ecs.create_task_set(&service, new).await.map(|_| ()),
        Action::ScaleTaskSet { task_set, size } => aws.ecs.update_task_set(&service, task_set, *size).await,
        Action::SetWeights(change) => aws.load_balancing.set_weights(change).await,
        Action::PromoteTaskSet { task_set } => aws.ecs.update_service_primary_task_set(&service, task_set).await,
        Action::DeleteTaskSet { task_set } => aws.ecs.delete_task_set(&service, task_set).await,
        // Above: it runs beside the reconcile, and is no call of it.
        Action::StartHook(_) => Ok(()),
    }
}
