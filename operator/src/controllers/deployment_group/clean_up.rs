//! The end of a group.

use kube::ResourceExt;

use super::reconcile::Reconcile;
use crate::error::ReconcileError;
use crate::pipeline::requeue::Requeue;

impl Reconcile<'_> {
    /// The group goes once its Deployments are gone; each of them returns its traffic first, and its end wakes the group.
    pub async fn clean_up(&self) -> Result<Requeue, ReconcileError> {
        let deployments = self.own_deployments();
        for deployment in deployments.iter().filter(|one| one.metadata.deletion_timestamp.is_none()) {
            self.delete(&deployment.name_any()).await?;
        }
        if deployments.is_empty() {
            self.context.stores.groups.remove_finalizer(self.group).await?;
        }
        Ok(Requeue::OnChange)
    }
}
