//! The one form in which a failed call comes back. No other module knows an error code.

mod class;

pub(crate) use class::is_throttle;

use std::{error::Error, time::Duration};

use aws_smithy_runtime_api::{client::result::SdkError, http::Response};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::{Operation, ServiceKind, limits};

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

/// What follows from a failed call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorClass {
    /// Too many calls: come back later.
    Throttled,
    /// No answer, or an answer that AWS is not well. A write may or may not have taken effect.
    Unavailable,
    /// No credentials, or credentials that AWS does not accept.
    Credentials,
    /// Credentials that may not do this.
    AccessDenied,
    /// Something named in the request does not exist.
    NotFound,
    /// The request can never pass as it is.
    Refused,
    /// The lease was not valid any more; nothing was sent.
    Fenced,
    /// An answer that is not understood.
    Unknown,
}

impl ErrorClass {
    /// Every class.
    pub const ALL: [Self; 8] = [
        Self::Throttled,
        Self::Unavailable,
        Self::Credentials,
        Self::AccessDenied,
        Self::NotFound,
        Self::Refused,
        Self::Fenced,
        Self::Unknown,
    ];

    /// Its name, as in labels and reasons.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Throttled => "Throttled",
            Self::Unavailable => "Unavailable",
            Self::Credentials => "Credentials",
            Self::AccessDenied => "AccessDenied",
            Self::NotFound => "NotFound",
            Self::Refused => "Refused",
            Self::Fenced => "Fenced",
            Self::Unknown => "Unknown",
        }
    }

    /// Whether the same call is likely to pass soon, without anybody's help.
    #[must_use]
    pub fn is_transient(self) -> bool {
        matches!(self, Self::Throttled | Self::Unavailable)
    }
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
            let mut failed = Self::new(operation, class::of_code(code, message, status), message).with_code(code);
            failed.retry_after = retry_after(answer.raw());
            return failed;
        }
        let mut failed = Self::new(operation, class::without_code(error, status), chain(error));
        failed.retry_after = error.raw_response().and_then(retry_after);
        failed
    }
}

/// An error and its causes in one line. A cause whose words the one above it already has is left out.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut words = String::new();
    for cause in causes(error).map(ToString::to_string) {
        if words.is_empty() {
            words = cause;
        } else if !words.contains(&cause) {
            words = format!("{words}: {cause}");
        }
    }
    words
}

/// The first line, cut. What follows it is never for a reader: with a wrong signature AWS sends back the whole signed
/// request, session token and all.
fn one_line(message: &str) -> String {
    message.trim().lines().next().unwrap_or_default().trim_end().chars().take(limits::MESSAGE_LENGTH).collect()
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds: u64 = response.headers().get("retry-after")?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(limits::RETRY_AFTER))
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

#[cfg(test)]
mod tests;
