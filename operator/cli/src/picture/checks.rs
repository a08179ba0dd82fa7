//! What is watched, and what is waited for: gates, alarms, the probe, and runtime health.

use sluice_api::{DeploymentGroup, DeploymentStatus, GateKind, GateStatus, Health};

use super::says::without_commands;
use super::sections::{Section, heading};
use super::seen::Frame;
use super::text::{Line, Tone, columns};
use super::time::{age, left};
use super::words::{self, Mark};

/// A row for each thing that is watched or waited for.
#[must_use]
pub fn section(status: &DeploymentStatus, group: Option<&DeploymentGroup>, frame: &Frame) -> Section {
    let ended = status.completed_at.is_some();
    let mut rows = Vec::new();
    rows.extend(status.gates.iter().filter(|gate| is_told(gate, frame)).map(|gate| gate_row(gate, frame)));
    let is_a_gate = |name: &str| {
        let holds = |gate: &GateStatus| gate.is_waiting() && gate.kind == GateKind::Alarm && gate.name == name;
        status.gates.iter().any(holds)
    };
    rows.extend(status.alarms.iter().filter(|alarm| !is_a_gate(&alarm.name)).map(|alarm| {
        let left_out = if alarm.left_out { "left out" } else { "" };
        let mark = if alarm.left_out { Mark::Passed } else { words::alarm(alarm.state) };
        let since = if ended { String::new() } else { age(alarm.since, frame.now) };
        row(mark, format!("alarm {}", alarm.name), words::alarm_word(alarm.state), since, left_out)
    }));
    if status.health != Health::Unknown && !ended {
        rows.push(row(words::health(status.health), "health".to_owned(), status.health.as_str(), String::new(), ""));
    }
    if let Some(probe) = group.and_then(|group| group.status.as_ref()?.probe.as_ref()) {
        let since = probe.since.map(|at| age(at, frame.now)).unwrap_or_default();
        rows.push(row(words::probe(probe.state), "probe".to_owned(), probe.state.as_str(), since, &probe.message));
    }
    if rows.is_empty() {
        return Section::default();
    }
    let mut cells = vec![heading(&["  CHECK", "STATE", "SINCE", "DETAIL"])];
    cells.extend(rows);
    Section::of(1, columns(&cells))
}

/// The hold and the bake are steps; what is over is told where there is room.
fn is_told(gate: &GateStatus, frame: &Frame) -> bool {
    !matches!(gate.kind, GateKind::Hold | GateKind::Bake) && (gate.is_waiting() || frame.wide)
}

fn gate_row(gate: &GateStatus, frame: &Frame) -> Vec<Line> {
    let until = gate.timeout_at.map(|at| left(at, frame.now));
    let why = Some(without_commands(&gate.why)).filter(|why| !why.is_empty());
    let detail: Vec<String> = until.into_iter().chain(why).collect();
    let name = match gate.kind {
        GateKind::Ready | GateKind::Suspend | GateKind::Multi => gate.kind.to_string().to_lowercase(),
        kind => format!("{} {}", kind.to_string().to_lowercase(), gate.name),
    };
    let state = format!("{:?}", gate.state);
    row(words::gate(gate.state), name, &state, age(gate.since, frame.now), &detail.join("; "))
}

fn row(mark: Mark, name: String, state: &str, since: String, detail: &str) -> Vec<Line> {
    vec![
        Line::of(mark.tone(), mark.icon()).and(Tone::Plain, " ").and(Tone::Plain, name),
        Line::of(mark.tone(), state),
        Line::of(Tone::Faint, since),
        Line::plain(detail),
    ]
}
