//! Objects that others name, and that are not among the files.

use sluice_plan::begin::schedule::{predefined, unknown};

use super::known::{Known, Together};
use crate::lint::finding::Finding;

pub(super) fn missing(together: &Together<'_>) -> Vec<Finding> {
    let Together { applications, groups, deployments, configurations, bindings, .. } = together;
    let is_beside = |from: &Known, other: &Known, name: &str| other.name() == name && from.is_beside(other);
    let absent =
        |kind: &str, name: &str| format!("{kind} {name} is not among these files: it has to be in the cluster");
    let mut findings = Vec::new();
    for (known, group) in groups {
        let spec = &group.spec;
        if !applications.iter().any(|(other, _)| is_beside(known, other, &spec.application_ref)) {
            findings.push(known.note(&["spec", "applicationRef"], absent("Application", &spec.application_ref)));
        }
        if !bindings.iter().any(|(other, _)| other.name() == spec.aws.binding) {
            findings.push(known.note(&["spec", "aws", "binding"], absent("AwsBinding", &spec.aws.binding)));
        }
        let reference = spec.deployment_config.as_ref();
        if let Some(name) = reference.and_then(|reference| reference.name.as_deref())
            && predefined(name).is_none()
            && !configurations.iter().any(|(other, _)| other.name() == name)
        {
            // Nobody may give his own such a name.
            findings.push(if name.starts_with("CodeDeployDefault.") {
                known.refused(&unknown(reference, &[]))
            } else {
                known.note(&["spec", "deploymentConfig", "name"], absent("DeploymentConfig", name))
            });
        }
    }
    for (known, deployment) in deployments {
        let name = &deployment.spec.group_ref;
        if !groups.iter().any(|(other, _)| is_beside(known, other, name)) {
            findings.push(known.note(&["spec", "groupRef"], absent("DeploymentGroup", name)));
        }
    }
    findings
}
