//! The one way in which an SDK operation is sent: counted, timed, and its error brought into the one form.

use std::error::Error;

use aws_smithy_runtime_api::{client::result::SdkError, http::Response};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::time::Instant;

use crate::{error::AwsError, metrics::Metrics, operations::Operation};

/// Sends an operation.
pub(crate) async fn call<T, E>(
    metrics: &Metrics,
    operation: Operation,
    sent: impl Future<Output = Result<T, SdkError<E, Response>>>,
) -> Result<T, AwsError>
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let begun = Instant::now();
    let answer = sent.await.map_err(|error| AwsError::from_sdk(operation, &error));
    let took = begun.elapsed();
    metrics.call(operation, took, answer.as_ref().err().map(|error| error.class));
    if let Err(error) = &answer {
        tracing::debug!(%operation, class = error.class.as_str(), ?took, %error, "an AWS call failed");
    }
    answer
}
