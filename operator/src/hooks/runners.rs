//! Who runs a hook, by its kind.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use kube::Client;
use sluice_api::{AwsBindingSpec, DeploymentGroupSpec, bounded_message};
use sluice_aws::RegionClients;
use sluice_plan::admission::hook_hosts::authorize_hook_url;
use sluice_plan::hooks::{HookAnswer, HookCall, HookTarget};

use super::http::{Hosts, HttpRunner};
use super::job::JobRunner;
use super::lambda::LambdaRunner;
use super::runner::{HookError, HookRunner};

/// What hooks need that do not run in AWS.
#[derive(Clone)]
pub struct Runners {
    /// Asks hosts.
    pub http: Arc<dyn Hosts>,
    /// Makes Jobs, and reads Secrets.
    pub kubernetes: Client,
    /// How often a Job is looked at.
    pub poll: Duration,
    /// Whether Pods may be read, for what they leave behind.
    pub reads_pods: bool,
}

/// Who runs this hook: by the settings that its release was begun with, and the binding as it is now.
#[must_use]
pub fn runner(
    aws: &RegionClients,
    runners: Option<&Runners>,
    (settings, binding): (&DeploymentGroupSpec, Option<&AwsBindingSpec>),
    call: &HookCall,
) -> Arc<dyn HookRunner> {
    match (&call.target, runners, binding) {
        (HookTarget::Lambda { .. }, _, _) => Arc::new(LambdaRunner(aws.functions.clone())),
        (HookTarget::Job(job), Some(runners), Some(_)) => Arc::new(JobRunner {
            client: runners.kubernetes.clone(),
            job: (**job).clone(),
            poll: runners.poll,
            reads_pods: runners.reads_pods,
        }),
        (HookTarget::Http { url, headers_from }, Some(runners), Some(binding)) => {
            match authorize_hook_url((&settings.aws.binding, binding), &format!("spec.hooks: {}", call.name), url) {
                Ok(url) => Arc::new(HttpRunner {
                    http: runners.http.clone(),
                    kubernetes: runners.kubernetes.clone(),
                    url,
                    headers_from: headers_from.clone(),
                }),
                Err(refusal) => Arc::new(Refused(refusal.message)),
            }
        }
        (HookTarget::Job(_) | HookTarget::Http { .. }, _, _) => {
            Arc::new(Refused("nothing admits the hook: there is no binding any more".to_owned()))
        }
    }
}

/// Runs nothing, and says why.
struct Refused(String);

impl HookRunner for Refused {
    fn ask<'a>(&'a self, _: &'a HookCall) -> BoxFuture<'a, Result<HookAnswer, HookError>> {
        let error = HookError { message: bounded_message(&self.0), passes: false };
        std::future::ready(Err(error)).boxed()
    }
}
