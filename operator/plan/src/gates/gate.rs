//! What holds a Deployment at one place. A failure sends traffic back at any moment; a gate holds it where it stands.

use sluice_api::GateStatus;

use crate::plan::Note;
use crate::view::View;
use crate::waiting::Waiting;

/// A place in a release at which gates are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checkpoint {
    /// Once the replacement is ready, before the first increment.
    Ready,
    /// Once the weight of the increment with this index was read back on every route.
    AfterStep(usize),
    /// Once the time is over for which the original is kept.
    Bake,
}

/// What a gate answers. It never builds a plan.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// Nothing of it stands in the way.
    Open,
    /// Not yet. The words are the gate's own.
    Wait(Waiting),
    /// Open or not yet, and written down in `status.gates`.
    Told(Box<Told>),
}

/// What is written down of a gate.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    /// How it stands.
    pub gate: GateStatus,
    /// What it waits for; none when it is open.
    pub waiting: Option<Waiting>,
    /// What happened to it just now, if something did.
    pub note: Option<Note>,
}

impl Verdict {
    pub(super) fn told(gate: GateStatus, waiting: Option<Waiting>, note: Option<Note>) -> Self {
        Self::Told(Box::new(Told { gate, waiting, note }))
    }
}

/// One gate: a row of the table.
pub(crate) struct Gate {
    /// What it waits for, as the table of the documentation names it.
    pub name: &'static str,
    /// Whether the Deployment may go past the checkpoint.
    pub ask: fn(&View<'_>, Checkpoint) -> Verdict,
}
