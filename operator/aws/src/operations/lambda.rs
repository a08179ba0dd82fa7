//! The operations of AWS Lambda.
//!
//! Source: Service Authorization Reference, "AWS Lambda"; Lambda developer guide, "Lambda quotas": Invoke is limited by the
//! concurrency of the functions and not by a rate of its own, so that it counts against no bucket. What is throttled is
//! tried again by whoever runs the hook.

use super::entry::{Entry, Grant, Operation, Scope, ServiceKind};

/// The function itself, and its versions and aliases. Narrow it to the functions that are hooks.
const INVOKE_HOOKS: Scope = Scope::arns("InvokeHooks", &["lambda:*:*:function:*"]);

/// In the order of [`Operation`].
pub(super) const OPERATIONS: &[Entry] = &[Entry {
    operation: Operation::Invoke,
    name: "Invoke",
    service: ServiceKind::Lambda,
    write: true,
    grants: &[Grant::new("lambda:InvokeFunction", &INVOKE_HOOKS)],
    buckets: &[],
}];
