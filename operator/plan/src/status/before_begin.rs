//! The status of a Deployment that has not begun, or of which nothing new is known.

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, Health, Phase, ReadyToBegin, Reason, Share, State};

use super::conditions::show;
use super::gated::not_asked;
use super::line::{Kstatus, StatusLine};
use crate::input::{Controls, Newer};
use crate::outcome::CallError;
use crate::refusal::Refusal;
use crate::waiting::clock;

/// The status of a Deployment whose turn it is not.
#[must_use]
pub fn queued(previous: &DeploymentStatus, behind: &str, generation: Option<i64>, now: Timestamp) -> DeploymentStatus {
    let line = StatusLine::waiting(Phase::Pending, State::Queued, Reason::Queued, format!("queued behind {behind}"));
    show(DeploymentStatus { paused_at: None, ..not_asked(previous) }, &line, generation, now)
}

/// The status of a Deployment that waits and was found able to begin: what it asks of the one in progress.
#[must_use]
pub fn ready_behind(
    previous: &DeploymentStatus,
    (behind, asks): (&str, Newer),
    ready: ReadyToBegin,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let message = match asks {
        Newer::Supersedes => {
            format!("ready to begin: {behind} is superseded by it, and ends first, with all traffic at its original")
        }
        Newer::EndsBake => format!("ready to begin: {behind} ends first, without the rest of its bake"),
        Newer::GoesBack => format!("ready to begin: {behind} is rolled back for it, and ends first"),
    };
    let line = StatusLine::waiting(Phase::Pending, State::Queued, Reason::Queued, message);
    let status = DeploymentStatus { paused_at: None, ready_to_begin: Some(ready), ..previous.clone() };
    show(status, &line, generation, now)
}

/// The status of a Deployment that will never begin, because another one was in progress and its group takes none meanwhile.
#[must_use]
pub fn rejected(previous: &DeploymentStatus, by: &str, generation: Option<i64>, now: Timestamp) -> DeploymentStatus {
    let message = format!(
        "rejected, as spec.concurrency of its group says: {by} is in progress; create the Deployment again once that has ended"
    );
    never_begun(previous, (State::Failed, Reason::Rejected), message, generation, now)
}

/// The status of a Deployment that will never begin, because a newer one has.
#[must_use]
pub fn superseded(previous: &DeploymentStatus, by: &str, generation: Option<i64>, now: Timestamp) -> DeploymentStatus {
    let message =
        format!("{by} is newer and began first: create the Deployment again to release this revision after all");
    never_begun(previous, (State::Stopped, Reason::Superseded), message, generation, now)
}

/// The status of a Deployment that will never begin, because its group asks for what needs no Deployment.
#[must_use]
pub fn withdrawn(
    previous: &DeploymentStatus,
    wanted: &str,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let message = format!("{wanted} was asked for again before this one began: no traffic moved");
    never_begun(previous, (State::Stopped, Reason::Superseded), message, generation, now)
}

/// The status of a Deployment that will never begin: it waited for its turn in a promotion, which is of a newer revision now.
#[must_use]
pub fn outdated(
    previous: &DeploymentStatus,
    wanted: &str,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let message = format!("{wanted} is asked for by now, and is promoted from the first group on: no traffic moved");
    never_begun(previous, (State::Stopped, Reason::Superseded), message, generation, now)
}

/// The status of a Deployment that was stopped before it began.
#[must_use]
pub fn stopped_before_begin(previous: &DeploymentStatus, generation: Option<i64>, now: Timestamp) -> DeploymentStatus {
    let message = "stopped before it began: no traffic moved".to_owned();
    never_begun(previous, (State::Stopped, Reason::Stopped), message, generation, now)
}

/// The status of a Deployment that is held before it began.
#[must_use]
pub fn paused_before_begin(previous: &DeploymentStatus, generation: Option<i64>, now: Timestamp) -> DeploymentStatus {
    let mut status = not_asked(previous);
    status.paused_at.get_or_insert(now);
    let message = "paused before it began; set spec.paused to false to begin".to_owned();
    let line = StatusLine::waiting(Phase::Paused, State::Created, Reason::Paused, message);
    show(status, &line, generation, now)
}

/// The status of a Deployment that cannot begin, or go on, until someone mends something.
#[must_use]
pub fn refused(
    previous: &DeploymentStatus,
    refusal: &Refusal,
    controls: Controls,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let (phase, state) = unchanged_phase(previous);
    let mut status = not_looked_at(&not_asked(previous), controls, now);
    let message = format!("{}{}", held_where_it_is(&status, controls, now), refusal.message);
    let line = StatusLine { phase, state, reason: refusal.reason, message, kstatus: Kstatus::Stalled, traffic: None };
    if status.started_at.is_none() {
        (status.paused_at, status.ready_to_begin) = (None, None);
    }
    show(status, &line, generation, now)
}

/// The status of a Deployment while AWS cannot be read. What it remembers stays; what no one sees is unknown.
#[must_use]
pub fn call_failed(
    previous: &DeploymentStatus,
    error: &CallError,
    controls: Controls,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let (phase, state) = unchanged_phase(previous);
    let kstatus = if error.stalled { Kstatus::Stalled } else { Kstatus::InProgress };
    let status = not_looked_at(previous, controls, now);
    let held = if error.stalled { held_where_it_is(&status, controls, now) } else { String::new() };
    let message = format!("{held}{}", error.message);
    let line = StatusLine { phase, state, reason: error.reason, message, kstatus, traffic: None };
    show(status, &line, generation, now)
}

/// What was seen of AWS is unknown now, and when someone asked for the end is remembered.
fn not_looked_at(previous: &DeploymentStatus, controls: Controls, now: Timestamp) -> DeploymentStatus {
    let mut status = previous.clone();
    status.health = Health::Unknown;
    if let Some(traffic) = &mut status.traffic {
        traffic.routes = Vec::new();
    }
    if controls.ask_for_return() {
        status.stop_requested_at.get_or_insert(now);
    }
    status
}

/// Where one that has begun is held, and what becomes of a stop: its traffic stays where it was seen last. Empty for one
/// that has not begun.
fn held_where_it_is(status: &DeploymentStatus, controls: Controls, now: Timestamp) -> String {
    if status.started_at.is_none() || status.completed_at.is_some() {
        return String::new();
    }
    let share = status.traffic.as_ref().map_or(Share::NONE, |traffic| traffic.observed);
    let revision = status.summary.as_ref().map_or("", |summary| summary.revision.as_str());
    let asked = match controls {
        Controls { deleted: true, .. } => "its deletion",
        Controls { stop: true, .. } => "stop",
        Controls { .. } => "the return to what serves",
    };
    let stop =
        status.stop_requested_at.map(|at| format!("; {asked} was asked for at {} and is done then", clock(at, now)));
    let cannot = if status.rollback.is_some() { "does not get back" } else { "neither goes on nor can be rolled back" };
    format!("held at {share} % of {revision}: {cannot} until this is mended{}: ", stop.unwrap_or_default())
}

fn never_begun(
    previous: &DeploymentStatus,
    (state, reason): (State, Reason),
    message: String,
    generation: Option<i64>,
    now: Timestamp,
) -> DeploymentStatus {
    let mut status = not_asked(previous);
    status.completed_at.get_or_insert(now);
    (status.paused_at, status.ready_to_begin) = (None, None);
    let line = StatusLine { phase: Phase::Failed, state, reason, message, kstatus: Kstatus::Failed, traffic: None };
    show(status, &line, generation, now)
}

/// Phase and state of a Deployment of which nothing new is known.
const fn unchanged_phase(previous: &DeploymentStatus) -> (Phase, State) {
    if previous.started_at.is_some() { (previous.phase, previous.state) } else { (Phase::Pending, State::Created) }
}
