//! Whether a group's names, ids and ARNs are well-formed. The definitions ask the same, and what is stored may be older
//! than they: what is not well-formed goes no further.

use sluice_api::well_formed::{
    is_alarm_name, is_ecs_name, is_function, is_id, is_listener, is_listener_rule, is_qualifier, is_registry,
    is_tag_text, is_target_group,
};
use sluice_api::{Arn, DeploymentGroupSpec, Reason, TestRoute, blanked};

use super::hooks;
use crate::refusal::Refusal;

const TEST_ROUTE: &str = "spec.loadBalancer.testRoute";

/// A field, its value, whether the value is well-formed, and what to write.
type Part<'a> = (&'static str, &'a str, bool, &'static str);

/// Whether everything of AWS that the group names is well-formed, and of the group's region. Asked before any of it is
/// put into a call, or compared with a pattern in which a star would stand for anything.
pub fn check_input(settings: &DeploymentGroupSpec) -> Result<(), Refusal> {
    if let Some((field, value, _, what)) = parts(settings).into_iter().find(|(_, _, is_well_formed, _)| !is_well_formed)
    {
        return Err(invalid(format!("{field}: {value:?} is not what it should be: write {what}")));
    }
    hooks::check(settings)?;
    let region = &settings.aws.region;
    let elsewhere = arns(settings).find_map(|(field, text)| {
        let arn = Arn::parse(text).ok().filter(|arn| arn.region != *region)?;
        Some(format!(
            "{field}: {text} is of region {}, and spec.aws.region is {region}: name what is there",
            arn.region
        ))
    });
    elsewhere.map_or(Ok(()), |message| Err(invalid(message)))
}

fn invalid(message: String) -> Refusal {
    Refusal::new(Reason::InvalidValue, message)
}

fn arns(settings: &DeploymentGroupSpec) -> impl Iterator<Item = (&'static str, &str)> {
    let balancer = &settings.load_balancer;
    let groups = balancer.target_groups.iter().map(|arn| ("spec.loadBalancer.targetGroups", arn.as_str()));
    let routes = balancer.production_routes.iter().map(|route| ("spec.loadBalancer.productionRoutes", route.arn()));
    let test = balancer.test_route.iter().map(|route| (TEST_ROUTE, route.arn()));
    groups.chain(routes).chain(test)
}

fn parts(settings: &DeploymentGroupSpec) -> Vec<Part<'_>> {
    let mut parts = vec![
        ecs_name("spec.ecs.cluster", &settings.ecs.cluster, "the name of a cluster"),
        ecs_name("spec.ecs.service", &settings.ecs.service, "the name of a service"),
    ];
    if !settings.container.is_none() {
        parts.push(ecs_name("spec.container.name", &settings.container.name, "the name of a container"));
    }
    if let Some(adoption) = &settings.adopt {
        parts.push(ecs_name("spec.adopt.service", &adoption.service, "the name of a service"));
        parts.push(ecs_name("spec.adopt.cluster", adoption.cluster_of(&settings.ecs), "the name of a cluster"));
    }
    for arn in &settings.load_balancer.target_groups {
        parts.push(("spec.loadBalancer.targetGroups", arn, is_target_group(arn), "the ARN of a target group"));
    }
    for route in &settings.load_balancer.production_routes {
        let (rule, listener) = (route.listener_rule.as_deref(), route.listener.as_deref());
        parts.push(route_part("spec.loadBalancer.productionRoutes", rule, listener));
    }
    parts.extend(settings.load_balancer.test_route.iter().flat_map(test_route_parts));
    parts.extend(task_set_parts(settings));
    for name in settings.alarms.iter().flat_map(|alarms| &alarms.names) {
        parts.push(("spec.alarms.names", name, is_alarm_name(name), "the name of an alarm"));
    }
    for lambda in settings.hooks.iter().filter_map(|hook| hook.lambda.as_ref()) {
        let field = "spec.hooks[].lambda.function";
        parts.push((field, &lambda.function, is_function(&lambda.function), "the name or the ARN of a function"));
        let qualifier = lambda.qualifier.as_deref().unwrap_or("$LATEST");
        parts.push(("spec.hooks[].lambda.qualifier", qualifier, is_qualifier(qualifier), "a version or an alias"));
    }
    for step in settings.deployment_config.iter().flat_map(|config| config.shift.steps.iter().flatten()) {
        let name = step.name.as_deref().unwrap_or_default();
        parts.push(("spec.deploymentConfig.steps", name, blanked(name) == name, "a name in one line"));
    }
    parts
}

/// A route is named by one of two ARNs.
fn route_part<'a>(field: &'static str, rule: Option<&'a str>, listener: Option<&'a str>) -> Part<'a> {
    match (rule, listener) {
        (Some(rule), None) => (field, rule, is_listener_rule(rule), "the ARN of a listener rule"),
        (None, Some(listener)) => (field, listener, is_listener(listener), "the ARN of a listener"),
        (rule, _) => (field, rule.unwrap_or_default(), false, "either listenerRule or listener"),
    }
}

fn test_route_parts(route: &TestRoute) -> Vec<Part<'_>> {
    let arn = route_part(TEST_ROUTE, route.listener_rule.as_deref(), route.listener.as_deref());
    let field = "spec.loadBalancer.testRoute.url";
    let url = route.url.iter().map(|url| (field, url.as_str(), blanked(url) == *url, "a URL in one line"));
    std::iter::once(arn).chain(url).collect()
}

fn task_set_parts(settings: &DeploymentGroupSpec) -> Vec<Part<'_>> {
    let template = &settings.task_set;
    let mut parts = Vec::new();
    for item in template.capacity_provider_strategy.iter().flatten() {
        let field = "spec.taskSet.capacityProviderStrategy";
        parts.push(ecs_name(field, &item.capacity_provider, "the name of a capacity provider"));
    }
    if let Some(network) = &template.network_configuration {
        for id in &network.subnets {
            let field = "spec.taskSet.networkConfiguration.subnets";
            parts.push((field, id, is_id(id, "subnet-"), "the id of a subnet"));
        }
        for id in &network.security_groups {
            let field = "spec.taskSet.networkConfiguration.securityGroups";
            parts.push((field, id, is_id(id, "sg-"), "the id of a security group"));
        }
    }
    if let Some(version) = &template.platform_version {
        let is_version = !version.is_empty() && version.chars().all(|one| one.is_ascii_alphanumeric() || one == '.');
        parts.push(("spec.taskSet.platformVersion", version, is_version, "LATEST or a version such as 1.4.0"));
    }
    for registry in template.service_registries.iter().flatten() {
        let field = "spec.taskSet.serviceRegistries";
        let arn = &registry.registry_arn;
        parts.push((field, arn, is_registry(arn), "the ARN of a service of Cloud Map as the registry"));
        if let Some(name) = &registry.container_name {
            parts.push(ecs_name(field, name, "the name of a container"));
        }
    }
    for tag in &template.tags {
        let field = "spec.taskSet.tags";
        let is_free = !tag.key.to_ascii_lowercase().starts_with("aws:") && !tag.key.starts_with("sluice.dev/");
        let is_key = !tag.key.is_empty() && tag.key.chars().count() <= 128 && is_tag_text(&tag.key) && is_free;
        parts.push((field, &tag.key, is_key, "a key such as team, which does not begin with aws: or sluice.dev/"));
        parts.push((field, &tag.value, is_tag_text(&tag.value), "letters, digits, spaces and the characters _.:/=+@-"));
    }
    parts
}

fn ecs_name<'a>(field: &'static str, value: &'a str, what: &'static str) -> Part<'a> {
    (field, value, is_ecs_name(value), what)
}
