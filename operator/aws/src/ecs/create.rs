//! The request of `CreateTaskSet`.

use aws_sdk_ecs::{
    error::BuildError,
    operation::create_task_set::builders::CreateTaskSetInputBuilder,
    types::{
        AssignPublicIp, AwsVpcConfiguration, CapacityProviderStrategyItem, LaunchType, LoadBalancer,
        NetworkConfiguration, Scale, ScaleUnit, ServiceRegistry, Tag,
    },
};
use sluice_api as api;
use sluice_plan::NewTaskSet;

use crate::ports::ServiceName;

/// The request. The SDK fills in no client token for this operation, so that ours is always there.
pub(super) fn input(name: &ServiceName, new: &NewTaskSet) -> Result<CreateTaskSetInputBuilder, BuildError> {
    let template = &new.template;
    let load_balancer = (!new.target_group.is_empty()).then(|| {
        LoadBalancer::builder()
            .target_group_arn(&new.target_group)
            .container_name(&new.container.name)
            .container_port(new.container.port)
            .build()
    });
    let scale = Scale::builder().value(new.size.percent()).unit(ScaleUnit::Percent).build();
    Ok(CreateTaskSetInputBuilder::default()
        .cluster(&name.cluster)
        .service(&name.service)
        .client_token(&new.client_token)
        .external_id(&new.external_id)
        .task_definition(&new.task_definition)
        .set_load_balancers(load_balancer.map(|one| vec![one]))
        .scale(scale)
        .set_launch_type(template.launch_type.map(launch_type))
        .set_capacity_provider_strategy(all(template.capacity_provider_strategy.as_deref(), capacity_provider)?)
        .set_network_configuration(template.network_configuration.as_ref().map(network).transpose()?)
        .set_platform_version(template.platform_version.clone())
        .set_service_registries(all(template.service_registries.as_deref(), |from| Ok(registry(from)))?)
        .set_tags((!new.tags.is_empty()).then(|| new.tags.iter().map(tag).collect())))
}

fn all<A, B>(items: Option<&[A]>, item: impl Fn(&A) -> Result<B, BuildError>) -> Result<Option<Vec<B>>, BuildError> {
    items.map(|items| items.iter().map(item).collect()).transpose()
}

fn launch_type(from: api::LaunchType) -> LaunchType {
    match from {
        api::LaunchType::Fargate => LaunchType::Fargate,
        api::LaunchType::Ec2 => LaunchType::Ec2,
        api::LaunchType::External => LaunchType::External,
    }
}

fn capacity_provider(from: &api::CapacityProviderStrategyItem) -> Result<CapacityProviderStrategyItem, BuildError> {
    CapacityProviderStrategyItem::builder()
        .capacity_provider(&from.capacity_provider)
        .weight(from.weight)
        .base(from.base)
        .build()
}

fn network(from: &api::NetworkConfiguration) -> Result<NetworkConfiguration, BuildError> {
    let assign = match from.assign_public_ip {
        api::AssignPublicIp::Enabled => AssignPublicIp::Enabled,
        api::AssignPublicIp::Disabled => AssignPublicIp::Disabled,
    };
    let vpc = AwsVpcConfiguration::builder()
        .set_subnets(Some(from.subnets.clone()))
        .set_security_groups((!from.security_groups.is_empty()).then(|| from.security_groups.clone()))
        .assign_public_ip(assign)
        .build()?;
    Ok(NetworkConfiguration::builder().awsvpc_configuration(vpc).build())
}

fn registry(from: &api::ServiceRegistry) -> ServiceRegistry {
    ServiceRegistry::builder()
        .registry_arn(&from.registry_arn)
        .set_container_name(from.container_name.clone())
        .set_container_port(from.container_port)
        .set_port(from.port)
        .build()
}

fn tag((key, value): &(String, String)) -> Tag {
    Tag::builder().key(key).value(value).build()
}
