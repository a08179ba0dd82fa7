//! Whom a binding admits: namespaces, regions and ARNs. It fails closed: what is not admitted is not called.

use std::collections::BTreeMap;

use kube::core::{Selector, SelectorExt};
use sluice_api::well_formed::names_task_definition;
use sluice_api::{Arn, AwsBindingSpec, DeploymentGroupSpec, LambdaHook, Reason, matches_pattern};

use super::hook_jobs::authorize_hooks;
use crate::names::short;
use crate::refusal::Refusal;

/// Whether the binding admits the namespace, by its labels, and the region. Asked before any call to AWS. A namespace that
/// is not known has no labels to judge it by, and a selector may well ask that a label is absent: it is not admitted.
pub fn authorize(
    binding: Option<&AwsBindingSpec>,
    settings: &DeploymentGroupSpec,
    namespace: &str,
    namespace_labels: Option<&BTreeMap<String, String>>,
) -> Result<(), Refusal> {
    let name = &settings.aws.binding;
    let Some(binding) = binding else {
        return Err(Refusal::new(
            Reason::NoBinding,
            format!(
                "spec.aws.binding: there is no AwsBinding {name}: ask an admin to create one that admits namespace {namespace}"
            ),
        ));
    };
    let not_admitted = |message| Err(Refusal::new(Reason::NotAdmitted, message));
    let Ok(selector) = Selector::try_from(binding.namespace_selector.clone()) else {
        return not_admitted(format!(
            "AwsBinding {name}: its namespaceSelector cannot be read: an admin must correct it"
        ));
    };
    let Some(namespace_labels) = namespace_labels else {
        return not_admitted(format!(
            "the operator has not seen namespace {namespace} yet, so that AwsBinding {name} cannot admit it: where this lasts, an admin must let the operator list and watch namespaces"
        ));
    };
    if !selector.matches(namespace_labels) {
        return not_admitted(format!(
            "AwsBinding {name} does not admit namespace {namespace}: an admin must widen its namespaceSelector, or label the namespace"
        ));
    }
    if !binding.regions.contains(&settings.aws.region) {
        return not_admitted(format!(
            "spec.aws.region: AwsBinding {name} does not admit region {}; it admits {}",
            settings.aws.region,
            binding.regions.join(", ")
        ));
    }
    Ok(())
}

/// Whether everything of AWS that the group names is admitted, its service by the account of the caller: every ARN by
/// `allowedArns`, and what task sets are made with, and hooks run, by the lists for it, where there are such lists. Asked before any call
/// to ECS or the load balancer.
pub fn authorize_arns(binding: &AwsBindingSpec, settings: &DeploymentGroupSpec, account: &str) -> Result<(), Refusal> {
    let service = service_arn(settings, account);
    let adopted = adopted_arn(settings, account);
    let routes = settings.load_balancer.production_routes.iter().map(sluice_api::ProductionRoute::arn);
    let test = settings.load_balancer.test_route.iter().map(sluice_api::TestRoute::arn);
    let groups = settings.load_balancer.target_groups.iter().map(String::as_str);
    let registries = settings.task_set.service_registries.iter().flatten().map(|one| one.registry_arn.as_str());
    let arns = std::iter::once(("spec.ecs", service.as_str()))
        .chain(adopted.iter().map(|arn| ("spec.adopt.service", arn.as_str())))
        .chain(routes.map(|arn| ("spec.loadBalancer.productionRoutes", arn)))
        .chain(test.map(|arn| ("spec.loadBalancer.testRoute", arn)))
        .chain(groups.map(|arn| ("spec.loadBalancer.targetGroups", arn)))
        .chain(registries.map(|arn| ("spec.taskSet.serviceRegistries", arn)));
    let name = &settings.aws.binding;
    for (field, arn) in arns {
        if !is_among(&binding.allowed_arns, arn) {
            return Err(not_admitted(name, (field, arn), "allowedArns", &about(&binding.allowed_arns, arn)));
        }
    }
    authorize_functions(settings, account)?;
    authorize_hooks(binding, settings)?;
    for NamedList { field, list, allowed, named } in named_lists(binding, settings) {
        let Some(allowed) = allowed else { continue };
        if let Some(denied) = named.into_iter().find(|one| !is_among(allowed, one)) {
            return Err(not_admitted(name, (field, denied), list, allowed));
        }
    }
    Ok(())
}

/// Whether a revision is admitted: a task definition of the account of the caller and the group's region, of a family that
/// the binding admits. Asked before any call that names it.
pub fn authorize_revision(
    binding: &AwsBindingSpec,
    settings: &DeploymentGroupSpec,
    account: &str,
    named: &str,
) -> Result<(), Refusal> {
    let field = "spec.revision.taskDefinition";
    if !names_task_definition(named) {
        let message = format!(
            "{field}: {named} is no registered revision: name one by its number, such as shop:42, or a family, such as shop"
        );
        return Err(Refusal::new(Reason::InvalidValue, message));
    }
    if let Ok(arn) = Arn::parse(named) {
        let region = &settings.aws.region;
        let partition = partition(settings);
        if [arn.account.as_str(), &arn.region, &arn.partition] != [account, region, &partition] {
            let message = format!(
                "{field}: {} is of account {} and region {} ({}), and this group is about account {account} and region {region} ({partition}): name a revision of these",
                short(named),
                arn.account,
                arn.region,
                arn.partition
            );
            return Err(Refusal::new(Reason::NotAdmitted, message));
        }
    }
    let family = short(named).split(':').next().unwrap_or_default();
    match &binding.allowed_task_definitions {
        Some(allowed) if !is_among(allowed, family) => {
            Err(not_admitted(&settings.aws.binding, (field, family), "allowedTaskDefinitions", allowed))
        }
        _ => Ok(()),
    }
}

/// Whether the functions of the hooks are of the account of the caller and the group's region: what is admitted by its name
/// is admitted there, and nowhere else.
fn authorize_functions(settings: &DeploymentGroupSpec, account: &str) -> Result<(), Refusal> {
    let (region, partition) = (&settings.aws.region, partition(settings));
    for hook in &settings.hooks {
        let function = hook.lambda.iter().find_map(|lambda| Arn::parse(&lambda.function).ok());
        let is_elsewhere =
            |arn: &Arn| [&*arn.account, &*arn.region, &*arn.partition] != [account, &**region, &*partition];
        let Some(arn) = function.filter(is_elsewhere) else { continue };
        let message = format!(
            "spec.hooks: the function of {} is of account {} and region {} ({}), and this group is about account {account} and region {region} ({partition}): name a function of these",
            hook.name, arn.account, arn.region, arn.partition
        );
        return Err(Refusal::new(Reason::NotAdmitted, message));
    }
    Ok(())
}

/// What is named without an ARN, and the list of the binding that admits it.
struct NamedList<'a> {
    field: &'static str,
    list: &'static str,
    allowed: Option<&'a [String]>,
    named: Vec<&'a str>,
}

fn named_lists<'a>(binding: &'a AwsBindingSpec, settings: &'a DeploymentGroupSpec) -> [NamedList<'a>; 4] {
    let template = &settings.task_set;
    let network = template.network_configuration.as_ref();
    let providers = template.capacity_provider_strategy.iter().flatten();
    [
        NamedList {
            field: "spec.taskSet.networkConfiguration.subnets",
            list: "allowedSubnets",
            allowed: binding.allowed_subnets.as_deref(),
            named: network.into_iter().flat_map(|network| &network.subnets).map(String::as_str).collect(),
        },
        NamedList {
            field: "spec.taskSet.networkConfiguration.securityGroups",
            list: "allowedSecurityGroups",
            allowed: binding.allowed_security_groups.as_deref(),
            named: network.into_iter().flat_map(|network| &network.security_groups).map(String::as_str).collect(),
        },
        NamedList {
            field: "spec.taskSet.capacityProviderStrategy",
            list: "allowedCapacityProviders",
            allowed: binding.allowed_capacity_providers.as_deref(),
            named: providers.map(|item| item.capacity_provider.as_str()).collect(),
        },
        NamedList {
            field: "spec.hooks",
            list: "allowedFunctions",
            allowed: binding.allowed_functions.as_deref(),
            named: settings.hooks.iter().filter_map(|hook| hook.lambda.as_ref()).map(LambdaHook::name).collect(),
        },
    ]
}

fn is_among(patterns: &[String], text: &str) -> bool {
    patterns.iter().any(|pattern| matches_pattern(pattern, text))
}

/// The patterns that are about ARNs of this kind.
fn about(patterns: &[String], arn: &str) -> Vec<String> {
    let kind = arn.find('/').map_or(arn, |end| &arn[..=end]);
    let is_about = |pattern: &&String| {
        let fixed = pattern.split('*').next().unwrap_or_default();
        kind.starts_with(fixed) || fixed.starts_with(kind)
    };
    patterns.iter().filter(is_about).cloned().collect()
}

/// What is not admitted and what would be, and what to do: a typing error is as likely as a missing right. It is told only
/// to those whom the binding's selector admits.
fn not_admitted(binding: &str, (field, denied): (&str, &str), list: &str, allowed: &[String]) -> Refusal {
    let known = if allowed.is_empty() { "none of that kind".to_owned() } else { allowed.join(", ") };
    let message = format!(
        "{field}: AwsBinding {binding} does not admit {denied}: correct {field}, or ask an admin to add it to {list}, which has {known}"
    );
    Refusal::new(Reason::NotAdmitted, message)
}

/// The partition of the group's target groups; without any, that of its region.
fn partition(settings: &DeploymentGroupSpec) -> String {
    let first = settings.load_balancer.target_groups.first();
    let of_region = || match &settings.aws.region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    first.and_then(|arn| Arn::parse(arn).ok()).map_or_else(|| of_region().to_owned(), |arn| arn.partition)
}

/// ARN of the group's service, in the partition of its first target group.
#[must_use]
pub fn service_arn(settings: &DeploymentGroupSpec, account: &str) -> String {
    arn_of(settings, account, (&settings.ecs.cluster, &settings.ecs.service))
}

/// ARN of the service that is adopted, where the settings name one.
fn adopted_arn(settings: &DeploymentGroupSpec, account: &str) -> Option<String> {
    let adoption = settings.adopt.as_ref()?;
    Some(arn_of(settings, account, (adoption.cluster_of(&settings.ecs), &adoption.service)))
}

fn arn_of(settings: &DeploymentGroupSpec, account: &str, (cluster, service): (&str, &str)) -> String {
    format!("arn:{}:ecs:{}:{account}:service/{cluster}/{service}", partition(settings), settings.aws.region)
}
