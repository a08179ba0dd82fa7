//! A person said that traffic may move: `spec.ready` of the group.

use sluice_api::GateKind;

use super::gate::{Checkpoint, Gate, Verdict};
use super::question::{Question, ask as ask_person};
use crate::asked::{Place, READY};
use crate::view::View;

pub(super) const GATE: Gate = Gate { name: "ready", ask };

fn ask(view: &View<'_>, at: Checkpoint) -> Verdict {
    let (Checkpoint::Ready, Some(ready)) = (at, view.input.release.settings.ready) else { return Verdict::Open };
    let question = Question {
        kind: GateKind::Ready,
        place: Place::Ready,
        name: READY.to_owned(),
        subject: "the first traffic".to_owned(),
        length: ready.wait,
        on_timeout: ready.on_timeout.into(),
    };
    ask_person(view, &question)
}
