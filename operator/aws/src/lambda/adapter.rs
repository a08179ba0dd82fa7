//! The port [`Functions`] on the SDK.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_lambda::{Client, config, primitives::Blob, types::InvocationType};
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};
use futures::{FutureExt, TryFutureExt, future::BoxFuture};
use sluice_plan::observation::FunctionName;

use super::bounded::{BoundedAnswers, is_too_long};
use crate::{
    client::{Clients, call, counted, limits},
    error::{AwsError, ErrorClass},
    metrics::Metrics,
    operations::Operation,
    ports::{FunctionAnswer, Functions},
    rate_limit::RateLimiter,
};

/// Lambda of one region. Dry runs are quick and tried again, as reads are; runs take their time, and whoever asks tries them
/// again.
pub(crate) struct FunctionsAdapter {
    dry_runs: Client,
    runs: Client,
    metrics: Metrics,
}

impl FunctionsAdapter {
    pub(crate) fn new(config: &SdkConfig, clients: &Clients, rate_limiter: &Arc<RateLimiter>) -> Self {
        let shared = config::Builder::from(config).interceptor(counted(rate_limiter));
        let dry_runs = shared
            .clone()
            .retry_config(clients.reads())
            .timeout_config(clients.timeouts())
            .interceptor(clients.fence());
        let patient = TimeoutConfig::builder()
            .connect_timeout(limits::CONNECT_TIMEOUT)
            .operation_attempt_timeout(limits::INVOCATION_TIMEOUT)
            .operation_timeout(limits::INVOCATION_TIMEOUT)
            .build();
        let runs = shared
            .retry_config(RetryConfig::disabled())
            .timeout_config(patient)
            .interceptor(BoundedAnswers(limits::INVOCATION_ANSWER))
            .interceptor(clients.fence());
        Self {
            dry_runs: Client::from_conf(dry_runs.build()),
            runs: Client::from_conf(runs.build()),
            metrics: clients.metrics.clone(),
        }
    }
}

impl Functions for FunctionsAdapter {
    fn invoke<'a>(
        &'a self,
        function: &'a FunctionName,
        payload: Vec<u8>,
    ) -> BoxFuture<'a, Result<FunctionAnswer, AwsError>> {
        async move {
            let request = self
                .runs
                .invoke()
                .function_name(&function.function)
                .set_qualifier(function.qualifier.clone())
                .invocation_type(InvocationType::RequestResponse)
                .payload(Blob::new(payload));
            let mut too_long = false;
            let sent = request.send().inspect_err(|error| too_long = is_too_long(error));
            let answer = call(&self.metrics, Operation::Invoke, sent).await;
            if too_long {
                let message = "the answer of the function is longer than 6 MiB";
                return Err(AwsError::new(Operation::Invoke, ErrorClass::Refused, message));
            }
            let answer = answer?;
            let payload = answer.payload.map(Blob::into_inner).unwrap_or_default();
            Ok(FunctionAnswer { payload, error: answer.function_error })
        }
        .boxed()
    }

    fn problem<'a>(&'a self, function: &'a FunctionName) -> BoxFuture<'a, Result<Option<String>, AwsError>> {
        async move {
            let request = self
                .dry_runs
                .invoke()
                .function_name(&function.function)
                .set_qualifier(function.qualifier.clone())
                .invocation_type(InvocationType::DryRun);
            match call(&self.metrics, Operation::Invoke, request.send()).await {
                Ok(_) => Ok(None),
                Err(error)
                    if matches!(error.class, ErrorClass::NotFound | ErrorClass::AccessDenied | ErrorClass::Refused) =>
                {
                    Ok(Some(error.to_string()))
                }
                Err(error) => Err(error),
            }
        }
        .boxed()
    }
}
