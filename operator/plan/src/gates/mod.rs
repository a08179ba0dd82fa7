//! What must hold before a Deployment goes past a checkpoint.

mod approval;
pub(crate) mod gate;
mod hold;
mod question;
mod ready;

use sluice_api::{AskedAnswer, AskedField, AskedStatus, DeploymentStatus, GateKind, Reason, StepStatus};

use crate::asked::{not_approvable, steps_of, wrong_skip_to};
use crate::plan::Note;
use crate::progress::gates::remember;
use crate::view::View;
use crate::waiting::{WaitKind, Waiting};
use gate::{Checkpoint, Gate, Told, Verdict};

/// In the order in which they are asked. A new gate is a new file and a line here.
const GATES: &[Gate] = &[hold::GATE, approval::GATE, ready::GATE];

/// What the gates of a checkpoint came to.
pub(crate) struct Passage {
    /// What the first that is not open waits for; none when all are.
    pub waiting: Option<Waiting>,
    /// The progress, with what they wrote down.
    pub progress: DeploymentStatus,
    /// What happened to them, to be told.
    pub notes: Vec<Note>,
}

/// Asks the gates one after the other, up to the first that is not open.
pub(crate) fn pass(view: &View<'_>, at: Checkpoint) -> Passage {
    let mut passage = Passage { waiting: None, progress: view.progress().clone(), notes: Vec::new() };
    for gate in GATES {
        let waiting = match (gate.ask)(view, at) {
            Verdict::Open => None,
            Verdict::Wait(waiting) => Some(waiting),
            Verdict::Told(told) => {
                let Told { gate, waiting, note } = *told;
                remember(&mut passage.progress, gate);
                passage.notes.extend(note);
                waiting
            }
        };
        if let Some(waiting) = waiting {
            passage.waiting = Some(with_wrong_words(view, &passage.progress, waiting));
            break;
        }
    }
    passage
}

/// A wait during which a user asked for what there is not: he reads that first, and that it stalls.
pub(crate) fn with_wrong_words(view: &View<'_>, progress: &DeploymentStatus, waiting: Waiting) -> Waiting {
    let Some(steps) = steps_of(progress) else { return waiting };
    let wrong = wrong_skip_to(view.input.release.asked, steps).or_else(|| wrong_approval(progress, steps));
    let Some(wrong) = wrong else { return waiting };
    let message = format!("{wrong}; {}", waiting.message);
    Waiting { reason: Reason::InvalidValue, message, kind: WaitKind::Person, ..waiting }
}

/// What was approved by a wrong name since a person is waited for. What is approved stays so, and what was written in an
/// earlier wait says nothing of this one.
fn wrong_approval(progress: &DeploymentStatus, steps: &[StepStatus]) -> Option<String> {
    let for_a_person = |kind| matches!(kind, GateKind::Ready | GateKind::Approval);
    let asking = progress.gates.iter().find(|gate| gate.is_waiting() && for_a_person(gate.kind))?;
    let is_wrong = |one: &&AskedStatus| one.field == AskedField::Approvals && one.answer == AskedAnswer::Unknown;
    let wrong = progress.asked.iter().filter(is_wrong).find(|one| one.since >= asking.since)?;
    Some(not_approvable(&wrong.value, steps))
}

/// Names of the gates, in their order.
pub(crate) fn names() -> Vec<&'static str> {
    GATES.iter().map(|gate| gate.name).collect()
}
