//! The way to AWS for a namespace: through its binding, or not at all.

use sluice_api::{AwsBinding, DeploymentGroup, DeploymentGroupSpec};
use sluice_aws::{AwsError, RegionClients};
use sluice_plan::Refusal;
use sluice_plan::tenancy::{Claim, admit, admit_arns, claimed_by_another};

use crate::context::Context;

/// Why there is no way.
pub enum Barred {
    /// The binding, or another group's claim, says no.
    Refused(Refusal),
    /// AWS did not say who we are.
    Aws(AwsError),
}

/// The way to AWS for these settings: nothing is called before the binding admits the namespace and the region,
/// and nothing but the caller's account is asked before it admits every ARN (S16 Tenant).
pub async fn region_clients(
    context: &Context,
    namespace: &str,
    settings: &DeploymentGroupSpec,
) -> Result<RegionClients, Barred> {
    let binding = context.stores.binding(&settings.aws.binding);
    let spec = binding.as_ref().map(|binding: &AwsBinding| &binding.spec);
    let labels = context.stores.namespace_labels(namespace);
    admit(spec, settings, namespace, &labels).map_err(Barred::Refused)?;
    let clients = context.regions.region(&settings.aws.region);
    let account = clients.identity.account().await.map_err(Barred::Aws)?;
    if let Some(spec) = spec {
        admit_arns(spec, settings, &account).map_err(Barred::Refused)?;
    }
    Ok(clients)
}

/// Whether another group came first to the same service, route or target group.
pub fn check_claims(context: &Context, group: &DeploymentGroup) -> Result<(), Refusal> {
    let groups = context.stores.groups.state();
    claimed_by_another(&claim(group), groups.iter().map(|other| claim(other)))
}

fn claim(group: &DeploymentGroup) -> Claim<'_> {
    let metadata = &group.metadata;
    Claim {
        uid: metadata.uid.as_deref().unwrap_or_default(),
        name: format!(
            "{}/{}",
            metadata.namespace.as_deref().unwrap_or_default(),
            metadata.name.as_deref().unwrap_or_default()
        ),
        created_at: metadata.creation_timestamp.as_ref().map_or(jiff::Timestamp::UNIX_EPOCH, |time| time.0),
        settings: &group.spec,
    }
}
