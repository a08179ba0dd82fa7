//! What is told of drift: each change once, what is put back, and its end.

use sluice_api::{DeploymentGroupStatus, DriftState, Reason};

use crate::plan::Note;

/// Events, from two statuses of a group in a row.
pub(crate) fn notes(previous: &DeploymentGroupStatus, next: &DeploymentGroupStatus) -> Vec<Note> {
    let mut notes = Vec::new();
    for drift in next.drift.iter().filter(|drift| drift.state != DriftState::Seen) {
        let before = previous.drift.iter().find(|known| known.kind == drift.kind).map(|known| known.state);
        if drift.state == DriftState::GivenUp && before != Some(DriftState::GivenUp) {
            notes.push(Note::warning(Reason::RepairsEnded, drift.message.clone()));
        } else if before.is_none_or(|state| state == DriftState::Seen) {
            notes.push(Note::warning(Reason::Drifted, drift.message.clone()));
        }
    }
    for repair in next.repairs.iter().filter(|repair| !previous.repairs.contains(repair)) {
        notes.push(Note::normal(Reason::Repairing, format!("Puts back what the last release set: {}", repair.action)));
    }
    if next.current.is_none() {
        let is_over = |kind| next.drift.iter().all(|drift| drift.kind != kind);
        for drift in previous.drift.iter().filter(|drift| drift.state != DriftState::Seen && is_over(drift.kind)) {
            notes.push(Note::normal(Reason::Restored, format!("{} is as the last release left it again", drift.kind)));
        }
    }
    notes
}

/// That something drifted, for the message of a group that is well otherwise; empty where nothing did.
pub(crate) fn words(status: &DeploymentGroupStatus) -> String {
    let told = status.drift.iter().filter(|drift| drift.state != DriftState::Seen);
    let kinds: Vec<&str> = told.map(|drift| drift.kind.as_str()).collect();
    if kinds.is_empty() {
        String::new()
    } else {
        format!("; changed by someone else: {} (status.drift)", kinds.join(", "))
    }
}
