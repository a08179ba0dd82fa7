//! What a Deployment does otherwise than its group says, put into the settings that it begins with.

use std::borrow::Cow;

use sluice_api::{Deployment, DeploymentGroupSpec, Inherited};

use super::released::Released;
use crate::app_spec;
use crate::refusal::Refusal;

/// The settings of the group as a Deployment begins with them that releases this.
#[must_use]
pub fn settings_of<'a>(
    deployment: &Deployment,
    released: &Released,
    settings: &'a DeploymentGroupSpec,
) -> Cow<'a, DeploymentGroupSpec> {
    let mut settings = Cow::Borrowed(settings);
    if let Some(app_spec) = &released.app_spec {
        app_spec::apply(app_spec, settings.to_mut());
    }
    // What is pinned is what a release does; the text that it was read from stands in the Deployment.
    if settings.revision.as_ref().is_some_and(|revision| revision.app_spec.is_some()) {
        settings.to_mut().revision = None;
    }
    overridden(deployment, settings)
}

/// The settings of the group with what this Deployment does otherwise.
#[must_use]
pub fn settings_for<'a>(deployment: &Deployment, settings: &'a DeploymentGroupSpec) -> Cow<'a, DeploymentGroupSpec> {
    overridden(deployment, Cow::Borrowed(settings))
}

fn overridden<'a>(deployment: &Deployment, mut settings: Cow<'a, DeploymentGroupSpec>) -> Cow<'a, DeploymentGroupSpec> {
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
