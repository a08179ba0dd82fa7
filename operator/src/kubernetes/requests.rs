//! Requests to the API server, each with a time-out and a name for its error.

use std::future::Future;

use super::timeout::KUBERNETES_TIMEOUT;
use crate::error::ReconcileError;

/// Reads, within the time-out.
pub async fn read<T>(what: &'static str, request: impl Future<Output = kube::Result<T>>) -> Result<T, ReconcileError> {
    match tokio::time::timeout(KUBERNETES_TIMEOUT, request).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(source)) => Err(ReconcileError::Read { what, source: Box::new(source) }),
        Err(_) => Err(ReconcileError::Timeout { what, seconds: KUBERNETES_TIMEOUT.as_secs() }),
    }
}

/// Writes, within the time-out.
pub async fn write<T>(what: &'static str, request: impl Future<Output = kube::Result<T>>) -> Result<T, ReconcileError> {
    match tokio::time::timeout(KUBERNETES_TIMEOUT, request).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(source)) => Err(ReconcileError::Write { what, source: Box::new(source) }),
        Err(_) => Err(ReconcileError::Timeout { what, seconds: KUBERNETES_TIMEOUT.as_secs() }),
    }
}

/// The status by which the API server refused a request; none where it did not answer.
pub fn code(error: &ReconcileError) -> Option<u16> {
    match error {
        ReconcileError::Read { source, .. } | ReconcileError::Write { source, .. } => match &**source {
            kube::Error::Api(status) => Some(status.code),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the object is not there.
pub fn is_not_found(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.is_not_found())
}

/// Whether the object is another one than the write was meant for.
pub fn is_conflict(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.is_conflict())
}

/// Whether the object is not as the write supposes, or would not be as its definition asks.
pub fn is_invalid(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 422)
}

/// Whether another object has the name already.
pub fn is_already_there(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.is_already_exists())
}
