//! The task definition is there, with the container and the network that the group names.

use sluice_api::Reason;

use super::input::PreflightInput;
use crate::names::short;
use crate::refusal::Refusal;

pub(super) fn task_definition_exists(preflight: &PreflightInput<'_>, _: &str) -> Option<Refusal> {
    let definition = preflight.observed.task_definition.as_ref()?;
    (!definition.active).then(|| {
        Refusal::new(
            Reason::TaskDefinitionNotFound,
            format!(
                "spec.revision.taskDefinition: {} is INACTIVE: register a new revision of it",
                short(&definition.arn)
            ),
        )
    })
}

pub(super) fn container_is_in_the_task_definition(preflight: &PreflightInput<'_>, _: &str) -> Option<Refusal> {
    let definition = preflight.observed.task_definition.as_ref()?;
    let wanted = &preflight.settings.container;
    if wanted.is_none() {
        // Without a load balancer no container receives traffic from one.
        return None;
    }
    let found = definition.containers.iter().find(|container| container.name == wanted.name);
    let message = match found {
        None => {
            let names: Vec<&str> = definition.containers.iter().map(|container| container.name.as_str()).collect();
            format!(
                "spec.container.name: task definition {} has no container {}: name one that it has, {}",
                short(&definition.arn),
                wanted.name,
                names.join(", ")
            )
        }
        Some(container) if !container.ports.contains(&wanted.port) => format!(
            "spec.container.port: container {} of {} has no port {}: name one that it has, {}",
            wanted.name,
            short(&definition.arn),
            wanted.port,
            container.ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        ),
        Some(_) => return None,
    };
    Some(Refusal::new(Reason::ContainerNotFound, message))
}

pub(super) fn network_configuration_is_given(preflight: &PreflightInput<'_>, _: &str) -> Option<Refusal> {
    let definition = preflight.observed.task_definition.as_ref()?;
    (definition.awsvpc && preflight.settings.task_set.network_configuration.is_none()).then(|| {
        Refusal::new(
            Reason::NetworkConfigurationMissing,
            format!(
                "spec.taskSet.networkConfiguration: task definition {} has network mode awsvpc: name subnets and security groups",
                short(&definition.arn)
            ),
        )
    })
}
