//! Bake: all traffic moved, and the original is kept.

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, GateKind, GateState, GateStatus, LifecycleEventName, Reason, bounded_message};

use super::event::{done, pass_over};
use super::hold::wait;
use super::multi;
use crate::asked::{BAKE, Place};
use crate::gates::gate::Checkpoint;
use crate::gates::{Passage, pass, with_wrong_words};
use crate::input::Newer;
use crate::plan::{Note, Plan};
use crate::progress::events::event_started_at;
use crate::progress::gates::remember;
use crate::progress::remembered::idle_for;
use crate::unread_route;
use crate::view::View;
use crate::view::settling::open_connections;
use crate::waiting::{Waiting, clock};
use crate::weights::{next_weight_change, repair_weight};

/// Begins the bake; skips it where there is nothing to keep, or no time to keep it for.
pub(super) fn begin(view: &View<'_>, mut progress: DeploymentStatus) -> Plan {
    let now = view.now();
    let nothing_is_kept = nothing_is_kept(view);
    let ended_early = ended_early(view);
    if nothing_is_kept || view.input.release.settings.bake.is_zero() || ended_early.is_some() {
        let without = ended_early.filter(|_| !nothing_is_kept).map(|why| format!(", without a bake: {why}"));
        let message = format!("All traffic moved to the replacement{}", without.unwrap_or_default());
        let notes = vec![Note::normal(Reason::Shifting, message)];
        // One that is released as one with others waits for them here, however short its own bake is.
        let plan = if progress.multi.is_some() {
            Plan::advance(progress, Vec::new())
        } else {
            pass_over(progress, LifecycleEventName::Bake)
        };
        return plan.with_notes(notes);
    }
    // What held the increment before it is none of the bake's time.
    let until = ends_at(view, &progress, now);
    if let Some(original) = &mut progress.original {
        original.terminate_at = Some(until);
    }
    let message = format!(
        "All traffic moved to the replacement; the original is kept until {}{}",
        clock(until, now),
        open_connections(view)
    );
    let waiting = with_wrong_words(view, &progress, waiting(until, now));
    Plan::wait(waiting, progress, &view.input).with_notes(vec![Note::normal(Reason::Baking, message)])
}

pub(super) fn next(view: &View<'_>) -> Plan {
    if let Some(change) = next_weight_change(view) {
        return repair_weight(view, change);
    }
    let now = view.now();
    let progress = view.progress().clone();
    let since = event_started_at(&progress, LifecycleEventName::Bake).unwrap_or(now);
    let until = ends_at(view, &progress, since);
    let ended_early = ended_early(view).filter(|_| now < until);
    let is_in_vain = view.original_is_lost() || (progress.multi.is_some() && nothing_is_kept(view));
    if now < until && !is_in_vain && ended_early.is_none() {
        let unread = unread_route::wait_until(view, Some(until));
        return unread.unwrap_or_else(|| {
            Plan::wait(with_wrong_words(view, &progress, waiting(until, now)), progress, &view.input)
        });
    }
    // What else holds it at its end.
    let Passage { waiting, mut progress, notes } = pass(view, Checkpoint::Bake);
    if let Some(waiting) = waiting {
        return wait(view, waiting, &progress).with_notes(notes);
    }
    if let Some(plan) = multi::hold(view) {
        return plan.with_notes(notes);
    }
    if progress.multi.is_none() || !(nothing_is_kept(view) || view.input.release.settings.bake.is_zero()) {
        remember(&mut progress, gate_of_the_past(since, now < until, ended_early.as_deref()));
    }
    let told =
        ended_early.map(|why| Note::normal(Reason::Terminating, format!("The bake is over before its time: {why}")));
    done(view, progress, LifecycleEventName::Bake).with_notes(notes).with_notes(told.into_iter().collect())
}

/// What is left to tell of the wait: that its time is over, or what ended it before.
fn gate_of_the_past(since: Timestamp, is_early: bool, why: Option<&str>) -> GateStatus {
    let state = if is_early { GateState::Skipped } else { GateState::Passed };
    let why = why.unwrap_or(if is_early { "the original serves nobody" } else { "" });
    GateStatus {
        name: BAKE.to_owned(),
        kind: GateKind::Bake,
        state,
        since,
        timeout_at: None,
        on_timeout: None,
        why: bounded_message(why),
        how: String::new(),
    }
}

/// Whether there is nothing that a bake would keep.
fn nothing_is_kept(view: &View<'_>) -> bool {
    view.progress().original.is_none() || view.original_is_lost() || view.is_without_traffic()
}

/// Why the bake is over before its time; none where it lasts as long as the group says. What follows asks all that it asks
/// after any bake.
fn ended_early(view: &View<'_>) -> Option<String> {
    let release = &view.input.release;
    let newer = (release.controls.newer == Some(Newer::EndsBake))
        .then(|| format!("{} waits to begin", release.newer_in_words()));
    let skipped = release.asked.skips(&release.progress.steps, Place::Bake);
    newer.or_else(|| skipped.then(|| "spec.skipTo is End".to_owned()))
}

fn ends_at(view: &View<'_>, progress: &DeploymentStatus, started: Timestamp) -> Timestamp {
    started + view.input.release.settings.bake.as_signed() + idle_for(progress)
}

fn waiting(until: Timestamp, now: Timestamp) -> Waiting {
    Waiting::until(Reason::Baking, format!("baking; the original is kept until {}", clock(until, now)), until)
}
