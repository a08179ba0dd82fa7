//! Observe: reads only, in parallel. What comes back is the planner's whole knowledge of the world.

use futures::future::{OptionFuture, try_join_all};
use jiff::Timestamp;
use sluice_api::DeploymentGroupSpec;
use sluice_aws::{AwsError, Cloud, ServiceName};
use sluice_plan::needs_stopped_tasks;
use sluice_plan::world::{Observed, TargetGroup};

/// What one observation is for.
#[derive(Clone, Copy, Debug)]
pub enum Purpose<'a> {
    /// A group in which nothing happens.
    Group,
    /// A Deployment that may begin: its task definition is read too.
    Begin {
        /// Task definition, by name or ARN.
        task_definition: &'a str,
    },
    /// A Deployment in progress, by its UID: its stopped tasks are read while it is not steady.
    Progress {
        /// UID of the Deployment.
        uid: &'a str,
    },
}

/// Reads the world that the settings name. `at` is the moment before the first read: what is seen is never older than
/// the moment that it is said to be of, so that a barrier that is over by `at` was over for every answer.
pub async fn observe(
    cloud: &Cloud,
    settings: &DeploymentGroupSpec,
    purpose: Purpose<'_>,
    at: Timestamp,
) -> Result<Observed, AwsError> {
    let name = service_name(settings);
    let balancer = &settings.load_balancer;
    let task_definition = async {
        match purpose {
            Purpose::Begin { task_definition } => cloud.ecs.describe_task_definition(task_definition).await,
            Purpose::Group | Purpose::Progress { .. } => Ok(None),
        }
    };
    let (service, routes, target_groups, task_definition) = futures::try_join!(
        cloud.ecs.describe_service(&name),
        cloud.load_balancing.describe_routes(&balancer.production_routes),
        target_groups(cloud, &balancer.target_groups, purpose),
        task_definition
    )?;
    let unsteady = match purpose {
        Purpose::Progress { uid } => needs_stopped_tasks(service.as_ref(), uid).map(str::to_owned),
        Purpose::Group | Purpose::Begin { .. } => None,
    };
    let stopped_tasks: OptionFuture<_> =
        unsteady.as_deref().map(|task_set| cloud.ecs.stopped_tasks(&name.cluster, task_set)).into();
    let stopped_tasks = stopped_tasks.await.transpose()?.unwrap_or_default();
    Ok(Observed { at, service, routes, target_groups, task_definition, stopped_tasks })
}

/// The target groups with their targets. Whether they exist, and where, is looked at only before a release.
async fn target_groups(cloud: &Cloud, arns: &[String], purpose: Purpose<'_>) -> Result<Vec<TargetGroup>, AwsError> {
    let mut groups = match purpose {
        Purpose::Group | Purpose::Begin { .. } => cloud.load_balancing.describe_target_groups(arns).await?,
        Purpose::Progress { .. } => arns
            .iter()
            .map(|arn| TargetGroup { arn: arn.clone(), exists: true, load_balancers: Vec::new(), targets: Vec::new() })
            .collect(),
    };
    try_join_all(groups.iter_mut().filter(|group| group.exists).map(async |group| {
        group.targets = cloud.load_balancing.describe_targets(&group.arn).await?;
        Ok::<(), AwsError>(())
    }))
    .await?;
    Ok(groups)
}

/// The service that the settings name.
#[must_use]
pub fn service_name(settings: &DeploymentGroupSpec) -> ServiceName {
    ServiceName { cluster: settings.ecs.cluster.clone(), service: settings.ecs.service.clone() }
}
