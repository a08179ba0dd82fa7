//! What the parts of a group's reconcile share.

use kube::ResourceExt;
use kube::api::{Api, DeleteParams, ListParams};
use sluice_api::{Deployment, DeploymentGroup};

use crate::context::Context;
use crate::error::ReconcileError;
use crate::kubernetes::requests::{read, write};
use crate::metrics::KubernetesWrite;

/// One reconcile of one group.
pub struct Reconcile<'a> {
    /// What every reconcile is given.
    pub context: &'a Context,
    /// Groups of its namespace.
    pub api: &'a Api<DeploymentGroup>,
    /// The group as it was read.
    pub group: &'a DeploymentGroup,
    /// Deployments of its namespace.
    pub deployments: Api<Deployment>,
    /// Its namespace.
    pub namespace: &'a str,
}

impl Reconcile<'_> {
    /// The Deployments of the group.
    pub async fn own_deployments(&self) -> Result<Vec<Deployment>, ReconcileError> {
        let of_this = ListParams::default().fields(&format!("spec.groupRef={}", self.group.name_any()));
        Ok(read("the Deployments of a group", self.deployments.list(&of_this)).await?.items)
    }

    /// Deletes a Deployment. One that is gone already is a success.
    pub async fn delete(&self, name: &str) -> Result<(), ReconcileError> {
        let deleted = write("a Deployment", self.deployments.delete(name, &DeleteParams::background())).await;
        self.context.metrics.wrote(KubernetesWrite::Object);
        match deleted {
            Err(ReconcileError::Write { source, .. }) if matches!(&*source, kube::Error::Api(status) if status.is_not_found()) => {
                Ok(())
            }
            other => other.map(|_| ()),
        }
    }
}
