//! From the SDK's words to those of the observed world.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_ecs::{
    Client,
    types::{self, DeploymentControllerType, NetworkMode, ServiceField, StabilityStatus, TaskDefinitionStatus},
};
use futures::{FutureExt, future::BoxFuture};
use sluice_plan::observation::{
    ContainerDefinition, PlacementFailure, Service, StoppedTask, TaskDefinition, TaskSet, TaskSetState,
};

use crate::{
    client::{Answers, BatchRead, call, limits, says_nothing, timestamp},
    error::{AwsError, ErrorClass},
    metrics::Metrics,
    operations::Operation,
};

/// DescribeServices, up to ten at once.
pub(super) struct ServiceReader {
    pub(super) client: Client,
    pub(super) metrics: Metrics,
}

impl BatchRead for ServiceReader {
    type Item = Service;

    fn operation(&self) -> Operation {
        Operation::DescribeServices
    }

    fn at_once(&self) -> usize {
        limits::SERVICES_PER_CALL
    }

    fn describe<'a>(
        &'a self,
        cluster: &'a str,
        services: &'a [String],
    ) -> BoxFuture<'a, Result<Answers<Service>, AwsError>> {
        async move {
            let operation = Operation::DescribeServices;
            self.metrics.batch(operation, services.len());
            let request = self.client.describe_services().cluster(cluster).set_services(Some(services.to_vec()));
            // Two tags of each are shown. They ask for no further right (Service Authorization Reference, Amazon ECS).
            let request = request.include(ServiceField::Tags);
            match call(&self.metrics, operation, request.send()).await {
                Ok(answer) => {
                    Ok(answers(services, answer.services.unwrap_or_default(), &answer.failures.unwrap_or_default()))
                }
                // ClusterNotFoundException: no cluster, no services.
                Err(error) if error.class == ErrorClass::NotFound => {
                    Ok(services.iter().map(|name| (name.clone(), Ok(None))).collect())
                }
                Err(error) => Err(error),
            }
        }
        .boxed()
    }
}

/// One answer per name. ECS lists what it does not know under `failures`, with the reason MISSING (ECS developer
/// guide, "API failure reasons"). A name that is on neither list is an error: an empty answer must not pass for a
/// service that is gone.
fn answers(names: &[String], services: Vec<types::Service>, failures: &[types::Failure]) -> Answers<Service> {
    let mut known: HashMap<String, types::Service> =
        services.into_iter().filter_map(|service| service.service_name.clone().map(|name| (name, service))).collect();
    names
        .iter()
        .map(|name| {
            let answer = match known.remove(name) {
                Some(found) => service(found).map(Some),
                None => missing(name, failures),
            };
            (name.clone(), answer)
        })
        .collect()
}

fn missing(name: &str, failures: &[types::Failure]) -> Result<Option<Service>, AwsError> {
    let failure =
        failures.iter().find(|failure| failure.arn.as_deref().and_then(|arn| arn.rsplit('/').next()) == Some(name));
    match failure.map(|failure| failure.reason.as_deref().unwrap_or("no reason given")) {
        Some("MISSING") => Ok(None),
        Some(reason) => Err(unknown(Operation::DescribeServices, &format!("ECS failed on the service: {reason}"))),
        None => Err(says_nothing(Operation::DescribeServices, name)),
    }
}

fn service(from: types::Service) -> Result<Service, AwsError> {
    let operation = Operation::DescribeServices;
    let task_sets = from.task_sets.as_deref().unwrap_or_default();
    let target_groups = target_groups(task_sets, from.load_balancers.as_deref().unwrap_or_default());
    let of_primary =
        task_sets.iter().find(|set| set.status.as_deref() == Some("PRIMARY")).or_else(|| task_sets.first());
    let task_definition = from.task_definition.or_else(|| of_primary?.task_definition.clone());
    Ok(Service {
        arn: required(operation, "service", "serviceArn", from.service_arn)?,
        active: from.status.as_deref() == Some("ACTIVE"),
        external: from
            .deployment_controller
            .is_some_and(|controller| controller.r#type == DeploymentControllerType::External),
        desired_count: from.desired_count,
        health_check_grace: from.health_check_grace_period_seconds.unwrap_or(0),
        task_definition,
        target_groups,
        running: from.running_count,
        environment: tag(from.tags.as_deref(), "environment"),
        stack_id: tag(from.tags.as_deref(), "aws:cloudformation:stack-id"),
        placement_failure: placement_failure(from.events.unwrap_or_default()),
        task_sets: from
            .task_sets
            .unwrap_or_default()
            .into_iter()
            .map(|from| task_set(operation, Some(from)))
            .collect::<Result<_, _>>()?,
    })
}

/// Where a service registers its tasks: in the target groups of its live task sets or, where it has no task sets, its own, and
/// those to which ECS would move its tasks in a blue/green deployment of its own (ECS API reference, `LoadBalancer`).
fn target_groups(task_sets: &[types::TaskSet], own: &[types::LoadBalancer]) -> Vec<String> {
    let live = task_sets.iter().filter(|set| set.status.as_deref() != Some("DRAINING"));
    let of_sets = live.flat_map(|set| set.load_balancers.as_deref().unwrap_or_default());
    let balancers: Vec<&types::LoadBalancer> =
        if task_sets.is_empty() { own.iter().collect() } else { of_sets.collect() };
    let alternate = |one: &types::LoadBalancer| one.advanced_configuration.as_ref()?.alternate_target_group_arn.clone();
    let named = balancers.iter().flat_map(|one| [one.target_group_arn.clone(), alternate(one)]).flatten();
    named.collect::<BTreeSet<String>>().into_iter().collect()
}

/// The value of a tag, whatever the case of its key.
fn tag(tags: Option<&[types::Tag]>, key: &str) -> Option<String> {
    let is_it = |tag: &&types::Tag| tag.key.as_deref().is_some_and(|one| one.eq_ignore_ascii_case(key));
    tags?.iter().find(is_it)?.value.clone().filter(|value| !value.is_empty())
}

/// The last event of a service that says that a task found no place, as `(service NAME, taskSet ID) was unable to place a task.
/// Reason: ...` (ECS developer guide, "Amazon ECS service event messages"). No other event goes further than this function.
fn placement_failure(events: Vec<types::ServiceEvent>) -> Option<PlacementFailure> {
    const WORDS: &str = "unable to place a task";
    const HELP: &str = " For more information";
    let said = events.into_iter().filter_map(|event| {
        let (at, message) = (event.created_at.and_then(timestamp)?, event.message?);
        let start = message.find(WORDS)?;
        let words = message[start..].split(HELP).next().unwrap_or_default();
        let task_set = message[..start].split("taskSet ").nth(1).and_then(|rest| rest.split([')', ',', ' ']).next());
        Some(PlacementFailure {
            at,
            task_set: task_set.map(str::to_owned),
            message: words.trim_end().chars().take(PLACEMENT_MESSAGE_LENGTH).collect(),
        })
    });
    said.max_by_key(|failure| failure.at)
}

/// Characters of an event's message that are kept.
const PLACEMENT_MESSAGE_LENGTH: usize = 200;

/// A task set, from either call that returns one.
pub(super) fn task_set(operation: Operation, from: Option<types::TaskSet>) -> Result<TaskSet, AwsError> {
    let from = from.ok_or_else(|| unknown(operation, "the answer has no task set"))?;
    Ok(TaskSet {
        id: required(operation, "task set", "id", from.id)?,
        arn: required(operation, "task set", "taskSetArn", from.task_set_arn)?,
        external_id: from.external_id.filter(|id| !id.is_empty()),
        status: match from.status.as_deref() {
            Some("PRIMARY") => TaskSetState::Primary,
            Some("DRAINING") => TaskSetState::Draining,
            // A status that is new to us counts as live: a task set is never thought gone by mistake.
            _ => TaskSetState::Active,
        },
        task_definition: required(operation, "task set", "taskDefinition", from.task_definition)?,
        target_group: from.load_balancers.unwrap_or_default().into_iter().find_map(|one| one.target_group_arn),
        scale: from.scale.map_or(0.0, |scale| scale.value),
        computed_desired: from.computed_desired_count,
        running: from.running_count,
        pending: from.pending_count,
        steady: from.stability_status == Some(StabilityStatus::SteadyState),
        created_at: from.created_at.and_then(timestamp),
    })
}

/// A task definition.
pub(super) fn task_definition(from: Option<types::TaskDefinition>) -> Result<TaskDefinition, AwsError> {
    let operation = Operation::DescribeTaskDefinition;
    let from = from.ok_or_else(|| unknown(operation, "the answer has no task definition"))?;
    Ok(TaskDefinition {
        arn: required(operation, "task definition", "taskDefinitionArn", from.task_definition_arn)?,
        active: from.status == Some(TaskDefinitionStatus::Active),
        awsvpc: from.network_mode == Some(NetworkMode::Awsvpc),
        containers: from.container_definitions.unwrap_or_default().into_iter().map(container).collect(),
    })
}

/// Name and ports alone: environment and secrets of a container go no further than this function.
fn container(from: types::ContainerDefinition) -> ContainerDefinition {
    ContainerDefinition {
        name: from.name.unwrap_or_default(),
        ports: from.port_mappings.unwrap_or_default().into_iter().filter_map(|port| port.container_port).collect(),
    }
}

/// A stopped task. Of its containers, the one that tells most speaks for it: a failed exit before a reason, and any of the two
/// before a clean exit.
pub(super) fn stopped_task(from: types::Task) -> StoppedTask {
    let mut containers = from.containers.unwrap_or_default();
    let tells = |container: &types::Container| {
        let failed = container.exit_code.is_some_and(|code| code != 0);
        (failed, container.reason.is_some(), container.exit_code.is_some())
    };
    // The first of those that tell as much: a later one may have been stopped because of it.
    containers.reverse();
    let telling = containers.into_iter().max_by_key(tells);
    StoppedTask {
        arn: from.task_arn.unwrap_or_default(),
        stop_code: from.stop_code.map(|code| code.as_str().to_owned()),
        stopped_reason: from.stopped_reason,
        exit_code: telling.as_ref().and_then(|container| container.exit_code),
        container: telling.as_ref().and_then(|container| container.name.clone()),
        container_reason: telling.and_then(|container| container.reason),
        started_at: from.started_at.and_then(timestamp),
        stopped_at: from.stopped_at.and_then(timestamp),
    }
}

fn required(operation: Operation, what: &str, field: &str, value: Option<String>) -> Result<String, AwsError> {
    value.ok_or_else(|| unknown(operation, &format!("the answer has a {what} without {field}")))
}

fn unknown(operation: Operation, message: &str) -> AwsError {
    AwsError::new(operation, ErrorClass::Unknown, message)
}
