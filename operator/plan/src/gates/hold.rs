//! The increment's hold is over.

use sluice_api::Reason;

use super::gate::{Checkpoint, Gate, Verdict};
use crate::progress::remembered::idle_for;
use crate::view::View;
use crate::waiting::{Waiting, clock};

pub(super) const GATE: Gate = Gate { name: "hold", ask };

fn ask(view: &View<'_>, at: Checkpoint) -> Verdict {
    let Checkpoint::AfterStep(index) = at;
    let steps = &view.progress().steps;
    let Some((step, verified_at)) = steps.get(index).and_then(|step| Some((step, step.verified_at?))) else {
        return Verdict::Open;
    };
    let until = verified_at + step.hold.as_signed() + idle_for(view.progress());
    if view.now() >= until {
        return Verdict::Open;
    }
    let weight = step.weight;
    let message = match steps.get(index + 1) {
        Some(next) => format!("holding weight {weight}; next weight {} at {}", next.weight, clock(until, view.now())),
        None => format!("holding weight {weight} until {}", clock(until, view.now())),
    };
    let original = view.progress().original.as_ref().and_then(|original| original.unhealthy_since);
    let down = original.map(|_| "; the original has no healthy target").unwrap_or_default();
    Verdict::Wait(Waiting::until(Reason::Holding, format!("{message}{down}"), until))
}
