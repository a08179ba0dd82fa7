//! What becomes of a group's earlier Deployments.

use sluice_api::{Application, Deployment};
use sluice_plan::group::deployments::replaced;
use sluice_plan::group::garbage::expired;
use sluice_plan::status::replaced as replaced_status;

use super::reconcile::Reconcile;
use crate::error::ReconcileError;

impl Reconcile<'_> {
    /// A release whose place a later one took does not read as running any more.
    pub async fn tell_replaced(&self, deployments: &[Deployment]) -> Result<(), ReconcileError> {
        for (deployment, by) in replaced(deployments) {
            let status = replaced_status(&deployment.status.clone().unwrap_or_default(), &by);
            self.context.stores.deployments.apply_status(deployment, &status).await?;
        }
        Ok(())
    }

    /// Deletes the oldest that is past the Application's limit. One at a time: the end of it wakes the group for the next.
    pub async fn delete_expired(
        &self,
        application: Option<&Application>,
        deployments: &[Deployment],
        held_revision: Option<&str>,
    ) -> Result<(), ReconcileError> {
        let Some(application) = application else { return Ok(()) };
        let limit = application.spec.revision_history_limit;
        if let Some(oldest) = expired(deployments, &self.uid(), held_revision, limit).first() {
            self.context.stores.deployments.delete_exactly("a Deployment", oldest).await?;
        }
        Ok(())
    }
}
