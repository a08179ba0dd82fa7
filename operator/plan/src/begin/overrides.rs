//! What a Deployment does otherwise than its group says, put into the settings that it begins with.

use std::borrow::Cow;

use sluice_api::{Deployment, DeploymentGroupSpec};

use crate::refusal::Refusal;

/// The settings of the group as this Deployment begins with them.
#[must_use]
pub fn settings_for<'a>(deployment: &Deployment, settings: &'a DeploymentGroupSpec) -> Cow<'a, DeploymentGroupSpec> {
    let overrides = deployment.spec.overrides.as_ref();
    match overrides.and_then(|overrides| overrides.deployment_config.clone()) {
        None => Cow::Borrowed(settings),
        Some(config) => Cow::Owned(DeploymentGroupSpec { deployment_config: Some(config), ..settings.clone() }),
    }
}

/// A refusal of these settings, told of the field that has the value.
#[must_use]
pub fn told_of(deployment: &Deployment, refusal: Refusal) -> Refusal {
    let is_overridden =
        deployment.spec.overrides.as_ref().is_some_and(|overrides| overrides.deployment_config.is_some());
    if is_overridden {
        return refusal.of_field("spec.deploymentConfig", "spec.overrides.deploymentConfig");
    }
    refusal
}
