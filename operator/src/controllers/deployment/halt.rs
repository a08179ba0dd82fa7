//! Why a reconcile ends before its plan is carried out.

use sluice_aws::AwsError;
use sluice_plan::Refusal;

use crate::error::ReconcileError;
use crate::pipeline::access::AccessError;

/// Why a reconcile ends before its plan is carried out.
pub enum Halt {
    /// A check of what is in AWS says no: told in the status, and asked again.
    RefusedByAws(Refusal),
    /// What is in Kubernetes says no: told in the status, and asked again when that changes.
    RefusedByKubernetes(Refusal),
    /// AWS could not be read: told in the status, and tried again.
    Aws(AwsError),
    /// The object could not be read or written: the reconcile fails.
    Kubernetes(ReconcileError),
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Self::RefusedByAws(refusal)
    }
}

impl From<AwsError> for Halt {
    fn from(error: AwsError) -> Self {
        Self::Aws(error)
    }
}

impl From<ReconcileError> for Halt {
    fn from(error: ReconcileError) -> Self {
        Self::Kubernetes(error)
    }
}

impl From<AccessError> for Halt {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Denied(refusal) => Self::RefusedByKubernetes(refusal),
            AccessError::Aws(error) => Self::Aws(error),
        }
    }
}
