//! Who may touch what: bindings admit namespaces, regions and ARNs, and each service and route has one claim.
//! It fails closed: what is not admitted is not called.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kube::core::{Selector, SelectorExt};
use sluice_api::{AwsBindingSpec, DeploymentGroupSpec, Reason, matches_pattern};

use crate::preflight::Refusal;
use crate::step::short;

/// Whether the binding admits the namespace, by its labels, and the region. Asked before any call to AWS.
pub fn admit(
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
pub fn admit_arns(binding: &AwsBindingSpec, settings: &DeploymentGroupSpec, account: &str) -> Result<(), Refusal> {
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

/// A group's claim on its service and routes.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// UID of the group.
    pub uid: &'a str,
    /// Namespace and name of the group, for messages.
    pub name: String,
    /// When the group was created: the first claim wins.
    pub created_at: Timestamp,
    /// Its settings.
    pub settings: &'a DeploymentGroupSpec,
}

/// Whether another group came first to the same service, route or target group.
pub fn claimed_by_another<'a>(own: &Claim<'_>, others: impl IntoIterator<Item = Claim<'a>>) -> Result<(), Refusal> {
    let first = others
        .into_iter()
        .filter(|other| other.uid != own.uid)
        .filter(|other| (other.created_at, other.name.as_str()) < (own.created_at, own.name.as_str()))
        .find_map(|other| overlap(own.settings, other.settings).map(|what| (other.name, what)));
    match first {
        None => Ok(()),
        Some((name, what)) => Err(Refusal::new(
            Reason::Conflict,
            format!("{what} is claimed by DeploymentGroup {name}, which came first: delete one of the two"),
        )),
    }
}

/// Whether two groups are about the same ECS service.
#[must_use]
pub fn same_service(a: &DeploymentGroupSpec, b: &DeploymentGroupSpec) -> bool {
    a.aws.region == b.aws.region && a.ecs == b.ecs
}

fn overlap(own: &DeploymentGroupSpec, other: &DeploymentGroupSpec) -> Option<String> {
    if same_service(own, other) {
        return Some(format!("service {}/{}", own.ecs.cluster, own.ecs.service));
    }
    let route = own
        .load_balancer
        .production_routes
        .iter()
        .find(|route| other.load_balancer.production_routes.iter().any(|theirs| theirs.arn() == route.arn()));
    if let Some(route) = route {
        return Some(format!("route {}", short(route.arn())));
    }
    let group = own.load_balancer.target_groups.iter().find(|group| other.load_balancer.target_groups.contains(group));
    group.map(|group| format!("target group {}", crate::step::target_group_name(group)))
}
