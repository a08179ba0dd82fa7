//! What the parts of a group's reconcile share.

use std::sync::Arc;

use kube::ResourceExt;
use kube::runtime::reflector::ObjectRef;
use sluice_api::{Deployment, DeploymentGroup};

use crate::context::Context;
use crate::dependents::{Dependency, Dependent};
use crate::error::ReconcileError;
use crate::kubernetes::kept::claims;

/// One reconcile of one group.
pub struct Reconcile<'a> {
    /// What every reconcile is given.
    pub context: &'a Context,
    /// The group as it is.
    pub group: &'a Arc<DeploymentGroup>,
    /// Its namespace.
    pub namespace: &'a str,
}

impl Reconcile<'_> {
    /// The Deployments of the group.
    pub fn own_deployments(&self) -> Vec<Deployment> {
        let deployments = self.context.stores.deployments_of(self.namespace, &self.group.name_any());
        deployments.iter().map(|deployment| (**deployment).clone()).collect()
    }

    /// Deletes a Deployment. One that is gone already is a success.
    pub async fn delete(&self, name: &str) -> Result<(), ReconcileError> {
        self.context.stores.deployments.delete("a Deployment", self.namespace, name).await
    }

    /// From now on a change of what the group names wakes it; and who else has a claim, where that is what it waits for.
    pub fn depend(&self, and_on_claims: bool) {
        let spec = &self.group.spec;
        let mut found = vec![
            Dependency::Application(self.namespace.to_owned(), spec.application_ref.clone()),
            Dependency::Binding(spec.aws.binding.clone()),
            Dependency::Namespace(self.namespace.to_owned()),
        ];
        let config = spec.deployment_config.as_ref().and_then(|config| config.name.clone());
        found.extend(config.map(Dependency::Config));
        if and_on_claims {
            found.extend(claims(spec).into_iter().map(Dependency::Claim));
        }
        self.context.dependents.set(&Dependent::Group(ObjectRef::from_obj(&**self.group)), &found);
    }
}

/// Whether a Deployment has begun, and not ended.
pub fn in_progress(deployment: &Deployment) -> bool {
    deployment.status.as_ref().is_some_and(|status| status.started_at.is_some() && status.completed_at.is_none())
}
