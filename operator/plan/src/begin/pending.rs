//! An increment as a step that is not begun.

use sluice_api::{StepState, StepStatus, blanked};

use super::schedule::Increment;

/// The step that is not begun.
pub(crate) fn pending(increment: &Increment, index: i32) -> StepStatus {
    StepStatus {
        index,
        name: increment.name.as_deref().map(blanked),
        weight: increment.weight,
        scale: increment.scale,
        hold: increment.hold,
        approval: increment.approval,
        state: StepState::Pending,
        started_at: None,
        verified_at: None,
        completed_at: None,
    }
}
