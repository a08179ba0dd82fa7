//! What a person can do now: the exact commands.

use kube::ResourceExt;
use sluice_api::{
    Deployment, DeploymentStatus, GateKind, GateStatus, HookState, HookStatus, OnHookFailure, State, StatusWord,
};

use super::sections::{LABEL, Section, row};
use super::seen::Frame;
use super::text::{Line, Tone};
use super::traffic::ROOMY;
use super::words::word_of;
use crate::hints::quoted;

/// Something that a person can do, and the command for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// What comes of it.
    pub what: String,
    /// What to type.
    pub command: String,
}

/// The commands, a line each.
#[must_use]
pub fn section(deployment: &Deployment, frame: &Frame) -> Section {
    let acts = acts(deployment, frame);
    let room = frame.width.saturating_sub(LABEL);
    let is_roomy = frame.width >= ROOMY;
    let widest = acts.iter().map(|act| act.command.chars().count()).filter(|_| is_roomy).max().unwrap_or(0);
    let line = |(index, act): (usize, &Act)| {
        let command = Line::of(Tone::Strong, &act.command);
        // A command is never cut; what comes of it may be.
        let is_short = command.width() <= room;
        let what = Line::of(Tone::Faint, format!("  # {}", act.what));
        let says = if is_short { command.padded(widest).then(what).cut(room) } else { command };
        row(if index == 0 { "Act" } else { "" }, &says, frame.width, 6)
    };
    Section::of(0, acts.iter().enumerate().flat_map(line).collect())
}

/// What can be done with a Deployment as it stands, the likeliest first.
#[must_use]
pub fn acts(deployment: &Deployment, frame: &Frame) -> Vec<Act> {
    let name = deployment.name_any();
    let act = |words: &str, what: &str| Act { what: what.to_owned(), command: frame.command(words) };
    let Some(status) = deployment.status.as_ref() else { return Vec::new() };
    if status.completed_at.is_some() {
        return after_the_end(deployment, status, &act);
    }
    let mut acts = Vec::new();
    let stalled = word_of(Some(status)) == StatusWord::Stalled;
    if stalled {
        acts.push(explain(&status.reason, "why it cannot go on, and what to mend"));
    }
    let returning = status.rollback.is_some();
    if deployment.spec.paused && !returning {
        acts.push(act(&format!("resume {name}"), "goes on"));
    }
    let passes = if returning { Vec::new() } else { passes(deployment, status, stalled) };
    acts.extend(passes.into_iter().map(|(words, what)| act(&words, what)));
    if !returning && !deployment.spec.paused && !stalled {
        let what = if status.started_at.is_some() { "traffic stays where it is" } else { "it does not begin" };
        acts.push(act(&format!("pause {name}"), what));
    }
    if !returning && deployment.spec.stop.is_none() {
        let what = if status.started_at.is_some() { "traffic returns, and it ends" } else { "it never begins" };
        acts.push(act(&format!("stop {name}"), what));
    }
    acts
}

/// What ends the waits: the words of a command, and what comes of it.
fn passes(deployment: &Deployment, status: &DeploymentStatus, stalled: bool) -> Vec<(String, &'static str)> {
    let name = deployment.name_any();
    let hooks = failed_hooks(status)
        .map(|hook| (format!("approve {name} {}", quoted(&hook.name)), "goes on in spite of the hook"));
    let hooks: Vec<_> = hooks.collect();
    if stalled {
        return hooks;
    }
    let waiting = || status.gates.iter().filter(|gate| gate.is_waiting());
    let pass = |gate: &GateStatus| {
        Some(match gate.kind {
            GateKind::Ready => (format!("approve {name} Ready"), "traffic begins to move"),
            GateKind::Approval => (format!("approve {name} {}", quoted(&gate.name)), "the next increment"),
            GateKind::Alarm => (format!("approve {name} {}", quoted(&gate.name)), "goes on in spite of the alarm"),
            GateKind::Hold => (format!("promote {name}"), "ends this hold"),
            GateKind::Bake => (format!("promote {name}"), "ends the bake: the original goes"),
            GateKind::Window => (format!("promote {name} --ignore-windows"), "begins now"),
            GateKind::Promotion => (format!("promote {name} --ignore-promotion"), "begins before its turn"),
            GateKind::Suspend => (format!("resume {}", suspended(deployment, gate)), "lets releases begin"),
            GateKind::Multi => return None,
        })
    };
    let mut passes: Vec<_> = waiting().filter_map(pass).chain(hooks).collect();
    let has_more = |gate: &GateStatus| matches!(gate.kind, GateKind::Hold | GateKind::Approval | GateKind::Ready);
    if waiting().any(has_more) {
        passes.push((format!("promote {name} --full"), "passes over all waits, the bake too"));
    }
    passes
}

/// What is suspended, with the word that tells its kind.
fn suspended(deployment: &Deployment, gate: &GateStatus) -> String {
    let application = gate.why.rsplit_once("spec.suspend of Application ").map(|(_, name)| name);
    application.map_or_else(|| format!("group/{}", deployment.spec.group_ref), |name| format!("application/{name}"))
}

/// The hooks that failed, and whose failure waits for a person.
fn failed_hooks(status: &DeploymentStatus) -> impl Iterator<Item = &HookStatus> {
    let pauses = |hook: &HookStatus| {
        let settings = status.settings.iter().flat_map(|settings| &settings.hooks);
        settings.filter(|one| one.name == hook.name).any(|one| one.on_failure == OnHookFailure::Pause)
    };
    let hooks = status.lifecycle_events.iter().filter(|event| event.ended_at.is_none()).flat_map(|event| &event.hooks);
    hooks.filter(move |hook| matches!(hook.state, HookState::Failed | HookState::TimedOut) && pauses(hook))
}

/// A word is explained alike in every namespace.
fn explain(word: &str, what: &str) -> Act {
    Act { what: what.to_owned(), command: format!("kubectl sluice explain {}", quoted(word)) }
}

fn after_the_end(deployment: &Deployment, status: &DeploymentStatus, act: &dyn Fn(&str, &str) -> Act) -> Vec<Act> {
    let (name, group) = (deployment.name_any(), &deployment.spec.group_ref);
    match (status.state, word_of(Some(status))) {
        (State::Failed, _) => {
            let code = status.failure.as_ref().map(|failure| explain(failure.code.as_str(), "what it means"));
            code.into_iter().chain([act(&format!("retry {name}"), "releases the same once more")]).collect()
        }
        (State::Succeeded, StatusWord::Succeeded) => {
            if status.original.is_some() {
                vec![act(&format!("rollback {group}"), "releases again what it replaced")]
            } else {
                Vec::new()
            }
        }
        (State::Stopped, StatusWord::Stopped) => vec![act(&format!("retry {name}"), "releases the same once more")],
        _ => vec![act(&format!("history {group}"), "what came before and after")],
    }
}
