//! What holds a Deployment at one place. A failure sends traffic back at any moment; a gate holds it where it stands.

use crate::view::View;
use crate::waiting::Waiting;

/// A place in a release at which gates are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checkpoint {
    /// Once the weight of the increment with this index was read back on every route.
    AfterStep(usize),
}

/// What a gate answers. It never builds a plan.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// Nothing of it stands in the way.
    Open,
    /// Not yet. The words are the gate's own.
    Wait(Waiting),
}

/// One gate: a row of the table.
pub(crate) struct Gate {
    /// What it waits for, as the table of the documentation names it.
    pub name: &'static str,
    /// Whether the Deployment may go past the checkpoint.
    pub ask: fn(&View<'_>, Checkpoint) -> Verdict,
}
