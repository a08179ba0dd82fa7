//! The two sides of a release as a tree: task sets, tasks and targets.

use kube::ResourceExt;
use sluice_api::{Deployment, DeploymentStatus, Share, TaskSetStatus};
use sluice_plan::names::{short, target_group_name};

use super::sections::Section;
use super::seen::Frame;
use super::text::{Line, Tone, columns};
use super::time::{age, left};
use super::words::Mark;

/// One side.
struct Side<'a> {
    set: &'a TaskSetStatus,
    role: &'static str,
    tone: Tone,
    fill: &'static str,
    /// None once it has ended: later releases move its traffic.
    share: Option<Share>,
}

/// The Deployment, and its task sets below it.
#[must_use]
pub fn section(deployment: &Deployment, frame: &Frame) -> Section {
    let branches = branches(deployment, frame);
    if branches.is_empty() {
        return Section::default();
    }
    let mut lines = vec![Line::of(Tone::Strong, deployment.name_any())];
    lines.extend(branches);
    Section::of(0, lines)
}

/// The lines below a Deployment, with the branches that hang on it.
#[must_use]
pub fn branches(deployment: &Deployment, frame: &Frame) -> Vec<Line> {
    let Some(status) = &deployment.status else { return Vec::new() };
    let sides = both(status);
    let rows: Vec<Vec<Line>> = sides.iter().map(|side| cells(side, status)).collect();
    let mut lines = Vec::new();
    for (index, (side, row)) in sides.iter().zip(columns(&rows)).enumerate() {
        let is_last = index + 1 == sides.len();
        lines.push(Line::of(Tone::Faint, if is_last { "└─ " } else { "├─ " }).then(row));
        let stem = if is_last { "   " } else { "│  " };
        lines.extend(notes(side, status, frame).into_iter().map(|note| Line::of(Tone::Faint, stem).then(note)));
    }
    lines
}

fn both(status: &DeploymentStatus) -> Vec<Side<'_>> {
    let observed = status.traffic.as_ref().map(|traffic| traffic.observed).filter(|_| status.completed_at.is_none());
    let replacement = status.replacement.as_ref().filter(|set| !set.task_definition.is_empty());
    let replacement =
        replacement.map(|set| Side { set, role: "replacement", tone: Tone::Replacement, fill: "▒", share: observed });
    let original = status.original.as_ref().map(|set| Side {
        set,
        role: "original",
        tone: Tone::Original,
        fill: "█",
        share: observed.map(Share::rest),
    });
    replacement.into_iter().chain(original).collect()
}

fn cells(side: &Side<'_>, status: &DeploymentStatus) -> Vec<Line> {
    let Side { set, role, tone, fill, share } = side;
    let is_gone = set.desired == 0 && set.running == 0 && status.completed_at.is_some();
    let tasks = if set.task_set.is_empty() {
        Mark::ToCome.with("no task set yet")
    } else if is_gone {
        Mark::Passed.with("gone")
    } else {
        let mark = if set.running >= set.desired { Mark::Good } else { Mark::Active };
        mark.with(format!("{}/{} tasks", set.running, set.desired))
    };
    let has_targets = !set.target_group.is_empty() && !set.task_set.is_empty() && !is_gone;
    let targets = if has_targets {
        let mark = if set.healthy_targets >= set.desired { Mark::Good } else { Mark::Active };
        mark.with(format!("{} healthy", set.healthy_targets))
    } else {
        Line::empty()
    };
    vec![
        Line::of(*tone, format!("{fill} {role}")),
        Line::plain(short(&set.task_definition)),
        Line::of(Tone::Strong, share.map(|share| format!("{share:>3}%")).unwrap_or_default()),
        tasks,
        targets,
        Line::of(Tone::Faint, target_group_name(&set.target_group)),
        Line::of(Tone::Faint, set.service.as_deref().unwrap_or(&set.task_set)),
    ]
}

/// What is to be known of a side besides.
fn notes(side: &Side<'_>, status: &DeploymentStatus, frame: &Frame) -> Vec<Line> {
    if status.completed_at.is_some() {
        return Vec::new();
    }
    let set = side.set;
    let mut notes = Vec::new();
    if let Some(since) = set.unhealthy_since {
        notes.push(Line::of(Tone::Bad, format!("✖ no healthy target for {}", age(since, frame.now))));
    }
    if let Some(at) = set.terminate_at {
        notes.push(Line::plain(format!("goes at {}", left(at, frame.now))));
    }
    if set.is_adopted() {
        notes.push(Line::of(Tone::Faint, "a service that something else deploys: it is never scaled or deleted"));
    }
    if let Some(sticky) = set.stickiness.filter(|_| frame.wide) {
        notes.push(Line::of(Tone::Faint, format!("clients stick to it for {sticky}")));
    }
    notes
}
