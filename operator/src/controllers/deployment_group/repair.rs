//! What someone else changed is put back, while nothing is released.

use kube::ResourceExt;
use sluice_api::DeploymentStatus;
use sluice_aws::RegionClients;
use sluice_plan::{Action, Priority};

use super::reconcile::{Reconcile, in_progress};
use crate::kubernetes::kept::service;
use crate::metrics::PipelineStep;
use crate::pipeline::act;
use crate::pipeline::requeue::Requeue;

impl Reconcile<'_> {
    /// Makes the one mutation, which stands in the status of the group already. No release of the service begins meanwhile, and
    /// one that has begun goes first.
    pub async fn repair(&self, aws: &RegionClients, action: &Action) -> Requeue {
        let key = service(&self.group.spec);
        let _one_at_a_time = self.context.service_locks.lock(&key).await;
        let of_service = self.context.stores.deployments.by_key(&key);
        if of_service.iter().any(|deployment| in_progress(deployment)) {
            return Requeue::Now;
        }
        let (namespace, name, settings) = (self.namespace, self.group.name_any(), &self.group.spec);
        let priority = Priority::of_action(action, &DeploymentStatus::default());
        // What is put back is never a hook.
        let acted = act(aws, (&self.context.hooks, None), namespace, settings, priority, action);
        let result = self.context.metrics.timed(PipelineStep::Act, acted).await;
        let action = action.describe();
        match result {
            Ok(()) => {
                tracing::info!(namespace, name, action, outcome = "done", "put back");
                Requeue::After(self.context.poll())
            }
            Err(error) => {
                tracing::warn!(namespace, name, action, outcome = %error, "failed to put back");
                Requeue::BackOff
            }
        }
    }
}
