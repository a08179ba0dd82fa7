//! What an alarm holds: nothing goes forward while one speaks against it, and what was moved stays where it is.

use jiff::Timestamp;
use sluice_api::{DeploymentStatus, GateKind, GateState, GateStatus, Reason, Share, StepState, bounded_message};

use crate::action::Action;
use crate::alarms::{AlarmSymptom, symptom};
use crate::asked::names_an_alarm;
use crate::commands::{approve, stop};
use crate::plan::{Note, Plan};
use crate::progress::gates::{recorded, remember};
use crate::progress::position::position;
use crate::progress::remembered::end_alarm_hold;
use crate::view::View;
use crate::waiting::{WaitKind, Waiting, clock};
use crate::weights::raises_replacement;

/// What is done on the way forward, as far as the alarms let it. One that someone approved is left out first.
pub(super) fn held(view: &View<'_>, forward: fn(&View<'_>) -> Plan) -> Plan {
    let Some((progress, notes)) = let_pass(view) else { return hold(view, forward(view)) };
    let input = view.input.with_progress(&progress);
    let plan = View::new(&input).map(|view| hold(&view, forward(&view)));
    plan.unwrap_or_else(|| Plan::advance(progress.clone(), Vec::new())).with_notes(notes)
}

/// The progress without the alarms that someone approved, each once it holds the release; none where there is none.
fn let_pass(view: &View<'_>) -> Option<(DeploymentStatus, Vec<Note>)> {
    let release = &view.input.release;
    let passes =
        |one: &AlarmSymptom| release.asked.lets_alarm_pass(&one.name, release.settings, &release.progress.steps);
    let approved: Vec<AlarmSymptom> =
        view.alarm_symptoms().into_iter().filter(AlarmSymptom::is_active).filter(passes).collect();
    let mut progress = (!approved.is_empty()).then(|| view.progress().clone())?;
    let mut notes = Vec::new();
    for symptom in approved {
        for alarm in progress.alarms.iter_mut().filter(|alarm| alarm.name == symptom.name) {
            alarm.left_out = true;
        }
        let gate = GateStatus { state: GateState::Approved, how: String::new(), ..gate(view, &symptom) };
        remember(&mut progress, gate);
        let message = format!(
            "Approved: the release goes on, and leaves alarm {} out to its end: {}",
            symptom.name, symptom.what
        );
        notes.push(Note::warning(Reason::AlarmActive, message));
    }
    let (reading, now) = (view.observed().alarms.as_ref(), view.now());
    if symptom(view.watched_alarms()?, &progress, reading, now).is_none() {
        end_alarm_hold(&mut progress, now);
    }
    Some((progress, notes))
}

/// The plan, or the wait for an alarm where the plan would go forward. A weight that someone raised is put back all the same.
/// Where the original serves nobody, traffic goes to what serves, as far as the group lets it.
fn hold(view: &View<'_>, plan: Plan) -> Plan {
    let Some(symptom) = view.alarm_symptom() else { return over(view, plan) };
    let was_held = view.progress().reason == Reason::AlarmActive.to_string();
    let waits = plan.action.is_none() && plan.waiting.as_ref().is_some_and(|waiting| !waiting.is_stalled());
    let is_told = symptom.is_active() && waits;
    if view.gives_up_the_original() {
        // What is waited for next is the alarm, and that is told at the next look.
        let moved = plan.waiting.is_some() && plan.position() != position(view.progress());
        let plan = if moved { Plan::advance(plan.progress, plan.notes) } else { plan };
        return ended(plan, |_| Some(GateState::Skipped));
    }
    if !is_told && !goes_forward(view, &plan) {
        return plan;
    }
    let waiting = waiting(view, &symptom);
    let begins = symptom.is_active() && !was_held;
    let message = format!("Paused, and traffic stays where it is: {}", symptom.what);
    let notes = if begins { vec![Note::warning(Reason::AlarmActive, message)] } else { Vec::new() };
    Plan::wait(waiting, written_down(view), &view.input).with_notes(notes)
}

/// No alarm speaks against the release, or none any more.
fn over(view: &View<'_>, plan: Plan) -> Plan {
    let is_alarm = |gate: &GateStatus| gate.kind == GateKind::Alarm && gate.is_waiting();
    if !view.progress().gates.iter().any(is_alarm) {
        return plan;
    }
    let was_held = view.progress().reason == Reason::AlarmActive.to_string();
    let told = was_held.then(|| Note::normal(Reason::Shifting, "No alarm is in ALARM any more: the release goes on"));
    ended(plan, |_| Some(GateState::Passed)).with_notes(told.into_iter().collect())
}

/// The plan, with the waits for alarms that are over in this way.
fn ended(mut plan: Plan, end: impl Fn(&str) -> Option<GateState>) -> Plan {
    end_waits(&mut plan.progress, end);
    plan
}

fn end_waits(progress: &mut DeploymentStatus, end: impl Fn(&str) -> Option<GateState>) {
    let waits = progress.gates.iter_mut().filter(|gate| gate.kind == GateKind::Alarm && gate.is_waiting());
    for (gate, state) in waits.filter_map(|gate| end(&gate.name).map(|state| (gate, state))) {
        gate.state = state;
        gate.how.clear();
    }
}

/// The progress with a wait for each alarm that holds the release. One of which nobody knows for a moment lasts.
fn written_down(view: &View<'_>) -> DeploymentStatus {
    let symptoms = view.alarm_symptoms();
    let mut progress = view.progress().clone();
    let is_over = |name: &str| !symptoms.iter().any(|one| one.name == name);
    end_waits(&mut progress, |name| is_over(name).then_some(GateState::Passed));
    for symptom in symptoms.iter().filter(|one| one.is_active()) {
        remember(&mut progress, gate(view, symptom));
    }
    progress
}

/// The wait for an alarm. What was said of it in the beginning stays said.
fn gate(view: &View<'_>, symptom: &AlarmSymptom) -> GateStatus {
    let known = recorded(view.progress(), GateKind::Alarm, &symptom.name).filter(|gate| gate.is_waiting());
    GateStatus {
        name: symptom.name.clone(),
        kind: GateKind::Alarm,
        state: GateState::Waiting,
        since: known.map_or_else(|| view.now(), |known| known.since),
        timeout_at: None,
        on_timeout: None,
        why: known.map_or_else(|| bounded_message(&symptom.what), |known| known.why.clone()),
        how: goes_on(view, &symptom.name),
    }
}

/// The command by which the release goes on in spite of an alarm; empty where there is none: the policy says otherwise, or
/// the name means something else, or would mean something else to a shell.
fn goes_on(view: &View<'_>, alarm: &str) -> String {
    let release = &view.input.release;
    let is_plain = alarm.chars().all(|one| !one.is_control() && !matches!(one, '\'' | '"' | '\\'));
    let is_named = names_an_alarm(alarm, release.settings, &release.progress.steps);
    if is_plain && is_named { approve(release, alarm) } else { String::new() }
}

/// Whether a plan raises something, takes something away, or moves on.
fn goes_forward(view: &View<'_>, plan: &Plan) -> bool {
    match &plan.action {
        Some(Action::SetWeights(change)) => raises_replacement(view, change),
        Some(
            Action::CreateTaskSet(_)
            | Action::ScaleTaskSet { .. }
            | Action::PromoteTaskSet { .. }
            | Action::DeleteTaskSet { .. }
            | Action::StartHook(_),
        ) => true,
        None => {
            let done = |progress: &DeploymentStatus| {
                progress.steps.iter().filter(|step| step.state == StepState::Completed).count()
            };
            position(&plan.progress) != position(view.progress()) || done(&plan.progress) != done(view.progress())
        }
    }
}

fn waiting(view: &View<'_>, symptom: &AlarmSymptom) -> Waiting {
    let now = view.now();
    if let Some(until) = symptom.until {
        let message = format!("{}; nothing is raised before it is read, until {}", symptom.what, clock(until, now));
        return Waiting::for_progress(Reason::AlarmUnreadable, message, Some(until));
    }
    let since = view.progress().position.as_ref().and_then(|position| position.alarm_since).unwrap_or(now);
    let message = in_words(view, symptom, since);
    Waiting { reason: Reason::AlarmActive, message, until: None, deadline: None, kind: WaitKind::Paused }
}

/// There is no room for two commands: that which returns is told, and that which goes on stands with the gate.
fn in_words(view: &View<'_>, symptom: &AlarmSymptom, since: Timestamp) -> String {
    let weight = view.observed_share().unwrap_or(Share::NONE);
    let (since, name) = (clock(since, view.now()), &symptom.name);
    let or = if goes_on(view, name).is_empty() { "" } else { ", or by the command in status.gates" };
    let (back, what) = (stop(&view.input.release), &symptom.what);
    format!(
        "paused since {since} at weight {weight} by alarm {name}: it goes on once that is OK{or}; to return: {back}; {what}"
    )
}
