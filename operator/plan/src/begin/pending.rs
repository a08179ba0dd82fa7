//! An increment as a step that is not begun.

use sluice_api::{Capacity, StepState, StepStatus, blanked};

use super::schedule::Increment;

/// The step that is not begun. Where sizes follow the traffic, its scale is shown to a whole percent, rounded up.
pub(crate) fn pending(increment: &Increment, index: i32, capacity: Capacity) -> StepStatus {
    let by_weight = i32::from(increment.weight.tenths().div_ceil(10));
    StepStatus {
        index,
        name: increment.name.as_deref().map(blanked),
        weight: increment.weight,
        scale: increment.scale.unwrap_or_else(|| if capacity.is_full() { 100 } else { by_weight }),
        hold: increment.hold,
        approval: increment.approval,
        state: StepState::Pending,
        started_at: None,
        verified_at: None,
        completed_at: None,
    }
}
