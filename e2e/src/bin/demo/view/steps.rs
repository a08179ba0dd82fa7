//! The list of steps: what is done, what is in progress and for how long, what is to come.

use jiff::{SignedDuration, Timestamp};
use sluice_api::{
    DeploymentStatus, GateKind, GateStatus, HookState, LifecycleEvent, LifecycleEventName, LifecycleEventStatus, State,
    StepState, StepStatus,
};

use crate::text::{Line, Tone, seconds};

/// The lines, and which of them is in progress.
#[derive(Default)]
pub struct Steps {
    /// A line for each.
    pub lines: Vec<Line>,
    current: usize,
}

impl Steps {
    /// Keeps at most so many lines, around the one in progress.
    pub fn shorten(&mut self, most: usize) {
        if self.lines.len() <= most {
            return;
        }
        let first = self.current.saturating_sub(most / 2).min(self.lines.len() - most);
        self.lines = self.lines.drain(first..first + most).collect();
    }
}

/// How far a line of the list is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Done,
    Current,
    Failed,
    ToCome,
    Skipped,
}

/// All of a Deployment.
pub fn all(status: &DeploymentStatus, now: Timestamp) -> Steps {
    let back = status.rollback.is_some() || matches!(status.state, State::Failed | State::Stopped);
    let mut rows = vec![install(status, back)];
    rows.extend(trials(status, back));
    rows.extend(status.steps.iter().map(|step| increment(step, status, back, now)));
    rows.push(bake(status, back, now));
    rows.push(terminate(status, back));
    let current = rows.iter().position(|(progress, _, _)| matches!(progress, Progress::Current | Progress::Failed));
    let last_done = rows.iter().rposition(|(progress, _, _)| *progress == Progress::Done).unwrap_or(0);
    let lines = rows.into_iter().map(|(progress, name, detail)| line(progress, &name, &detail)).collect();
    Steps { lines, current: current.unwrap_or(last_done) }
}

fn line(progress: Progress, name: &str, detail: &str) -> Line {
    let (icon, tone, rest) = match progress {
        Progress::Done => ("✔", Tone::Good, Tone::Faint),
        Progress::Current => ("▶", Tone::Active, Tone::Plain),
        Progress::Failed => ("✖", Tone::Bad, Tone::Bad),
        Progress::ToCome => ("·", Tone::Faint, Tone::Faint),
        Progress::Skipped => ("-", Tone::Faint, Tone::Faint),
    };
    let name_tone = if progress == Progress::Current { Tone::Strong } else { rest };
    Line::of(tone, format!("  {icon} ")).and(name_tone, format!("{name:<11}")).and(rest, detail)
}

fn event(status: &DeploymentStatus, name: LifecycleEventName) -> Option<&LifecycleEvent> {
    status.lifecycle_events.iter().find(|event| event.name == name)
}

fn progress(event: Option<&LifecycleEvent>, back: bool) -> Progress {
    match event.map(|event| event.status) {
        Some(LifecycleEventStatus::Succeeded) => Progress::Done,
        Some(LifecycleEventStatus::Failed) => Progress::Failed,
        Some(LifecycleEventStatus::InProgress) if back => Progress::Failed,
        Some(LifecycleEventStatus::InProgress) => Progress::Current,
        Some(LifecycleEventStatus::Skipped) => Progress::Skipped,
        Some(LifecycleEventStatus::Pending) | None if back => Progress::Skipped,
        Some(LifecycleEventStatus::Pending) | None => Progress::ToCome,
    }
}

fn took(event: Option<&LifecycleEvent>) -> Option<String> {
    let event = event?;
    Some(seconds(event.ended_at?.duration_since(event.started_at?)))
}

fn install(status: &DeploymentStatus, back: bool) -> (Progress, String, String) {
    let event = event(status, LifecycleEventName::Install);
    let detail = match (progress(event, back), took(event)) {
        (Progress::Done, Some(took)) => format!("replacement ready after {took}"),
        _ => "a task set for the new revision".to_owned(),
    };
    (progress(event, back), "install".to_owned(), detail)
}

/// What is tried before production traffic moves, where the group asks for it: test traffic, and hooks.
fn trials(status: &DeploymentStatus, back: bool) -> Vec<(Progress, String, String)> {
    let tests = status.settings.as_ref().is_some_and(|settings| settings.load_balancer.test_route.is_some());
    let event = event(status, LifecycleEventName::AllowTestTraffic);
    let test = (progress(event, back), "test route".to_owned(), "test traffic at the replacement".to_owned());
    let hooks = status.lifecycle_events.iter().flat_map(|event| &event.hooks).map(|hook| {
        let progress = match hook.state {
            HookState::Succeeded => Progress::Done,
            HookState::Failed | HookState::TimedOut => Progress::Failed,
            HookState::Skipped => Progress::Skipped,
            HookState::Pending | HookState::Running if back => Progress::Skipped,
            HookState::Running => Progress::Current,
            HookState::Pending => Progress::ToCome,
        };
        (progress, format!("hook {}", hook.name), hook.message.clone().unwrap_or_else(|| hook.on.to_string()))
    });
    tests.then_some(test).into_iter().chain(hooks).collect()
}

/// Whether an increment waits for a person.
fn is_asked_about(step: &StepStatus, status: &DeploymentStatus) -> bool {
    let name = step.name.clone().unwrap_or_else(|| step.index.to_string());
    let waits = |gate: &GateStatus| gate.is_waiting() && gate.kind == GateKind::Approval && gate.name == name;
    status.gates.iter().any(waits)
}

fn increment(step: &StepStatus, status: &DeploymentStatus, back: bool, now: Timestamp) -> (Progress, String, String) {
    let hold = step.hold.as_signed();
    let scaled = status.steps.iter().any(|step| step.scale != 100);
    let tasks = if scaled { format!("{}% of the tasks, ", step.scale) } else { String::new() };
    let (progress, detail) = match step.state {
        StepState::Completed if hold.is_zero() => (Progress::Done, format!("{tasks}verified")),
        StepState::Completed => (Progress::Done, format!("{tasks}held {}", step.hold)),
        StepState::Interrupted => (Progress::Failed, format!("{tasks}failed here")),
        StepState::Shifting | StepState::Holding if back => (Progress::Failed, format!("{tasks}failed here")),
        StepState::Holding if is_asked_about(step, status) => {
            (Progress::Current, format!("{tasks}waits for a person's approval"))
        }
        StepState::Holding => {
            let left = step.verified_at.map_or(hold, |verified| hold - now.duration_since(verified));
            (Progress::Current, format!("{tasks}{}", countdown(left, hold)))
        }
        StepState::Shifting => (Progress::Current, format!("{tasks}shifting")),
        StepState::Pending if back => (Progress::Skipped, format!("{tasks}not reached")),
        StepState::Pending if hold.is_zero() => (Progress::ToCome, tasks.trim_end_matches(", ").to_owned()),
        StepState::Pending => (Progress::ToCome, format!("{tasks}hold {}", step.hold)),
    };
    let name = step.name.clone().unwrap_or_else(|| format!("{:>4}%", step.weight));
    (progress, name, detail)
}

fn bake(status: &DeploymentStatus, back: bool, now: Timestamp) -> (Progress, String, String) {
    let event = event(status, LifecycleEventName::Bake);
    let length = status.settings.as_ref().map_or(SignedDuration::ZERO, |settings| settings.bake.as_signed());
    let state = progress(event, back);
    let detail = match (state, event.and_then(|event| event.started_at)) {
        (Progress::Current, Some(started)) => countdown(length - now.duration_since(started), length),
        _ => format!("keep the original {}s more", length.as_secs()),
    };
    (state, "bake".to_owned(), detail)
}

fn terminate(status: &DeploymentStatus, back: bool) -> (Progress, String, String) {
    let event = event(status, LifecycleEventName::TerminateOriginal);
    (progress(event, back), "terminate".to_owned(), "delete the original".to_owned())
}

/// A bar that empties, and the time left.
fn countdown(left: SignedDuration, all: SignedDuration) -> String {
    const CELLS: u128 = 10;
    let left = left.max(SignedDuration::ZERO).min(all);
    let full = (left.unsigned_abs().as_millis() * CELLS).div_ceil(all.unsigned_abs().as_millis().max(1));
    let bar: String = (0..CELLS).map(|cell| if cell < full { '▰' } else { '▱' }).collect();
    format!("{bar} {} left", seconds(left))
}
