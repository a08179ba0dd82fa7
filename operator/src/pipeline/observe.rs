//! Observe: reads only, those of a round in parallel. What comes back is the planner's whole knowledge of the world.
//! What is read is not decided here: [`missing`] says so.

use std::time::Duration;

use futures::future::try_join_all;
use jiff::Timestamp;
use sluice_api::DeploymentGroupSpec;
use sluice_aws::{AwsError, ErrorClass, RegionClients, ServiceName};
use sluice_plan::observation::{Answer, Observation, Read};
use sluice_plan::reads::{ReadScope, missing};
use tokio::time::Instant;

use super::alarms;

use crate::hooks::Hooks;

/// The hooks that run, and the namespace of the group whose they are.
pub type HooksIn<'a> = (&'a Hooks, &'a str);

/// How old what is known of alarms may be for a group in which nothing happens.
const OF_A_GROUP: Duration = Duration::from_secs(30);

/// Reads the world that the settings name, round by round, until nothing is missing. `at` is the moment before the first
/// read: what is seen is never older than the moment that it is said to be of, so that a barrier that is over by `at` was
/// over for every answer.
pub async fn observe(
    aws: &RegionClients,
    hooks: HooksIn<'_>,
    settings: &DeploymentGroupSpec,
    scope: ReadScope<'_>,
    at: Timestamp,
) -> Result<Observation, AwsError> {
    // What a release does hangs on what is there now.
    look((aws, hooks), settings, scope, at, Duration::ZERO).await
}

/// The same for a group in which nothing happens. What its load balancer forwards besides may have been listed this long ago.
pub async fn observe_group(
    aws: &RegionClients,
    settings: &DeploymentGroupSpec,
    at: Timestamp,
    listed: Duration,
) -> Result<Observation, AwsError> {
    // A group runs no hooks.
    look((aws, (&Hooks::default(), "")), settings, ReadScope::Group, at, listed).await
}

async fn look(
    (aws, hooks): (&RegionClients, HooksIn<'_>),
    settings: &DeploymentGroupSpec,
    scope: ReadScope<'_>,
    at: Timestamp,
    listed: Duration,
) -> Result<Observation, AwsError> {
    let poll = match scope {
        ReadScope::Progress(release) => Duration::try_from(release.limits.poll).unwrap_or_default(),
        // What was asked for a release a while ago will do.
        ReadScope::Group => OF_A_GROUP,
        ReadScope::Begin { .. } | ReadScope::Waits { .. } => Duration::ZERO,
    };
    let listed = Listed { at_most: listed, in_progress: matches!(scope, ReadScope::Progress(_)) };
    let began = (at, Instant::now());
    let mut observed = Observation::blank(at, &settings.load_balancer.target_groups);
    loop {
        let round = missing(&scope, settings, &observed);
        if round.is_empty() {
            return Ok(observed);
        }
        let answers =
            try_join_all(round.iter().map(|read| answer((aws, hooks), settings, read, (listed, poll, began)))).await?;
        for (read, answer) in round.into_iter().zip(answers) {
            observed.learn(read, answer);
        }
    }
}

/// How the routes of a load balancer are listed.
#[derive(Clone, Copy)]
struct Listed {
    /// How long ago they may have been.
    at_most: Duration,
    /// Whether it is for a release that has begun.
    in_progress: bool,
}

/// Which port answers which read.
async fn answer(
    (aws, (hooks, namespace)): (&RegionClients, HooksIn<'_>),
    settings: &DeploymentGroupSpec,
    read: &Read,
    (listed, poll, began): (Listed, Duration, (Timestamp, Instant)),
) -> Result<Answer, AwsError> {
    let balancer = &settings.load_balancer;
    Ok(match read {
        Read::Service => Answer::Service(aws.ecs.describe_service(&service_name(settings)).await?),
        Read::Adopted => match &settings.adopt {
            Some(adoption) => {
                let cluster = adoption.cluster_of(&settings.ecs).to_owned();
                let name = ServiceName { cluster, service: adoption.service.clone() };
                Answer::Adopted(aws.ecs.describe_service(&name).await?)
            }
            None => Answer::Adopted(None),
        },
        Read::Routes => {
            let mut production = aws.load_balancing.describe_routes(&balancer.named_routes()).await?;
            // The last of those that are named.
            let test = balancer.test_route.as_ref().and_then(|_| production.pop());
            Answer::Routes { production, test }
        }
        Read::TargetGroups => {
            Answer::TargetGroups(aws.load_balancing.describe_target_groups(&balancer.target_groups).await?)
        }
        Read::TaskDefinition(name) => Answer::TaskDefinition(aws.ecs.describe_task_definition(name).await?),
        Read::Copy(wanted) => Answer::Copy(aws.ecs.search_copy(wanted).await?),
        Read::Targets(arn) => Answer::Targets(aws.load_balancing.describe_targets(arn).await?),
        Read::ListedRoutes(load_balancer) => {
            match aws.load_balancing.list_routes(load_balancer, listed.at_most).await {
                Ok(routes) => Answer::ListedRoutes(routes),
                // A release must end even so: what it does then is the planner's.
                Err(error) if listed.in_progress && error.class == ErrorClass::AccessDenied => {
                    Answer::Unlisted(error.to_string())
                }
                Err(error) => return Err(error),
            }
        }
        // Nothing hangs on it: what cannot be read is told where it matters.
        Read::DnsName(load_balancer) => {
            Answer::DnsName(aws.load_balancing.dns_name(load_balancer).await.map_err(|error| error.to_string()))
        }
        Read::Hook(execution_id) => Answer::Hook(hooks.look(execution_id)),
        Read::Function(function) => Answer::Function(aws.functions.problem(function).await?),
        Read::HookNeed(need) => Answer::HookNeed(hooks.problem(namespace, need).await),
        Read::Alarms => Answer::Alarms(alarms::read(aws, settings, alarms::shared(poll), began).await),
        Read::AlarmsNow => Answer::Alarms(alarms::read(aws, settings, Duration::ZERO, began).await),
        Read::StoppedTasks(task_set) => {
            Answer::StoppedTasks(aws.ecs.stopped_tasks(&settings.ecs.cluster, task_set).await?)
        }
    })
}

/// The service that the settings name.
#[must_use]
pub fn service_name(settings: &DeploymentGroupSpec) -> ServiceName {
    ServiceName { cluster: settings.ecs.cluster.clone(), service: settings.ecs.service.clone() }
}
