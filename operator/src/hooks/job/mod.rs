//! Runs hooks that are Jobs: made once by a derived name, looked at by that name while the hook runs, and never watched, so
//! that a cluster without such hooks is asked nothing.

mod manifest;
#[cfg(test)]
pub mod manifest_tests;
mod name;
#[cfg(test)]
mod runner_tests;
mod take_away;
mod verdict;

use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{Api, ListParams, PostParams};
use kube::{Client, ResourceExt as _};
use sluice_api::{JobHook, bounded_message};
use sluice_plan::hooks::{HookAnswer, HookCall};

use self::manifest::{manifest, owner};
pub use self::take_away::JobOf;
use self::verdict::{JobState, job_state, termination_message};
use super::runner::{HookError, HookRunner};
use crate::error::ReconcileError;
use crate::kubernetes::requests::{is_already_there, read, write};

/// Runs the Job of a hook.
pub struct JobRunner {
    /// Of Kubernetes.
    pub client: Client,
    /// What the Job is made from.
    pub job: JobHook,
    /// How often it is looked at.
    pub poll: Duration,
    /// Whether Pods may be read, for their message.
    pub reads_pods: bool,
}

impl HookRunner for JobRunner {
    fn ask<'a>(&'a self, call: &'a HookCall) -> BoxFuture<'a, Result<HookAnswer, HookError>> {
        self.look(call).boxed()
    }

    fn abandon<'a>(&'a self, call: &'a HookCall) -> BoxFuture<'a, ()> {
        JobOf::of(call).take_away(self.client.clone()).boxed()
    }
}

impl JobRunner {
    fn jobs(&self, call: &HookCall) -> Api<Job> {
        Api::namespaced(self.client.clone(), &call.payload.namespace)
    }

    async fn look(&self, call: &HookCall) -> Result<HookAnswer, HookError> {
        let wanted = manifest(call, &self.job)
            .map_err(|error| HookError { message: format!("failed to write the Job: {error}"), passes: false })?;
        let name = wanted.name_any();
        let found = read("the Job of a hook", self.jobs(call).get_opt(&name)).await.map_err(|error| failed(&error))?;
        let Some(found) = found else {
            return self.create(call, &wanted).await;
        };
        match job_state(&found, &call.execution_id, owner(&call.execution_id)) {
            JobState::Running => Ok(self.again(&name)),
            JobState::Complete => Ok(HookAnswer::Succeeded { message: self.message(call, &name).await }),
            JobState::Failed(why) => {
                let message = self.message(call, &name).await;
                Ok(HookAnswer::failed(
                    &message.map_or_else(|| format!("Job {name}: {why}"), |message| format!("{message} ({why})")),
                ))
            }
            JobState::Foreign => Err(HookError {
                message: bounded_message(&format!(
                    "Job {name} is there and not of this execution: delete it (kubectl delete job {name} -n {}), and try again",
                    call.payload.namespace
                )),
                passes: false,
            }),
        }
    }

    async fn create(&self, call: &HookCall, wanted: &Job) -> Result<HookAnswer, HookError> {
        let created = write("the Job of a hook", self.jobs(call).create(&PostParams::default(), wanted)).await;
        match created {
            Ok(_) => Ok(self.again(&wanted.name_any())),
            // Made by an earlier question, whose answer was lost.
            Err(ReconcileError::Write { source, .. }) if is_already_there(&source) => {
                Ok(self.again(&wanted.name_any()))
            }
            Err(error) => Err(failed(&error)),
        }
    }

    fn again(&self, name: &str) -> HookAnswer {
        HookAnswer::InProgress { call_back_delay: self.poll, message: Some(format!("Job {name} is running")) }
    }

    /// What the Pod left behind; none where Pods may not be read, or are gone.
    async fn message(&self, call: &HookCall, job: &str) -> Option<String> {
        if !self.reads_pods {
            return None;
        }
        let pods: Api<Pod> = Api::namespaced(self.client.clone(), &call.payload.namespace);
        let of_job = ListParams::default().labels(&format!("batch.kubernetes.io/job-name={job}")).limit(10);
        match read("the Pods of a hook", pods.list(&of_job)).await {
            Ok(found) => termination_message(&found.items),
            Err(error) => {
                tracing::debug!(%error, job, "the message of a hook was not read");
                None
            }
        }
    }
}

/// What follows from a request that failed: what was refused for what it is, is refused again.
fn failed(error: &ReconcileError) -> HookError {
    let status = match error {
        ReconcileError::Read { source, .. } | ReconcileError::Write { source, .. } => match &**source {
            kube::Error::Api(status) => Some(status),
            _ => None,
        },
        _ => None,
    };
    let remedy = match status.map(|status| status.code) {
        Some(403) => "; let the operator make Jobs: hooks.jobs of its chart",
        _ => "",
    };
    let passes = status.is_none_or(|status| !matches!(status.code, 400 | 403 | 404 | 422));
    let told = status.map_or_else(|| error.to_string(), |status| format!("{error}: {}", status.message));
    HookError { message: bounded_message(&format!("{told}{remedy}")), passes }
}
