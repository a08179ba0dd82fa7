//! `approve`: a person's word for which a release waits.

use serde_json::json;
use sluice_api::{GateKind, HookState, LifecycleEventStatus, OnHookFailure, StepState};
use sluice_plan::asked::{known_names, label, names_a_hook, names_an_alarm, step_of};

use super::change::Change;
use super::view::DeploymentView;
use crate::kind::Kind;
use crate::names::{listed, meant};
use crate::refusal::Refusal;

/// The word for the wait before any traffic moves.
const READY: &str = "Ready";

/// Something that waits for an approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PendingApproval {
    /// What is written among the approvals.
    pub(super) word: String,
    /// What it is, for people.
    pub(super) what: String,
    /// Whether something said no, so that it takes a word that names it.
    pub(super) is_warned: bool,
}

/// What it waits for an approval of, and has none yet.
pub(super) fn pending(view: &DeploymentView<'_>) -> Vec<PendingApproval> {
    let gates = view.waits().filter_map(|gate| {
        let word = gate.name.clone();
        let (what, is_warned) = match gate.kind {
            GateKind::Ready => ("the wait before any traffic moves".to_owned(), false),
            GateKind::Approval => (format!("step {word}"), false),
            GateKind::Alarm => (format!("alarm {word}, which is left out of this release from then on"), true),
            GateKind::Hold
            | GateKind::Bake
            | GateKind::Window
            | GateKind::Suspend
            | GateKind::Promotion
            | GateKind::Multi => return None,
        };
        Some(PendingApproval { word, what, is_warned })
    });
    let hooks = failed_hooks(view).into_iter().map(|word| PendingApproval {
        what: format!("hook {word}, which failed"),
        word,
        is_warned: true,
    });
    let is_open = |one: &PendingApproval| !view.deployment.spec.approvals.contains(&one.word);
    gates.chain(hooks).filter(is_open).collect()
}

/// The words that a person can write among the approvals now, to let it go on.
#[must_use]
pub fn pending_approvals(view: &DeploymentView<'_>) -> Vec<String> {
    pending(view).into_iter().map(|one| one.word).collect()
}

/// The hooks whose failure holds the release until a person decides.
fn failed_hooks(view: &DeploymentView<'_>) -> Vec<String> {
    let Some(status) = view.status() else { return Vec::new() };
    let Some(settings) = &status.settings else { return Vec::new() };
    let pauses =
        |name: &str| settings.hooks.iter().any(|hook| hook.name == name && hook.on_failure == OnHookFailure::Pause);
    let events = status.lifecycle_events.iter().filter(|event| event.status == LifecycleEventStatus::InProgress);
    let hooks = events.flat_map(|event| &event.hooks);
    let failed = hooks.filter(|hook| matches!(hook.state, HookState::Failed | HookState::TimedOut));
    let mut names: Vec<String> = failed.filter(|hook| pauses(&hook.name)).map(|hook| hook.name.clone()).collect();
    names.dedup();
    names
}

/// Adds an approval: of what is named, or of the one thing for which it waits.
pub fn approve(view: &DeploymentView<'_>, gate: Option<&str>) -> Result<Change, Refusal> {
    view.refuse_ended("nothing of it waits for an approval")?;
    view.refuse_past_point_of_no_return("no approval is waited for")?;
    let waiting = pending(view);
    let name = view.name();
    let Some(word) = gate else {
        return match waiting.as_slice() {
            [one] => Ok(approved(view, &one.word, &format!("approved {}", one.what))),
            [] => Err(nothing_waits(view)),
            several => {
                let choices: Vec<String> = several.iter().map(|one| view.command("approve", &[&one.word])).collect();
                Err(Refusal::new(format!("{name} waits for more than one approval: type one of {}", listed(&choices))))
            }
        };
    };
    let word = check(view, word, &waiting)?;
    if view.deployment.spec.approvals.contains(&word) {
        return Ok(Change::nothing(
            Kind::Deployment,
            &view.deployment.metadata,
            format!("{name}: {word} is approved already; it stands in spec.approvals"),
        ));
    }
    let what = match waiting.iter().find(|one| one.word == word) {
        Some(one) => format!("approved {}", one.what),
        None => format!("approved {word} in advance: it counts when the release comes there"),
    };
    Ok(approved(view, &word, &what))
}

/// The change that adds this word.
pub(super) fn approved(view: &DeploymentView<'_>, word: &str, what: &str) -> Change {
    let approvals: Vec<&str> = view.deployment.spec.approvals.iter().map(String::as_str).chain([word]).collect();
    let sentence = format!("{}: {what}", view.name());
    Change::patch(Kind::Deployment, &view.deployment.metadata, json!({"approvals": approvals}), sentence)
}

fn nothing_waits(view: &DeploymentView<'_>) -> Refusal {
    let (name, word) = (view.name(), view.word());
    if view.deployment.spec.paused {
        return Refusal::new(format!("{name} is paused: to let it go on: {}", view.command("resume", &[])));
    }
    let to_come = to_come(view);
    let advance = match to_come.first() {
        Some(first) => format!("to approve {} in advance: {}", listed(&to_come), view.command("approve", &[first])),
        None => format!("to pass over what it waits for: {}", view.command("skip", &[])),
    };
    Refusal::new(format!("{name} waits for no approval now, it is {word}: {advance}"))
}

/// What it will wait for an approval of.
fn to_come(view: &DeploymentView<'_>) -> Vec<String> {
    let Some(status) = view.status() else { return Vec::new() };
    let pending = status.steps.iter().enumerate().filter(|(_, step)| step.approval.is_some());
    let pending = pending.filter(|(_, step)| {
        step.state == StepState::Pending || step.state == StepState::Shifting || step.state == StepState::Holding
    });
    pending
        .map(|(index, _)| label(&status.steps, index))
        .filter(|word| !view.deployment.spec.approvals.contains(word))
        .collect()
}

/// The word as it is to be written, if it names something that can be approved.
fn check(view: &DeploymentView<'_>, word: &str, waiting: &[PendingApproval]) -> Result<String, Refusal> {
    let steps = view.status().map(|status| status.steps.as_slice()).unwrap_or_default();
    let settings = view.status().and_then(|status| status.settings.as_ref());
    // Before it has begun, its increments are not known here; the operator refuses what names none.
    let Some(settings) = settings.filter(|_| !steps.is_empty()) else { return Ok(word.to_owned()) };
    let is_known = word == READY
        || step_of(word, steps).is_some()
        || names_a_hook(word, &settings.hooks, steps)
        || names_an_alarm(word, settings, steps);
    if !is_known {
        let hooks = settings.hooks.iter().filter(|hook| hook.on_failure == OnHookFailure::Pause);
        let known = steps.iter().filter_map(|step| step.name.as_deref());
        let known = known.chain(hooks.map(|hook| hook.name.as_str())).chain([READY]);
        let known = known.chain(waiting.iter().map(|one| one.word.as_str()));
        let meant = meant(word, known).map(|name| format!("did you mean {name}? ")).unwrap_or_default();
        return Err(Refusal::new(format!(
            "{} has nothing to approve that is called {word}: {meant}Write one of {}, or {READY}",
            view.name(),
            known_names(steps)
        )));
    }
    let is_past = step_of(word, steps).is_some_and(|index| steps[index].state == StepState::Completed);
    if is_past && waiting.iter().all(|one| one.word != word) {
        return Err(Refusal::new(format!("{} is past {word} already: nothing waits for it there", view.name())));
    }
    // The same step by its index is the same approval.
    let label = step_of(word, steps).map(|index| label(steps, index));
    let given = label.filter(|label| view.deployment.spec.approvals.contains(label));
    Ok(given.unwrap_or_else(|| word.to_owned()))
}
