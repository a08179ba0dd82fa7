//! A gate that waits for a person: what those have in common. It is asked once, with a time-out, and answered once.

use jiff::Timestamp;
use sluice_api::{Duration, GateKind, GateState, GateStatus, GateTimeout, MESSAGE_LIMIT, Reason};

use super::gate::Verdict;
use crate::asked::Place;
use crate::commands::approve;
use crate::plan::Note;
use crate::progress::gates::recorded;
use crate::view::View;
use crate::waiting::{WaitKind, Waiting, clock};

/// What a person is asked.
pub(super) struct Question {
    pub kind: GateKind,
    /// Where the release stands.
    pub place: Place,
    /// The word that approves it.
    pub name: String,
    /// What is to be approved, for people.
    pub subject: String,
    /// How long.
    pub length: Duration,
    /// What happens then.
    pub on_timeout: GateTimeout,
}

/// Whether it was answered, by a person or by time. Once answered, it is not asked again. That its time is over and traffic
/// has to return is for `failures/unanswered.rs` to say.
pub(super) fn ask(view: &View<'_>, question: &Question) -> Verdict {
    let known = recorded(view.progress(), question.kind, &question.name);
    if known.is_some_and(|gate| !gate.is_waiting()) {
        return Verdict::Open;
    }
    let mut gate = known.cloned().unwrap_or_else(|| question.begin(view));
    // What else is approved meanwhile changes the command.
    gate.how = approve(&view.input.release, &question.name);
    let (asked, steps, subject) = (view.input.release.asked, &view.progress().steps, &question.subject);
    if asked.skips(steps, question.place) {
        let message =
            format!("Skipped: the approval of {subject}, because spec.skipTo is {}", asked.skip_to.unwrap_or_default());
        return over(gate, GateState::Skipped, Note::normal(Reason::WaitingForApproval, message));
    }
    if asked.approves(steps, question.place) {
        let early = if known.is_none() { ", before it was waited for" } else { "" };
        let message = format!("Approved: {subject}{early}");
        return over(gate, GateState::Approved, Note::normal(Reason::WaitingForApproval, message));
    }
    let is_late = gate.timeout_at.is_some_and(|at| at <= view.now());
    let late = format!("Nobody approved {subject} within {}", question.length);
    match question.on_timeout {
        GateTimeout::Continue if is_late => {
            let note = Note::warning(Reason::WaitingForApproval, format!("{late}: it goes on (onTimeout is Continue)"));
            over(gate, GateState::TimedOut, note)
        }
        GateTimeout::Wait if is_late => {
            let message = with_command(&format!("{late}: it waits on"), &gate.how);
            let gate = GateStatus { timeout_at: None, ..gate };
            let waiting = question.waiting(&gate, view.now());
            Verdict::told(gate, Some(waiting), Some(Note::warning(Reason::WaitingForApproval, message)))
        }
        _ => {
            let waiting = question.waiting(&gate, view.now());
            let message =
                with_command(&format!("Waiting for approval of {subject}{}", until(&gate, view.now())), &gate.how);
            let note = known.is_none().then(|| Note::normal(Reason::WaitingForApproval, message));
            Verdict::told(gate, Some(waiting), note)
        }
    }
}

impl Question {
    fn begin(&self, view: &View<'_>) -> GateStatus {
        GateStatus {
            name: self.name.clone(),
            kind: self.kind,
            state: GateState::Waiting,
            since: view.now(),
            timeout_at: Some(view.now() + self.length.as_signed()),
            on_timeout: Some(self.on_timeout),
            why: String::new(),
            how: String::new(),
        }
    }

    fn waiting(&self, gate: &GateStatus, now: Timestamp) -> Waiting {
        let text =
            format!("waiting for approval of {} since {}{}", self.subject, clock(gate.since, now), until(gate, now));
        Waiting {
            reason: Reason::WaitingForApproval,
            message: with_command(&text, &gate.how),
            until: gate.timeout_at,
            deadline: None,
            kind: WaitKind::Progress,
        }
    }
}

/// It holds nothing any more.
fn over(gate: GateStatus, state: GateState, note: Note) -> Verdict {
    Verdict::told(GateStatus { state, timeout_at: None, how: String::new(), ..gate }, None, Some(note))
}

/// Until when, and what happens then.
fn until(gate: &GateStatus, now: Timestamp) -> String {
    let Some(at) = gate.timeout_at else { return String::new() };
    let then = match gate.on_timeout {
        Some(GateTimeout::Stop) => ", then stopped",
        Some(GateTimeout::Rollback) => ", then rolled back",
        Some(GateTimeout::Continue) => ", then it goes on",
        Some(GateTimeout::Wait) | None => ", and longer",
    };
    format!(", until {}{then}", clock(at, now))
}

/// A command is told whole or not at all.
fn with_command(text: &str, how: &str) -> String {
    let whole = format!("{text}: {how}");
    if whole.chars().count() <= MESSAGE_LIMIT { whole } else { format!("{text}: status.gates has the command") }
}
