//! Whom a binding admits: namespaces, regions and ARNs. It fails closed: what is not admitted is not called.

use std::collections::BTreeMap;

use kube::core::{Selector, SelectorExt};
use sluice_api::{AwsBindingSpec, DeploymentGroupSpec, Reason, matches_pattern};

use crate::refusal::Refusal;

/// Whether the binding admits the namespace, by its labels, and the region. Asked before any call to AWS.
pub fn authorize(
    binding: Option<&AwsBindingSpec>,
    settings: &DeploymentGroupSpec,
    namespace: &str,
    namespace_labels: &BTreeMap<String, String>,
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

/// Whether every ARN that the group names is admitted, its service by the account of the caller. Asked before
/// any call to ECS or the load balancer.
pub fn authorize_arns(binding: &AwsBindingSpec, settings: &DeploymentGroupSpec, account: &str) -> Result<(), Refusal> {
    let service = service_arn(settings, account);
    let routes = settings.load_balancer.production_routes.iter().map(sluice_api::ProductionRoute::arn);
    let groups = settings.load_balancer.target_groups.iter().map(String::as_str);
    let denied = std::iter::once(service.as_str())
        .chain(routes)
        .chain(groups)
        .find(|arn| !binding.allowed_arns.iter().any(|pattern| matches_pattern(pattern, arn)));
    match denied {
        None => Ok(()),
        Some(arn) => Err(Refusal::new(
            Reason::NotAdmitted,
            format!(
                "AwsBinding {} does not admit {arn}: an admin must add a pattern to its allowedArns",
                settings.aws.binding
            ),
        )),
    }
}

/// ARN of the group's service, in the partition of its first target group.
#[must_use]
pub fn service_arn(settings: &DeploymentGroupSpec, account: &str) -> String {
    let partition = settings
        .load_balancer
        .target_groups
        .first()
        .and_then(|arn| sluice_api::Arn::parse(arn).ok())
        .map_or_else(|| "aws".to_owned(), |arn| arn.partition);
    format!(
        "arn:{partition}:ecs:{}:{account}:service/{}/{}",
        settings.aws.region, settings.ecs.cluster, settings.ecs.service
    )
}
