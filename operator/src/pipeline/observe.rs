//! Observe: reads only, those of a round in parallel. What comes back is the planner's whole knowledge of the world.
//! What is read is not decided here: the [`Purpose`] of a look says so.

use futures::future::{OptionFuture, try_join_all};
use jiff::Timestamp;
use sluice_api::DeploymentGroupSpec;
use sluice_aws::{AwsError, RegionClients, ServiceName};
use sluice_plan::world::{Observed, Target, TargetGroup};
use sluice_plan::{First, Next, Purpose};

/// Reads the world that the settings name, round by round, until its purpose asks for no more. `at` is the moment
/// before the first read: what is seen is never older than the moment that it is said to be of, so that a barrier that
/// is over by `at` was over for every answer.
pub async fn observe(
    aws: &RegionClients,
    settings: &DeploymentGroupSpec,
    purpose: Purpose<'_>,
    at: Timestamp,
) -> Result<Observed, AwsError> {
    let name = service_name(settings);
    let first = purpose.first();
    let task_definition: OptionFuture<_> =
        first.task_definition.map(|name| aws.ecs.describe_task_definition(name)).into();
    let (service, routes, target_groups, task_definition) = futures::try_join!(
        aws.ecs.describe_service(&name),
        aws.load_balancing.describe_routes(&settings.load_balancer.production_routes),
        target_groups(aws, &settings.load_balancer.target_groups, &first),
        async { Ok(task_definition.await.transpose()?.flatten()) }
    )?;
    let mut observed = Observed { at, service, routes, target_groups, task_definition, stopped_tasks: None };
    while let Some(next) = purpose.next(settings, &observed) {
        look_again(aws, &name, &next, &mut observed).await?;
    }
    Ok(observed)
}

/// The target groups, with those targets that are read first.
async fn target_groups(aws: &RegionClients, arns: &[String], first: &First<'_>) -> Result<Vec<TargetGroup>, AwsError> {
    let whereabouts = async {
        if first.whereabouts {
            return aws.load_balancing.describe_target_groups(arns).await;
        }
        let there =
            |arn: &String| TargetGroup { arn: arn.clone(), exists: true, load_balancers: Vec::new(), targets: None };
        Ok(arns.iter().map(there).collect())
    };
    let (mut groups, targets) = futures::try_join!(whereabouts, targets(aws, first.targets.iter().copied()))?;
    put(&mut groups, targets);
    Ok(groups)
}

/// One more round.
async fn look_again(
    aws: &RegionClients,
    name: &ServiceName,
    next: &Next,
    observed: &mut Observed,
) -> Result<(), AwsError> {
    let task_set = next.stopped_tasks_of.as_deref();
    let stopped_tasks: OptionFuture<_> = task_set.map(|task_set| aws.ecs.stopped_tasks(&name.cluster, task_set)).into();
    let (targets, stopped_tasks) = futures::try_join!(targets(aws, next.targets.iter().map(String::as_str)), async {
        stopped_tasks.await.transpose()
    })?;
    put(&mut observed.target_groups, targets);
    if stopped_tasks.is_some() {
        observed.stopped_tasks = stopped_tasks;
    }
    Ok(())
}

/// What was read of a target group: its ARN, and its targets; none when there is no such group.
type Seen<'a> = (&'a str, Option<Vec<Target>>);

/// The targets of each of these target groups: a call for each.
async fn targets<'a>(aws: &RegionClients, arns: impl Iterator<Item = &'a str>) -> Result<Vec<Seen<'a>>, AwsError> {
    try_join_all(arns.map(async |arn| Ok((arn, aws.load_balancing.describe_targets(arn).await?)))).await
}

fn put(groups: &mut [TargetGroup], read: Vec<Seen<'_>>) {
    for (arn, targets) in read {
        if let Some(group) = groups.iter_mut().find(|group| group.arn == arn) {
            group.exists = targets.is_some();
            // One that is gone has no targets, and that is known.
            group.targets = Some(targets.unwrap_or_default());
        }
    }
}

/// The service that the settings name.
#[must_use]
pub fn service_name(settings: &DeploymentGroupSpec) -> ServiceName {
    ServiceName { cluster: settings.ecs.cluster.clone(), service: settings.ecs.service.clone() }
}
