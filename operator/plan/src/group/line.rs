//! Phase, message and conditions of a group.

use sluice_api::{
    ConditionType, DeploymentGroupStatus, Health, Phase, ProbeState, Reason, StatusWord, bounded_message, cause_of,
    set_condition, sorted_conditions,
};

use super::facts::Facts;
use super::held::{cannot_begin, held, named, next_in_line, not_served};
use super::history::retry_of;
use super::wish::turned_round;
use crate::admission::begin_gates::waits_at;
use crate::adoption::full_name;
use crate::drift;
use crate::refusal::Refusal;
use crate::serving::{Serving, serving, without_primary};
use crate::shares::OF_ANOTHER;

/// What users read first of a group.
struct Line {
    kstatus: Kstatus,
    word: StatusWord,
    phase: Phase,
    reason: Reason,
    message: String,
}

/// Where a group stands in terms of kstatus.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kstatus {
    Ready,
    InProgress,
    Stalled,
}

/// Phase, message and conditions. `symptom` is what is wrong with the traffic.
pub(super) fn show(status: &mut DeploymentGroupStatus, facts: &Facts<'_>, symptom: Option<Refusal>) {
    let line = line(status, facts, symptom);
    status.phase = line.phase;
    status.message = bounded_message(&line.message);
    status.summary.get_or_insert_default().status = line.word;
    let mut conditions = std::mem::take(&mut status.conditions);
    for (kind, kstatus) in [
        (ConditionType::Ready, Kstatus::Ready),
        (ConditionType::Reconciling, Kstatus::InProgress),
        (ConditionType::Stalled, Kstatus::Stalled),
    ] {
        let value = (kind, line.kstatus == kstatus, line.reason);
        set_condition(&mut conditions, value, &line.message, facts.generation, facts.now);
    }
    status.conditions = sorted_conditions(conditions);
}

fn line(status: &DeploymentGroupStatus, facts: &Facts<'_>, symptom: Option<Refusal>) -> Line {
    let phase = settled_phase(status);
    let stalled = |Refusal { reason, message }, word| Line { kstatus: Kstatus::Stalled, word, phase, reason, message };
    let waits = |word, reason, message| Line { kstatus: Kstatus::InProgress, word, phase, reason, message };
    if let Some(refusal) = facts.refusal {
        // What serves goes on serving, whether or not anything is asked of the group.
        let now = if refusal.reason == Reason::NoApplication { now_serving(status) } else { String::new() };
        let message = format!("{}{now}", refusal.message);
        return stalled(Refusal::new(refusal.reason, message), StatusWord::Stalled);
    }
    if let Some(error) = facts.call_error {
        return if error.stalled {
            stalled(Refusal::new(error.reason, error.message.clone()), StatusWord::Stalled)
        } else {
            waits(StatusWord::Unknown, error.reason, error.message.clone())
        };
    }
    if let Some(current) = &status.current {
        return in_progress(current, facts);
    }
    if let Some(next) = next_in_line(status, facts) {
        let waits_at = named(facts, next).and_then(waits_at);
        if let Some((reason, message)) = waits_at {
            return waits(StatusWord::Queued, reason, format!("Deployment {next}: {message}"));
        }
        let deployment = named(facts, next).and_then(|one| one.status.as_ref());
        if deployment.is_some_and(|one| one.phase == Phase::Paused) {
            let message = format!("Deployment {next} is paused before it begins");
            return Line { phase: Phase::Paused, ..waits(StatusWord::Paused, Reason::Paused, message) };
        }
        return waits(StatusWord::Queued, Reason::Queued, format!("Deployment {next} waits to begin"));
    }
    let serves = serves(status, facts);
    let cannot_begin = cannot_begin(status, facts);
    let retry = retry_of(facts);
    let is_explained = cannot_begin.is_some() || retry.is_some();
    let symptom = symptom.or_else(|| not_served(status, facts).filter(|_| !is_explained));
    let symptom = match symptom {
        // One answer may be late, or leave something out: what is seen twice is so.
        Some(symptom) if !was_seen_before(status, symptom.reason) => {
            return waits(StatusWord::Unknown, symptom.reason, symptom.message);
        }
        seen => seen,
    };
    let held = held(status, facts, &serves);
    let causes: Vec<Refusal> =
        [symptom, unanswered(status, &serves), cannot_begin, held].into_iter().flatten().collect();
    if let Some(first) = causes.first() {
        let is_held = matches!(first.reason, Reason::Held | Reason::NotServed);
        let word = if is_held { StatusWord::Held } else { StatusWord::Stalled };
        let message = causes.iter().map(|cause| cause.message.as_str()).collect::<Vec<_>>().join("; ");
        return stalled(Refusal::new(first.reason, message), word);
    }
    if let Some(retry) = retry {
        let message = format!("{}; {serves}", retry.message(facts.now));
        return waits(StatusWord::Queued, Reason::Retrying, message);
    }
    let nothing_yet = phase == Phase::Pending;
    Line {
        kstatus: Kstatus::Ready,
        word: if nothing_yet { StatusWord::Pending } else { StatusWord::Running },
        phase,
        reason: Reason::Running,
        message: if nothing_yet {
            "nothing was released yet".to_owned()
        } else {
            format!("{serves}{}{}{}", told_of_primary(facts), drift::words(status), nothing_begins(facts))
        },
    }
}

/// A release is in progress: the group stands where its Deployment does.
fn in_progress(name: &str, facts: &Facts<'_>) -> Line {
    let status = named(facts, name).and_then(|one| one.status.as_ref());
    let turned = turned_round(facts.deployments, name);
    let is_paused = status.is_some_and(|status| status.phase == Phase::Paused);
    let summary = status.and_then(|status| status.summary.as_ref());
    let word = summary.and_then(|summary| summary.status).unwrap_or(StatusWord::Installing);
    let phase = if is_paused { Phase::Paused } else { Phase::Deploying };
    match status.and_then(|status| cause_of(&status.conditions, ConditionType::Stalled)) {
        Some((reason, message)) => {
            let message = format!("{name} is stalled: {message}");
            Line { kstatus: Kstatus::Stalled, word: StatusWord::Stalled, phase, reason, message }
        }
        None => Line {
            kstatus: Kstatus::InProgress,
            word,
            phase,
            reason: if turned.is_some() { Reason::RollingBack } else { Reason::Shifting },
            message: turned.unwrap_or_else(|| format!("Deployment {name} is in progress{}", nothing_begins(facts))),
        },
    }
}

/// That nothing begins, where someone suspended the group; empty where nobody did.
fn nothing_begins(facts: &Facts<'_>) -> String {
    facts.suspended_by.map(|field| format!("; nothing begins: suspended by {field}")).unwrap_or_default()
}

fn now_serving(status: &DeploymentGroupStatus) -> String {
    match status.summary.as_ref().map_or("", |summary| summary.serving.as_str()) {
        "" | "unknown" | "nothing" => String::new(),
        serving => format!("; now: {serving}"),
    }
}

/// What there is to say where what serves is not what ECS takes for the running one.
fn told_of_primary(facts: &Facts<'_>) -> String {
    let told = facts.observed.and_then(|observed| match serving(facts.settings, observed) {
        Serving::Alone(set) => without_primary(set, observed),
        Serving::Unknown | Serving::Nobody | Serving::WithoutWeight | Serving::Divided => None,
    });
    told.map(|told| format!("; {told}")).unwrap_or_default()
}

fn serves(status: &DeploymentGroupStatus, facts: &Facts<'_>) -> String {
    let adopted = facts.settings.adopt.as_ref().filter(|_| status.last_succeeded.is_none());
    match (status.summary.as_ref().map_or("", |summary| summary.serving.as_str()), adopted) {
        ("" | "unknown", _) => "what serves is not known".to_owned(),
        ("nothing", Some(adopted)) => {
            format!("no task set serves, and service {} is not adopted yet", full_name(facts.settings, adopted))
        }
        (serving, Some(_)) if serving.starts_with(OF_ANOTHER) => format!("{serving} is not adopted yet, and serves"),
        (serving, _) => format!("{serving} serves"),
    }
}

/// The probe of the group fails: what serves cannot be reached, whatever its tasks and targets say. It takes several answers,
/// so that it need not be seen twice.
fn unanswered(status: &DeploymentGroupStatus, serves: &str) -> Option<Refusal> {
    let probe = status.probe.as_ref().filter(|probe| probe.state == ProbeState::Failing)?;
    let message = format!("the probe of spec.health fails: {}; {}", probe.message, serves);
    Some(Refusal::new(Reason::Unreachable, message))
}

/// Whether the status before told of this cause already.
fn was_seen_before(status: &DeploymentGroupStatus, reason: Reason) -> bool {
    let told = |kind| cause_of(&status.conditions, kind).is_some_and(|(known, _)| known == reason);
    told(ConditionType::Stalled) || told(ConditionType::Reconciling)
}

/// Phase of a group in which nothing happens: that of its service, whatever became of the last attempt.
fn settled_phase(status: &DeploymentGroupStatus) -> Phase {
    let adopted = status.requested.as_ref().is_some_and(|requested| requested.adopted);
    if status.revision.is_none() && status.primary_task_set.is_none() && status.last_succeeded.is_none() && !adopted {
        return if status.held_revision.is_some() { Phase::Failed } else { Phase::Pending };
    }
    match status.health {
        Health::Degraded => Phase::Degraded,
        Health::Unreachable => Phase::Unreachable,
        Health::Healthy | Health::Unknown => Phase::Running,
    }
}
