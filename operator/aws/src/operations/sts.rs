//! The operations of AWS STS.

use super::entry::{Entry, Operation, ServiceKind};

/// In the order of [`Operation`].
pub(super) const OPERATIONS: &[Entry] = &[Entry {
    operation: Operation::GetCallerIdentity,
    name: "GetCallerIdentity",
    service: ServiceKind::Sts,
    write: false,
    // IAM asks for nothing: whoever has credentials may ask whose they are (STS API reference, GetCallerIdentity).
    grants: &[],
    buckets: &[],
}];
