//! Moments from which something is counted, and the one from which there is no way back.

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, IntentOperation, TaskSetStatus};

/// The last moment at which a write that still counts may have been made, or a weight was read back: the barrier
/// counts from it.
///
/// Every write of the way forward, also one whose record was lost, was made before the return to the original began:
/// a raised weight, or the create of the task set.
pub(crate) fn last_write(progress: &DeploymentStatus) -> Option<Timestamp> {
    let traffic = progress.traffic.as_ref();
    [
        traffic.and_then(|traffic| traffic.written_at),
        traffic.and_then(|traffic| traffic.verified_at),
        progress.rollback.as_ref().map(|rollback| rollback.started_at),
    ]
    .into_iter()
    .flatten()
    .max()
}

/// Whether this task set was not there at the observation before this one either. ECS may leave something out of
/// one answer, and nothing is given up for that.
pub(crate) fn was_missing(seen: &TaskSetStatus) -> bool {
    seen.desired == 0 && seen.running == 0
}

/// Whether the delete of the original may have been called: from here on there is no way back.
pub(crate) fn past_point_of_no_return(progress: &DeploymentStatus) -> bool {
    progress.intent.as_ref().is_some_and(|intent| intent.operation == IntentOperation::DeleteTaskSet)
}
