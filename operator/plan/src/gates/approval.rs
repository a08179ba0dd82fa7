//! A person approved the increment: `approval` of the step.

use sluice_api::GateKind;

use super::gate::{Checkpoint, Gate, Verdict};
use super::question::{Question, ask as ask_person};
use crate::asked::{Place, label, titled};
use crate::view::View;

pub(super) const GATE: Gate = Gate { name: "approval", ask };

fn ask(view: &View<'_>, at: Checkpoint) -> Verdict {
    let Checkpoint::AfterStep(index) = at else { return Verdict::Open };
    let steps = &view.progress().steps;
    let Some((step, approval)) = steps.get(index).and_then(|step| Some((step, step.approval?))) else {
        return Verdict::Open;
    };
    let question = Question {
        kind: GateKind::Approval,
        place: Place::Step(index),
        name: label(steps, index),
        subject: format!("{} at weight {}", titled(steps, index), step.weight),
        length: approval.timeout,
        on_timeout: approval.on_timeout.into(),
    };
    ask_person(view, &question)
}
