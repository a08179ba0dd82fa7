//! What the operator may ask of AWS STS.

use futures::future::BoxFuture;

use crate::error::AwsError;

/// Whose credentials these are.
pub trait Identity: Send + Sync {
    /// The account, twelve digits. The answer is kept for some minutes; an error never is.
    fn account(&self) -> BoxFuture<'_, Result<String, AwsError>>;
}
