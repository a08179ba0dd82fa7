//! Ready: the replacement is complete, and a person is waited for before any traffic moves.

use sluice_api::{DeploymentGroupSpec, DeploymentStatus, GateKind, LifecycleEventName, Reason};

use super::event::done;
use super::hold::wait;
use crate::asked::READY;
use crate::gates::gate::Checkpoint;
use crate::gates::{Passage, pass};
use crate::plan::{Note, Plan};
use crate::progress::gates::skip;
use crate::view::View;

pub(super) const fn applies(settings: &DeploymentGroupSpec) -> bool {
    settings.ready.is_some()
}

pub(super) fn begin(view: &View<'_>, mut progress: DeploymentStatus) -> Plan {
    // What is waited for has a time of its own.
    progress.deadline_at = None;
    let input = view.input.with_progress(&progress);
    let plan = View::new(&input).map(|view| next(&view));
    plan.unwrap_or_else(|| Plan::advance(progress.clone(), Vec::new()))
}

pub(super) fn next(view: &View<'_>) -> Plan {
    if view.original_is_lost() || (view.gives_up_the_original() && view.replacement_can_serve()) {
        let mut progress = view.progress().clone();
        skip(&mut progress, GateKind::Ready, READY.to_owned(), view.now());
        let message = "The original serves nobody: traffic waits for no approval";
        let notes = vec![Note::warning(Reason::OriginalDown, message)];
        return done(view, progress, LifecycleEventName::Ready).with_notes(notes);
    }
    let Passage { waiting, progress, notes } = pass(view, Checkpoint::Ready);
    match waiting {
        Some(waiting) => wait(view, waiting, &progress).with_notes(notes),
        None => done(view, progress, LifecycleEventName::Ready).with_notes(notes),
    }
}
