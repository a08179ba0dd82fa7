//! Act: the one mutation that a plan names. It leaves no choice here.

use sluice_api::DeploymentGroupSpec;
use sluice_aws::{AwsError, Cloud};
use sluice_plan::Step;

use crate::observe::service_name;

/// Does what the step says. Each call is idempotent: by its client token, or because it says how things should be.
pub async fn act(cloud: &Cloud, settings: &DeploymentGroupSpec, step: &Step) -> Result<(), AwsError> {
    let service = service_name(settings);
    match step {
        Step::CreateTaskSet(new) => cloud.ecs.create_task_set(&service, new).await.map(|_| ()),
        Step::ScaleTaskSet { task_set, percent } => cloud.ecs.update_task_set(&service, task_set, *percent).await,
        Step::SetWeights(change) => cloud.load_balancing.set_weights(change).await,
        Step::PromoteTaskSet { task_set } => cloud.ecs.update_service_primary_task_set(&service, task_set).await,
        Step::DeleteTaskSet { task_set } => cloud.ecs.delete_task_set(&service, task_set).await,
    }
}
