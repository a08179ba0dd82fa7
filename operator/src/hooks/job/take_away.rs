//! Takes a Job away that nobody waits for any more, and no other of its name.

use k8s_openapi::api::batch::v1::Job;
use kube::api::{Api, DeleteParams, Preconditions};
use kube::{Client, ResourceExt as _};
use sluice_plan::hooks::HookCall;

use super::manifest::owner;
use super::name::job_name;
use super::verdict::{JobState, job_state};
use crate::error::ReconcileError;
use crate::kubernetes::requests::{is_not_found, read, write};

/// The Job of an execution, whoever made it.
pub struct JobOf {
    namespace: String,
    name: String,
    execution_id: String,
}

impl JobOf {
    /// By the namespace and the name of the Deployment, the name of the hook and the id of the attempt.
    pub fn new((namespace, deployment): (&str, &str), hook: &str, execution_id: &str) -> Self {
        let name = job_name(deployment, hook, execution_id);
        Self { namespace: namespace.to_owned(), name, execution_id: execution_id.to_owned() }
    }

    /// That of a call.
    pub fn of(call: &HookCall) -> Self {
        Self::new((&call.payload.namespace, &call.payload.deployment), &call.name, &call.execution_id)
    }

    /// Deletes it, if it is there. Where that fails, its own deadline ends it.
    pub async fn take_away(self, client: Client) {
        if let Err(error) = self.try_delete(client).await {
            tracing::warn!(%error, job = self.name, "the Job of a hook was not deleted, and ends by its deadline");
        }
    }

    async fn try_delete(&self, client: Client) -> Result<(), ReconcileError> {
        let jobs: Api<Job> = Api::namespaced(client, &self.namespace);
        let found = read("the Job of a hook", jobs.get_opt(&self.name)).await?;
        let Some(uid) = found.filter(|job| self.is(job)).and_then(|job| job.uid()) else { return Ok(()) };
        let this_one = Preconditions { uid: Some(uid), resource_version: None };
        let delete = DeleteParams::background().preconditions(this_one);
        match write("the Job of a hook", jobs.delete(&self.name, &delete)).await {
            Err(ReconcileError::Write { source, .. }) if is_not_found(&source) => Ok(()),
            deleted => deleted.map(|_| ()),
        }
    }

    /// Whether a Job is the one that was made for this execution.
    fn is(&self, job: &Job) -> bool {
        job_state(job, &self.execution_id, owner(&self.execution_id)) != JobState::Foreign
    }
}
