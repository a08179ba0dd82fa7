//! Where a probe may ask: hosts that the binding lists, as for hooks. A path goes to the load balancer, whose DNS name is held
//! against the same list: it comes from AWS, and what it stands for is judged as any other.

use sluice_api::{AwsBindingSpec, DeploymentGroupSpec, ProbeAddress, ProbeProtocol, ProbeTarget};

use super::hook_hosts::authorize_hook_url;
use crate::refusal::Refusal;

/// The field of a probe's URL.
const URL: &str = "spec.health.http.url";

/// The field of its path.
const PATH: &str = "spec.health.http.path";

/// Where the group's probe asks, if the binding lists the host and its port; none where the group has no probe, or it is not
/// known `through` which address its path goes. Asked at each look: what a binding does not list any more is asked no more.
pub fn authorize_probe(
    binding: &AwsBindingSpec,
    settings: &DeploymentGroupSpec,
    through: Option<&ProbeAddress>,
) -> Result<Option<ProbeTarget>, Refusal> {
    let Some(probe) = settings.health.as_ref().and_then(|health| health.http.as_ref()) else { return Ok(None) };
    let binding = (settings.aws.binding.as_str(), binding);
    if let Some(url) = &probe.url {
        return authorize_hook_url(binding, URL, url).map(|url| Some(ProbeTarget::of(url)));
    }
    let (Some(path), Some(through)) = (&probe.path, through) else { return Ok(None) };
    let ProbeAddress { dns_name, port, protocol, host } = through;
    let url = authorize_hook_url(binding, PATH, &format!("https://{dns_name}:{port}{path}"))?;
    Ok(Some(ProbeTarget { url, host: host.clone(), secure: *protocol == ProbeProtocol::Https }))
}
