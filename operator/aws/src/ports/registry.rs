//! What the operator may ask of Amazon ECR.

use futures::future::BoxFuture;

use crate::error::AwsError;

/// The registry of the account, in one region.
pub trait Registry: Send + Sync {
    /// The digest of the image that has this tag now, in a repository such as `acme/shop`.
    fn digest<'a>(&'a self, repository: &'a str, tag: &'a str) -> BoxFuture<'a, Result<ImageDigest, AwsError>>;
}

/// What ECR answered of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImageDigest {
    /// `sha256:` and its digits.
    Known(String),
    /// There is no such image, or it may not be asked for: why.
    Untold(String),
}
