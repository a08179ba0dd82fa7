//! What an AppSpec says, in place of what its group says: for this release, as CodeDeploy does it.

use sluice_api::DeploymentGroupSpec;

use super::hooks::is_codedeploys;
use super::spec::AppSpec;
use crate::refusal::Refusal;

/// Where users wrote it.
const FIELD: &str = "spec.revision.appSpec";

/// The fields of a group that an AppSpec has in its own words.
const FIELDS: [(&str, &str); 8] = [
    ("spec.revision.taskDefinition", "TaskDefinition"),
    ("spec.container.name", "LoadBalancerInfo.ContainerName"),
    ("spec.container.port", "LoadBalancerInfo.ContainerPort"),
    ("spec.taskSet.platformVersion", "PlatformVersion"),
    ("spec.taskSet.networkConfiguration.subnets", "NetworkConfiguration.AwsvpcConfiguration.Subnets"),
    ("spec.taskSet.networkConfiguration.securityGroups", "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups"),
    ("spec.taskSet.networkConfiguration", "NetworkConfiguration"),
    ("spec.taskSet.capacityProviderStrategy", "CapacityProviderStrategy"),
];

/// Puts it into the settings that the release begins with. Hooks at events that an AppSpec knows are its own, where it has any;
/// what it cannot say, such as hooks at increments, stays the group's.
pub fn apply(app_spec: &AppSpec, settings: &mut DeploymentGroupSpec) {
    settings.container = app_spec.container.clone();
    let template = &mut settings.task_set;
    if app_spec.platform_version.is_some() {
        template.platform_version.clone_from(&app_spec.platform_version);
    }
    if app_spec.network_configuration.is_some() {
        template.network_configuration.clone_from(&app_spec.network_configuration);
    }
    if app_spec.capacity_provider_strategy.is_some() {
        template.capacity_provider_strategy.clone_from(&app_spec.capacity_provider_strategy);
        // ECS takes one of them.
        template.launch_type = None;
    }
    if !app_spec.hooks.is_empty() {
        settings.hooks.retain(|hook| !is_codedeploys(hook.on));
        settings.hooks.splice(0..0, app_spec.hooks.iter().cloned());
    }
}

/// A refusal of these settings, told of the AppSpec where that has the value.
#[must_use]
pub fn told_of(app_spec: &AppSpec, refusal: Refusal) -> Refusal {
    let says = |field: &str| match field {
        "spec.taskSet.platformVersion" => app_spec.platform_version.is_some(),
        "spec.taskSet.capacityProviderStrategy" => app_spec.capacity_provider_strategy.is_some(),
        field if field.starts_with("spec.taskSet.networkConfiguration") => app_spec.network_configuration.is_some(),
        _ => true,
    };
    let of = |Refusal { reason, message }: Refusal, (field, name): (&str, &str)| {
        let is_it = message.strip_prefix(field).is_some_and(|rest| rest.starts_with([':', '.']));
        // A remedy may name the field again.
        let message = if is_it { message.replace(field, &format!("{FIELD}: {name}")) } else { message };
        Refusal { reason, message }
    };
    let told = FIELDS.iter().filter(|(field, _)| says(field)).fold(refusal, |refusal, field| of(refusal, *field));
    let is_about_hooks = app_spec
        .hooks
        .iter()
        .filter_map(|hook| hook.lambda.as_ref())
        .any(|lambda| told.message.contains(&lambda.function) || told.message.contains(lambda.name()));
    if is_about_hooks { of(told, ("spec.hooks", "Hooks")) } else { told }
}
