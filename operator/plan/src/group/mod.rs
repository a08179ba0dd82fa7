//! Decisions about a DeploymentGroup: whether a change of revision asks for a Deployment, what is kept of the
//! past, and what users see.

pub mod deployments;
pub mod facts;
mod held;
mod history;
mod line;
pub mod request;
pub mod retry;
pub mod rollback_of;
mod seen;
pub mod strategy;
mod trouble;
pub mod wish;
mod worth;

use sluice_api::{ConditionType, DeploymentGroupStatus, Reason, bounded_message, cause_of};

use crate::admission::queue::{Entry, waiting};
use crate::names::short;
use crate::plan::Note;
use crate::serving;
use deployments::entry;
use facts::Facts;
use strategy::{describe, taken_away};

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
    let trouble = seen::show(&mut status, facts);
    line::show(&mut status, facts, trouble);
    status.history = history::shown(status.history, facts.deployments);
    status
}

/// What to tell of a group when its status changes, as Events.
#[must_use]
pub fn notes(previous: &DeploymentGroupStatus, next: &DeploymentGroupStatus) -> Vec<Note> {
    let taken_away = taken_away(previous.strategy.as_deref(), next.strategy.as_deref());
    Note::of_stall(&previous.conditions, &next.conditions).into_iter().chain(taken_away).collect()
}

/// Whether AWS is to be looked at again soon, because of what was seen there.
#[must_use]
pub fn is_in_trouble(status: &DeploymentGroupStatus) -> bool {
    let cause = |kind| cause_of(&status.conditions, kind).map(|(reason, _)| reason);
    let is_seen =
        |reason| matches!(reason, Some(Reason::NothingServes | Reason::TrafficLost | Reason::ServiceScaledToZero));
    let first_seen = cause(ConditionType::Reconciling);
    is_seen(cause(ConditionType::Stalled)) || is_seen(first_seen) || first_seen == Some(Reason::NotServed)
}
