//! What must hold before a Deployment goes past a checkpoint.

pub(crate) mod gate;
mod hold;

use crate::view::View;
use gate::{Checkpoint, Gate, Verdict};

/// In the order in which they are asked. A new gate is a new file and a line here.
const GATES: &[Gate] = &[hold::GATE];

/// The answer of the first gate that is not open; open when all are.
pub(crate) fn next(view: &View<'_>, at: Checkpoint) -> Verdict {
    let closed = GATES.iter().map(|gate| (gate.ask)(view, at)).find(|verdict| *verdict != Verdict::Open);
    closed.unwrap_or(Verdict::Open)
}

/// Names of the gates, in their order.
pub(crate) fn names() -> Vec<&'static str> {
    GATES.iter().map(|gate| gate.name).collect()
}
