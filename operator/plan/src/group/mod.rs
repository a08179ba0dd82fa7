//! Decisions about a DeploymentGroup: whether a change of revision asks for a Deployment, what is kept of the
//! past, and what users see.

pub mod deployments;
pub mod facts;
pub mod garbage;
mod held;
mod history;
mod line;
pub mod promotion_pin;
pub mod request;
pub mod retry;
pub mod rollback_of;
pub mod runtime;
pub mod scan;
mod seen;
mod soak;
pub mod strategy;
mod symptom;
pub mod wish;
mod worth;

use sluice_api::{ConditionType, DeploymentGroupStatus, Reason, bounded_message, cause_of};

use crate::action::Action;
use crate::admission::queue::{Entry, waiting};
use crate::drift::{self, DriftFacts, Judgement, judge};
use crate::names::short;
use crate::plan::Note;
use crate::serving;
use deployments::entry;
use facts::Facts;
use strategy::{describe, taken_away};

pub use soak::{due as soak_due, with_soak};
pub use worth::only_comes_further;

/// The next status of a group.
#[must_use]
pub fn status(previous: &DeploymentGroupStatus, facts: &Facts<'_>) -> DeploymentGroupStatus {
    let entries: Vec<Entry> = facts.deployments.iter().map(entry).collect();
    let current = entries.iter().find(|entry| entry.started && !entry.ended).map(|entry| entry.name.clone());
    let history = history::history(previous, facts.deployments);
    let mut queue = waiting(&entries);
    // One that was made right now is in no list yet.
    queue.extend(facts.made.filter(|made| !entries.iter().any(|entry| entry.name == *made)).map(str::to_owned));
    let mut status = DeploymentGroupStatus {
        observed_generation: facts.generation,
        strategy: Some(bounded_message(&describe(facts.settings.deployment_config.as_ref(), facts.named_config))),
        queue,
        requested: facts.requested.clone(),
        last_succeeded: history::last_succeeded(previous, &history),
        current,
        ..previous.clone()
    };
    // Whatever has no traffic at the moment: what a release would replace.
    let serves = facts.observed.and_then(|observed| serving::current(facts.settings, observed));
    let serves = serves.map(|set| short(&set.task_definition)).or(previous.revision.as_deref());
    status.held_revision = history::held_revision(facts, &history, serves);
    status.history = history;
    let symptom = seen::show(&mut status, facts);
    if let Some(Judgement { drift, repairs, .. }) = drifted(previous, &status, facts) {
        (status.drift, status.repairs) = (drift, repairs);
    }
    line::show(&mut status, facts, symptom);
    status.history = history::shown(status.history, facts.deployments);
    status
}

/// The one mutation that puts back what someone else changed; none where nothing is to be put back. `next` is the status that
/// follows from the same facts, and must be written before it is made: what is put back is counted there.
#[must_use]
pub fn repair(previous: &DeploymentGroupStatus, next: &DeploymentGroupStatus, facts: &Facts<'_>) -> Option<Action> {
    let is_recorded = next.repairs.iter().any(|repair| !previous.repairs.contains(repair));
    drifted(previous, next, facts).filter(|_| is_recorded)?.action
}

/// What drifted, while nothing is released. None where no one could look: then it stays as it was told.
fn drifted(previous: &DeploymentGroupStatus, status: &DeploymentGroupStatus, facts: &Facts<'_>) -> Option<Judgement> {
    if status.current.is_some() {
        // The release looks after its own.
        return Some(Judgement { repairs: previous.repairs.clone(), ..Judgement::default() });
    }
    let next = held::next_in_line(status, facts);
    Some(judge(
        previous,
        &DriftFacts {
            settings: facts.settings,
            generation: facts.generation,
            deployments: facts.deployments,
            history: &status.history,
            observed: facts.observed?,
            refusal: facts.refusal,
            suspended_by: facts.suspended_by,
            next: next.map(String::as_str),
            now: facts.now,
        },
    ))
}

/// What to tell of a group when its status changes, as Events.
#[must_use]
pub fn notes(previous: &DeploymentGroupStatus, next: &DeploymentGroupStatus) -> Vec<Note> {
    let taken_away = taken_away(previous.strategy.as_deref(), next.strategy.as_deref());
    let stall = Note::of_stall(&previous.conditions, &next.conditions);
    stall.into_iter().chain(taken_away).chain(drift::notes(previous, next)).collect()
}

/// Whether AWS is to be looked at again soon, because of what was seen there.
#[must_use]
pub fn has_symptom(status: &DeploymentGroupStatus) -> bool {
    let cause = |kind| cause_of(&status.conditions, kind).map(|(reason, _)| reason);
    let is_seen =
        |reason| matches!(reason, Some(Reason::NothingServes | Reason::TrafficLost | Reason::ServiceScaledToZero));
    let first_seen = cause(ConditionType::Reconciling);
    is_seen(cause(ConditionType::Stalled))
        || is_seen(first_seen)
        || first_seen == Some(Reason::NotServed)
        || drift::is_pending(status)
}
