//! The increment's hold is over.

use sluice_api::{GateKind, GateState, GateStatus, Reason};

use super::gate::{Checkpoint, Gate, Verdict};
use crate::asked::{Place, label, titled};
use crate::plan::Note;
use crate::progress::gates::recorded;
use crate::progress::remembered::idle_for;
use crate::view::View;
use crate::view::settling::open_connections;
use crate::waiting::{Waiting, clock};

pub(super) const GATE: Gate = Gate { name: "hold", ask };

fn ask(view: &View<'_>, at: Checkpoint) -> Verdict {
    let Checkpoint::AfterStep(index) = at else { return Verdict::Open };
    let steps = &view.progress().steps;
    let Some((step, verified_at)) = steps.get(index).and_then(|step| Some((step, step.verified_at?))) else {
        return Verdict::Open;
    };
    let until = verified_at + step.hold.as_signed() + idle_for(view.progress());
    let name = label(steps, index);
    let is_skipped = recorded(view.progress(), GateKind::Hold, &name).is_some_and(|gate| !gate.is_waiting());
    if view.now() >= until || is_skipped {
        return Verdict::Open;
    }
    let asked = view.input.release.asked;
    if asked.skips(steps, Place::Step(index)) {
        let (kind, state, since) = (GateKind::Hold, GateState::Skipped, verified_at);
        let (why, how) = (String::new(), String::new());
        let gate = GateStatus { name, kind, state, since, timeout_at: None, on_timeout: None, why, how };
        let target = asked.skip_to.unwrap_or_default();
        let message = format!("Skipped: the hold of {}, because spec.skipTo is {target}", titled(steps, index));
        return Verdict::told(gate, None, Some(Note::normal(Reason::Holding, message)));
    }
    let weight = step.weight;
    let message = match steps.get(index + 1) {
        Some(next) => format!("holding weight {weight}; next weight {} at {}", next.weight, clock(until, view.now())),
        None => format!("holding weight {weight} until {}", clock(until, view.now())),
    };
    let original = view.progress().original.as_ref().and_then(|original| original.unhealthy_since);
    let down = original.map(|_| "; the original has no healthy target").unwrap_or_default();
    Verdict::Wait(Waiting::until(Reason::Holding, format!("{message}{down}{}", open_connections(view)), until))
}
