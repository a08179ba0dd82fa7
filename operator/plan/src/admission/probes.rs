//! Where a probe may ask: hosts that the binding lists, as for hooks.

use sluice_api::{AwsBindingSpec, DeploymentGroupSpec, ListedUrl};

use super::hook_hosts::authorize_hook_url;
use crate::refusal::Refusal;

/// The field of a probe's URL.
const FIELD: &str = "spec.health.http.url";

/// The URL of the group's probe, if the binding lists its host and its port; none where the group has no probe. Asked at each
/// look: what a binding does not list any more is asked no more.
pub fn authorize_probe(binding: &AwsBindingSpec, settings: &DeploymentGroupSpec) -> Result<Option<ListedUrl>, Refusal> {
    let Some(probe) = settings.health.as_ref().and_then(|health| health.http.as_ref()) else { return Ok(None) };
    authorize_hook_url((&settings.aws.binding, binding), FIELD, &probe.url).map(Some)
}
