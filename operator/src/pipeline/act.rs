//! Act: the one mutation that a plan names. It leaves no choice here.

use sluice_api::DeploymentGroupSpec;
use sluice_aws::{AwsError, RegionClients};
use sluice_plan::{Action, Priority};

use super::observe::service_name;

/// Does what the action says, once it may be called. Each call is idempotent: by its client token, or because it says how
/// things should be.
pub async fn act(
    aws: &RegionClients,
    namespace: &str,
    settings: &DeploymentGroupSpec,
    priority: Priority,
    action: &Action,
) -> Result<(), AwsError> {
    let service = service_name(settings);
    let _permit = aws.rate_limiter.acquire_to_act(namespace, priority, action).await?;
    match action {
        Action::CreateTaskSet(new) => aws.ecs.create_task_set(&service, new).await.map(|_| ()),
        Action::ScaleTaskSet { task_set, percent } => aws.ecs.update_task_set(&service, task_set, *percent).await,
        Action::SetWeights(change) => aws.load_balancing.set_weights(change).await,
        Action::PromoteTaskSet { task_set } => aws.ecs.update_service_primary_task_set(&service, task_set).await,
        Action::DeleteTaskSet { task_set } => aws.ecs.delete_task_set(&service, task_set).await,
    }
}
