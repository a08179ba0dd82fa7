//! The way to AWS for a namespace: through its binding, or not at all.

use sluice_api::{AwsBinding, DeploymentGroupSpec};
use sluice_aws::{AwsError, RegionClients, Regions};
use sluice_plan::Refusal;
use sluice_plan::admission::bindings::{self, authorize_arns, authorize_revision};
use sluice_plan::admission::input::check_input;

use crate::kubernetes::stores::Stores;

/// Why there is no way to AWS, or no answer from it.
pub enum AccessError {
    /// The binding, another group's claim, or the settings themselves say no.
    Denied(Refusal),
    /// AWS did not answer.
    Aws(AwsError),
}

impl AccessError {
    /// The same, with another refusal where it is one.
    pub fn map_refusal(self, change: impl FnOnce(Refusal) -> Refusal) -> Self {
        match self {
            Self::Denied(refusal) => Self::Denied(change(refusal)),
            other @ Self::Aws(_) => other,
        }
    }
}

impl From<Refusal> for AccessError {
    fn from(refusal: Refusal) -> Self {
        Self::Denied(refusal)
    }
}

impl From<AwsError> for AccessError {
    fn from(error: AwsError) -> Self {
        Self::Aws(error)
    }
}

/// The clients of the region that these settings name: nothing is called before the binding admits the namespace and
/// the region, and nothing but the caller's account is asked before it admits every ARN (S16 Tenant).
pub async fn region_clients(
    stores: &Stores,
    regions: &Regions,
    namespace: &str,
    settings: &DeploymentGroupSpec,
) -> Result<RegionClients, AccessError> {
    let binding = authorize(stores, namespace, settings)?;
    let clients = regions.region(&settings.aws.region);
    let account = clients.identity.account().await?;
    if let Some(binding) = &binding {
        authorize_arns(&binding.spec, settings, &account)?;
    }
    Ok(clients)
}

/// The same for a Deployment that is about to begin: nothing that names its revision is called before the binding admits
/// that too.
pub async fn release_clients(
    stores: &Stores,
    regions: &Regions,
    namespace: &str,
    (settings, task_definition): (&DeploymentGroupSpec, &str),
) -> Result<RegionClients, AccessError> {
    let clients = region_clients(stores, regions, namespace, settings).await?;
    let account = clients.identity.account().await?;
    if let Some(binding) = stores.binding(&settings.aws.binding) {
        authorize_revision(&binding.spec, settings, &account, task_definition)?;
    }
    Ok(clients)
}

/// The binding that admits the namespace and the region. It is asked before anything is taken: a turn, a slot, a client.
pub fn authorize(
    stores: &Stores,
    namespace: &str,
    settings: &DeploymentGroupSpec,
) -> Result<Option<AwsBinding>, Refusal> {
    let binding = stores.binding(&settings.aws.binding);
    let labels = stores.namespace_labels(namespace);
    bindings::authorize(binding.as_ref().map(|binding| &binding.spec), settings, namespace, labels.as_ref())?;
    check_input(settings)?;
    Ok(binding)
}
