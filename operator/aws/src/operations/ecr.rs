//! The operations of Amazon ECR.
//!
//! Source: Service Authorization Reference, "Amazon Elastic Container Registry". Only releases of images by a tag, in a repository
//! that a binding lists, make the call.

use super::{
    buckets::Bucket,
    entry::{Entry, Grant, Operation, Scope, ServiceKind},
};

/// Repositories. Narrow it to those of the bindings' `allowedRepositories`, or leave it out where none lists any.
const RESOLVE_TAGS: Scope = Scope::arns("ResolveTags", &["ecr:*:*:repository/*"]);

/// In the order of [`Operation`].
pub(super) const OPERATIONS: &[Entry] = &[Entry {
    operation: Operation::DescribeImages,
    name: "DescribeImages",
    service: ServiceKind::Ecr,
    write: false,
    grants: &[Grant::new("ecr:DescribeImages", &RESOLVE_TAGS)],
    buckets: &[Bucket::EcrImageRead],
}];
