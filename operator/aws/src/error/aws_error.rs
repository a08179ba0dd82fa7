//! The one form in which a failed call comes back.

use std::{error::Error, time::Duration};

use aws_smithy_runtime_api::{client::result::SdkError, http::Response};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{
    causes::chain,
    class::ErrorClass,
    codes::{class_of_code, class_without_code},
};
use crate::operations::{Operation, ServiceKind};

/// Characters of a message in conditions, Events and logs.
const MESSAGE_LENGTH: usize = 256;

/// Longest `Retry-After` that is believed: nothing that is due may wait for more than a minute.
const LONGEST_RETRY_AFTER: Duration = Duration::from_mins(1);

/// A call that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("failed to call {service}:{operation}: {}", self.detail())]
pub struct AwsError {
    /// The service.
    pub service: ServiceKind,
    /// The operation.
    pub operation: Operation,
    /// What follows from it.
    pub class: ErrorClass,
    /// AWS's code; none when no answer with a code came.
    pub code: Option<String>,
    /// AWS's words, or what happened in their place: one line of at most 256 characters.
    pub message: String,
    /// When AWS says to come back.
    pub retry_after: Option<Duration>,
}

impl AwsError {
    /// An error without an answer of AWS: the adapters' own refusals, and fakes.
    #[must_use]
    pub fn new(operation: Operation, class: ErrorClass, message: impl AsRef<str>) -> Self {
        Self {
            service: operation.service(),
            operation,
            class,
            code: None,
            message: one_line(message.as_ref()),
            retry_after: None,
        }
    }

    /// The same error with AWS's code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Whether the same call is likely to pass soon, without anybody's help.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.class.is_transient()
    }

    /// Whether it says that the task set does not exist, rather than its service or cluster, which would hint at wrong
    /// names.
    pub(crate) fn is_task_set_missing(&self) -> bool {
        // ECS is known to answer with either.
        self.class == ErrorClass::NotFound
            && matches!(self.code.as_deref(), Some("TaskSetNotFoundException" | "ClientException"))
    }

    fn detail(&self) -> String {
        match &self.code {
            Some(code) if self.message.is_empty() => code.clone(),
            Some(code) => format!("{code}: {}", self.message),
            None => self.message.clone(),
        }
    }

    pub(crate) fn from_sdk<E>(operation: Operation, error: &SdkError<E, Response>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let status = error.raw_response().map(Response::status);
        if let SdkError::ServiceError(answer) = error
            && let Some(code) = answer.err().code()
        {
            let message = answer.err().message().unwrap_or_default();
            let mut failed = Self::new(operation, class_of_code(code, message, status), message).with_code(code);
            failed.retry_after = retry_after(answer.raw());
            return failed;
        }
        let mut failed = Self::new(operation, class_without_code(error, status), chain(error));
        failed.retry_after = error.raw_response().and_then(retry_after);
        failed
    }
}

/// The first line, cut. What follows it is never for a reader: with a wrong signature AWS sends back the whole signed
/// request, session token and all.
fn one_line(message: &str) -> String {
    message.trim().lines().next().unwrap_or_default().trim_end().chars().take(MESSAGE_LENGTH).collect()
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds: u64 = response.headers().get("retry-after")?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_RETRY_AFTER))
}
