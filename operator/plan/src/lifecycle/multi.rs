//! The end of the bake of a release that is one with others: none of them takes its original away before all have done all
//! their own (adr 0050).

use sluice_api::{GateKind, GateState, GateStatus, GateTimeout, MultiStatus, Reason, Share, bounded_message};

use super::hold::wait;
use crate::commands::stop;
use crate::multi::{Move, Sibling, next_move};
use crate::plan::{Note, Plan};
use crate::progress::gates::{recorded, remember};
use crate::view::View;
use crate::waiting::{WaitKind, Waiting, clock};
use crate::weights::wait_for_traffic;

/// What its gate is called.
const NAME: &str = "Multi";

/// What it does with the others once it has done all its own; none where nothing, or nothing any more, is to be done with any.
/// Each move is a record of its own, and the next one follows from a look of its own.
pub(super) fn hold(view: &View<'_>) -> Option<Plan> {
    let multi = view.progress().multi.as_ref().filter(|multi| multi.passed_at.is_none())?;
    let now = view.now();
    let next = next_move(multi, view.input.release.siblings);
    if matches!(next, Move::SayReady | Move::Promise)
        && let Some(plan) = not_whole(view, multi)
    {
        return Some(plan);
    }
    let moved = match next {
        Move::Wait => return Some(wait_for_siblings(view, multi)),
        Move::SayReady => MultiStatus { ready_at: Some(now), ..multi.clone() },
        Move::Promise => MultiStatus { promised_at: Some(now), ..multi.clone() },
        Move::Pass => MultiStatus { passed_at: Some(now), ..multi.clone() },
    };
    let names: Vec<&str> = multi.siblings.iter().map(|one| one.deployment.as_str()).collect();
    let names = names.join(", ");
    let note = match next {
        Move::SayReady => Some(format!("Ready to end; it is released as one with {names}")),
        Move::Pass => Some(format!("All that are released as one are ready to end: this one, {names}")),
        Move::Promise | Move::Wait => None,
    };
    let gate = gate(view, multi, "", String::new());
    let gate = match next {
        Move::Pass => GateStatus { state: GateState::Passed, timeout_at: None, ..gate },
        // It does not return by itself any more.
        Move::Promise => GateStatus { timeout_at: None, ..gate },
        Move::SayReady | Move::Wait => gate,
    };
    let mut progress = view.progress().clone();
    progress.multi = Some(moved);
    remember(&mut progress, gate);
    let notes = note.map(|message| Note::normal(Reason::WaitingForGroup, message)).into_iter().collect();
    Some(Plan::advance(progress, notes))
}

/// The wait for what it lacks itself; none where it could end now.
fn not_whole(view: &View<'_>, multi: &MultiStatus) -> Option<Plan> {
    if let Err(waiting) = view.replacement_is_ready() {
        return Some(waits(view, multi, waiting, "its replacement is not complete"));
    }
    if !view.traffic_is_at(Share::ALL) {
        return Some(wait_for_traffic(view, Share::ALL));
    }
    // Told by what holds everything while an alarm speaks, or cannot be read.
    view.alarm_symptom().map(|symptom| {
        let waiting = Waiting::for_progress(Reason::Baking, symptom.what, None);
        waits(view, multi, waiting, "an alarm holds it")
    })
}

fn wait_for_siblings(view: &View<'_>, multi: &MultiStatus) -> Plan {
    let siblings = view.input.release.siblings;
    let is_waited_for = |one: &&Sibling| if multi.promised_at.is_some() { !one.has_promised } else { !one.is_ready() };
    let open: Vec<&Sibling> = siblings.iter().filter(is_waited_for).collect();
    let told = |one: &&Sibling| format!("{} of group {}, which {}", one.deployment, one.group, one.in_words());
    let what: Vec<String> = open.iter().map(told).collect();
    let why = format!("waits for {}", what.join(", and "));
    let how = open.iter().find_map(|one| one.how.clone());
    // By then its word is given, and whoever has not given it can still be stopped.
    let returns = || match open.first().filter(|_| multi.promised_at.is_some()) {
        Some(one) => stop(&view.input.release).replacen(view.input.release.identity.name, &one.deployment, 1),
        None => stop(&view.input.release),
    };
    let how = how.unwrap_or_else(returns);
    let gate = gate(view, multi, &why, how);
    let until = gate.timeout_at.filter(|_| multi.promised_at.is_none());
    let then = until.map(|at| format!("; until {}, then all return", clock(at, view.now()))).unwrap_or_default();
    let text = format!("ready to end, and released as one: {why}{then}");
    let whole = format!("{text}: {}", gate.how);
    let is_short = whole.chars().count() <= sluice_api::MESSAGE_LIMIT;
    let message = if is_short { whole } else { text };
    let waiting = Waiting { reason: Reason::WaitingForGroup, message, until, deadline: None, kind: WaitKind::Progress };
    let mut progress = view.progress().clone();
    remember(&mut progress, GateStatus { timeout_at: until, ..gate });
    wait(view, waiting, &progress)
}

/// A wait for itself, on which the same time runs.
fn waits(view: &View<'_>, multi: &MultiStatus, waiting: Waiting, why: &str) -> Plan {
    let gate = gate(view, multi, why, stop(&view.input.release));
    let mut progress = view.progress().clone();
    remember(&mut progress, gate);
    wait(view, waiting, &progress)
}

fn gate(view: &View<'_>, multi: &MultiStatus, why: &str, how: String) -> GateStatus {
    let known = recorded(view.progress(), GateKind::Multi, NAME);
    GateStatus {
        name: NAME.to_owned(),
        kind: GateKind::Multi,
        state: GateState::Waiting,
        since: known.map_or_else(|| view.now(), |gate| gate.since),
        timeout_at: known.map_or_else(|| Some(view.now() + multi.wait.as_signed()), |gate| gate.timeout_at),
        on_timeout: Some(GateTimeout::Rollback),
        why: bounded_message(why),
        how,
    }
}
