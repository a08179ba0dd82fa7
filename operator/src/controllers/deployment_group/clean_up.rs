//! The end of a group.

use kube::ResourceExt;

use super::reconcile::Reconcile;
use crate::error::ReconcileError;
use crate::kubernetes::requests::set_finalizer;
use crate::pipeline::requeue::Requeue;

impl Reconcile<'_> {
    /// The group goes once its Deployments are gone; each of them returns its traffic first.
    pub async fn clean_up(&self) -> Result<Requeue, ReconcileError> {
        let deployments = self.own_deployments().await?;
        for deployment in deployments.iter().filter(|one| one.metadata.deletion_timestamp.is_none()) {
            self.delete(&deployment.name_any()).await?;
        }
        if deployments.is_empty() {
            set_finalizer(&self.context.metrics, self.api, self.group, false).await?;
            return Ok(Requeue::OnChange);
        }
        Ok(Requeue::After(self.context.poll()))
    }
}
