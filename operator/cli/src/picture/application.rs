//! An Application as a tree: its groups, their current releases, and the task sets of those.

use kube::ResourceExt;
use sluice_api::{Application, ConditionType, DeploymentGroup, StatusWord};

use super::group::word_of;
use super::head;
use super::says::without_commands;
use super::sections::{Picture, Section, row};
use super::seen::{Frame, Seen, full_name};
use super::sides::branches;
use super::text::{Line, Tone, columns};
use super::words;

/// All of an Application.
#[must_use]
pub fn picture(seen: &Seen, application: &Application, frame: &Frame) -> Picture {
    Picture(vec![head(application, frame), tree(seen, application, frame)])
}

/// The word of an Application, as its column has it.
#[must_use]
pub fn word(application: &Application) -> StatusWord {
    application.status.as_ref().and_then(|status| Some(status.summary.as_ref()?.status)).unwrap_or_default()
}

fn head(application: &Application, frame: &Frame) -> Section {
    let stands = word(application);
    let title = Line::of(Tone::Faint, "Application ").and(Tone::Strong, full_name(application)).and(Tone::Plain, "  ");
    let title = title.then(words::status(stands).with(stands.as_str()));
    let Some(status) = &application.status else { return Section::of(0, vec![title]) };
    let right = words::health(status.health).with(status.health.as_str());
    let mut lines = vec![title.with_right(frame.width, right).cut(frame.width)];
    let ready = ConditionType::Ready.to_string();
    let message = status.conditions.iter().find(|one| one.type_ == ready).map(|one| one.message.as_str());
    let summary = status.summary.as_ref();
    let says = [
        ("Says", message.map(without_commands)),
        ("Desired", summary.map(|summary| summary.desired.clone())),
        ("Serving", summary.map(|summary| summary.serving.clone())),
    ];
    for (label, text) in says {
        let text = text.filter(|text| !text.is_empty());
        lines.extend(text.map(|text| row(label, &Line::plain(text), frame.width, 4)).into_iter().flatten());
    }
    if application.spec.suspend {
        let says = Line::plain("nothing begins in any group until spec.suspend is taken away");
        lines.extend(row("Suspended", &says, frame.width, 2));
    }
    Section::of(0, lines)
}

fn tree(seen: &Seen, application: &Application, frame: &Frame) -> Section {
    let name = application.name_any();
    let groups: Vec<&DeploymentGroup> = seen.groups.iter().filter(|one| one.spec.application_ref == name).collect();
    let mut lines = vec![Line::of(Tone::Strong, &name)];
    if groups.is_empty() {
        lines.push(Line::of(Tone::Faint, "└─ no DeploymentGroup names it in spec.applicationRef"));
    }
    let rows: Vec<Vec<Line>> = groups.iter().map(|group| group_cells(seen, group)).collect();
    for (index, (group, row)) in groups.iter().zip(columns(&rows)).enumerate() {
        let is_last = index + 1 == groups.len();
        lines.push(Line::of(Tone::Faint, if is_last { "└─ " } else { "├─ " }).then(row));
        let stem = if is_last { "   " } else { "│  " };
        let below = below(seen, application, group, frame);
        lines.extend(below.into_iter().map(|line| Line::of(Tone::Faint, stem).then(line)));
    }
    Section::of(0, lines)
}

fn group_cells(seen: &Seen, group: &DeploymentGroup) -> Vec<Line> {
    let stands = word_of(group, seen.current_of(&group.name_any()));
    let status = group.status.as_ref();
    let serving = status.and_then(|status| status.summary.as_ref()).map(|summary| summary.serving.as_str());
    let health = status.map(|status| words::health(status.health).with(status.health.as_str()));
    vec![
        Line::of(Tone::Strong, group.name_any()),
        words::status(stands).with(stands.as_str()),
        Line::plain(serving.unwrap_or_default()),
        health.unwrap_or_default(),
    ]
}

/// What hangs on a group: what its next Deployment waits for, and its current one with its sides.
fn below(seen: &Seen, application: &Application, group: &DeploymentGroup, frame: &Frame) -> Vec<Line> {
    let name = group.name_any();
    let mut lines = Vec::new();
    let shown = application.status.iter().flat_map(|status| &status.groups).find(|one| one.name == name);
    if let Some(wait) = shown.and_then(|shown| shown.waiting.as_ref()) {
        let text = format!("॥ {} waits: {} {}", wait.deployment, wait.reason, wait.name);
        lines.push(Line::of(Tone::Active, text));
    }
    if let Some(current) = seen.current_of(&name) {
        let own = Frame { width: frame.width.saturating_sub(9), ..frame.clone() };
        lines.push(Line::of(Tone::Faint, "└─ ").then(head::title(current, &own)));
        lines.extend(branches(current, &own).into_iter().map(|line| Line::plain("   ").then(line)));
    }
    lines
}
