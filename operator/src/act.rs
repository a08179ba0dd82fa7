//! Act: the one mutation that a plan names. It leaves no choice here.

use sluice_api::DeploymentGroupSpec;
use sluice_aws::{AwsError, Cloud};
use sluice_plan::{Lane, Step};

use crate::observe::service_name;

/// Does what the step says, when it is its turn. Each call is idempotent: by its client token, or because it says how
/// things should be.
pub async fn act(cloud: &Cloud, settings: &DeploymentGroupSpec, lane: Lane, step: &Step) -> Result<(), AwsError> {
    let service = service_name(settings);
    let _turn = cloud.budget.turn_to_act(lane, step).await?;
    match step {
        Step::CreateTaskSet(new) => cloud.ecs.create_task_set(&service, new).await.map(|_| ()),
        Step::ScaleTaskSet { task_set, percent } => cloud.ecs.update_task_set(&service, task_set, *percent).await,
        Step::SetWeights(change) => cloud.load_balancing.set_weights(change).await,
        Step::PromoteTaskSet { task_set } => cloud.ecs.update_service_primary_task_set(&service, task_set).await,
        Step::DeleteTaskSet { task_set } => cloud.ecs.delete_task_set(&service, task_set).await,
    }
}
