//! What a Deployment is, where it stands, and why it waits.

use kube::ResourceExt;
use sluice_api::{Deployment, GROUP_LABEL, StatusWord};
use sluice_plan::names::short;

use super::comes_next::comes_next;
use super::says::without_commands;
use super::sections::{Section, row};
use super::seen::{Frame, full_name};
use super::text::{Line, Tone};
use super::time::{age, left};
use super::words::{self, word_of};

/// Most lines of a message.
const MOST: usize = 5;

/// The first line: name, status, step, weight, and how long it has taken.
#[must_use]
pub fn title(deployment: &Deployment, frame: &Frame) -> Line {
    let status = deployment.status.as_ref();
    let word = word_of(status);
    let mut line = Line::of(Tone::Faint, "Deployment ").and(Tone::Strong, full_name(deployment)).and(Tone::Plain, "  ");
    line = line.then(words::status(word).with(word.as_str()));
    if let Some(summary) = status.and_then(|status| status.summary.as_ref()) {
        if !summary.step.is_empty() {
            line = line.and(Tone::Plain, format!("  step {}", summary.step));
        }
        if !summary.weight.is_empty() {
            line = line.and(Tone::Plain, format!("  weight {}", summary.weight));
        }
    }
    let right = took(deployment, frame).map(|text| Line::of(Tone::Faint, text)).unwrap_or_default();
    line.with_right(frame.width, right)
}

fn took(deployment: &Deployment, frame: &Frame) -> Option<String> {
    let status = deployment.status.as_ref();
    let started = status.and_then(|status| status.started_at);
    Some(match (started, status.and_then(|status| status.completed_at)) {
        (Some(started), Some(ended)) => format!("took {}", age(started, ended)),
        (Some(started), None) => format!("for {}", age(started, frame.now)),
        (None, _) => format!("made {} ago", age(deployment.creation_timestamp()?.0, frame.now)),
    })
}

/// What is released in place of what, from where, by whom; why it waits, until when, and what comes next.
#[must_use]
pub fn section(deployment: &Deployment, frame: &Frame) -> Section {
    let width = frame.width;
    let mut lines = vec![title(deployment, frame).cut(width)];
    lines.extend(row("Revision", &revision(deployment), width, 2));
    lines.extend(row("Made by", &Line::plain(made_by(deployment)), width, 2));
    let Some(status) = &deployment.status else {
        lines.extend(row("Waits", &Line::plain("the operator has not looked at it yet"), width, MOST));
        return Section::of(0, lines);
    };
    if let Some(source) = &status.source {
        lines.extend(row("Built from", &Line::plain(source.to_string()), width, 3));
    }
    if status.failure.is_none() || status.completed_at.is_none() {
        let label = if status.completed_at.is_some() { "Ended" } else { "Says" };
        lines.extend(row(label, &Line::of(Tone::Strong, without_commands(&status.message)), width, MOST));
    }
    let until = [("Until", status.next_transition_at), ("Deadline", status.deadline_at)];
    let runs = status.completed_at.is_none() && word_of(Some(status)) != StatusWord::Stalled;
    for (label, at) in until.into_iter().filter(|_| runs) {
        let line = at.map(|at| row(label, &Line::plain(left(at, frame.now)), width, 1));
        lines.extend(line.into_iter().flatten());
    }
    if let Some(next) = comes_next(deployment, frame.now) {
        lines.extend(row("Next", &Line::plain(next), width, 3));
    }
    Section::of(0, lines)
}

fn revision(deployment: &Deployment) -> Line {
    let name = deployment.revision_name();
    let known = if name.is_empty() { "not known yet" } else { name };
    let line = Line::of(Tone::Replacement, known);
    let replaces = deployment.status.as_ref().and_then(|status| status.original.as_ref());
    let line = match replaces {
        Some(original) => line.and(Tone::Plain, " in place of ").and(Tone::Original, short(&original.task_definition)),
        None => line,
    };
    line.and(Tone::Plain, format!(", group {}", deployment.spec.group_ref))
}

/// What brought it about.
fn made_by(deployment: &Deployment) -> String {
    let by_operator = deployment.labels().contains_key(GROUP_LABEL);
    if let Some(of) = &deployment.spec.rollback_of {
        return format!("who goes back from {of}");
    }
    match (&deployment.spec.retry_of, by_operator) {
        (Some(of), _) => format!("a further try of {of}"),
        (None, true) => "a change of the revision".to_owned(),
        (None, false) => creator(deployment).map_or_else(|| "hand".to_owned(), |name| format!("hand, with {name}")),
    }
}

/// What the client called itself that made the object, by its managed fields.
fn creator(deployment: &Deployment) -> Option<&str> {
    let managers = deployment.managed_fields().iter().filter(|one| one.subresource.is_none());
    managers.min_by_key(|one| one.time.as_ref().map(|time| time.0))?.manager.as_deref()
}
