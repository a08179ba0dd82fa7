//! The settings of a group, by the operator's own rules.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use sluice_api::{Arn, AwsBindingSpec, DeploymentGroupSpec, TrafficShift};
use sluice_plan::Refusal;
use sluice_plan::admission::bindings::{authorize, authorize_arns};
use sluice_plan::admission::input::check_input;
use sluice_plan::begin::check_increments;
use sluice_plan::begin::schedule::{increments, resolve};

use super::known::Together;
use crate::lint::finding::Finding;

pub(super) fn refused(together: &Together<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (known, group) in &together.groups {
        let settings = &group.spec;
        let named = settings.deployment_config.as_ref().and_then(|reference| reference.name.as_deref());
        let configuration = together.configurations.iter().find(|(other, _)| Some(other.name()) == named);
        let binding = together.bindings.iter().find(|(other, _)| other.name() == settings.aws.binding);
        let refusals = [
            check_input(settings).err(),
            of_increments(settings, configuration.map(|(_, one)| &one.spec.shift)),
            binding.and_then(|(_, binding)| not_admitted(&binding.spec, settings)),
        ];
        findings.extend(refusals.iter().flatten().map(|refusal| known.refused(refusal)));
    }
    findings
}

/// What is known of the increments: nothing where the configuration is in the cluster.
fn of_increments(settings: &DeploymentGroupSpec, named: Option<&TrafficShift>) -> Option<Refusal> {
    let shift = resolve(settings.deployment_config.as_ref(), named)?;
    check_increments(settings, &increments(&shift))
}

/// Whether the binding admits the region, and what the group names of AWS. Labels of namespaces are in the cluster, and the
/// account is that of the target groups.
fn not_admitted(binding: &AwsBindingSpec, settings: &DeploymentGroupSpec) -> Option<Refusal> {
    let every_namespace = AwsBindingSpec { namespace_selector: LabelSelector::default(), ..binding.clone() };
    let account =
        settings.load_balancer.target_groups.iter().find_map(|arn| Arn::parse(arn).ok()).map(|arn| arn.account);
    authorize(Some(&every_namespace), settings, "", Some(&BTreeMap::new()))
        .and_then(|()| account.map_or(Ok(()), |account| authorize_arns(binding, settings, &account)))
        .err()
}
