//! What a Deployment does otherwise than its group says, put into the settings that it begins with.

use std::borrow::Cow;

use sluice_api::{Deployment, DeploymentGroupSpec, Inherited};

use crate::refusal::Refusal;

/// The settings of the group as this Deployment begins with them.
#[must_use]
pub fn settings_for<'a>(deployment: &Deployment, settings: &'a DeploymentGroupSpec) -> Cow<'a, DeploymentGroupSpec> {
    let mut settings = Cow::Borrowed(settings);
    let Some(overrides) = &deployment.spec.overrides else { return settings };
    if let Some(config) = &overrides.deployment_config {
        settings.to_mut().deployment_config = Some(config.clone());
    }
    if overrides.hooks == Some(Inherited::None) && !settings.hooks.is_empty() {
        settings.to_mut().hooks = Vec::new();
    }
    if overrides.alarms == Some(Inherited::None) && settings.alarms.is_some() {
        settings.to_mut().alarms = None;
    }
    settings
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
