//! The live view: a pure function from what was seen to the lines that fit into the terminal.

mod sides;
mod steps;
#[cfg(test)]
mod tests;

use sluice_api::{DeploymentStatus, State};

use crate::snapshot::{Event, Snapshot};
use crate::text::{Line, Tone, clock, last_part, precise, without_arns, wrapped};

/// Most lines of Events.
const EVENTS: usize = 6;

/// Least lines of the step list, when room is short.
const FEWEST_STEPS: usize = 3;

/// Cells of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Of a line.
    pub width: usize,
    /// Lines.
    pub height: usize,
}

/// The lines of a moment, at most as many as fit.
pub fn frame(seen: &Snapshot, size: Size) -> Vec<Line> {
    let Size { width, height } = size;
    let status = seen.status();
    let mut head = vec![title(seen, width), subject(seen, width)];
    head.push(Line::empty());
    let mut foot = vec![Line::empty()];
    foot.extend(sides::lines(seen, width));
    foot.push(Line::empty());
    foot.extend(says(status, width));
    let events = events(&seen.events, EVENTS);
    let mut room = height.saturating_sub(head.len() + foot.len());
    let mut steps = status.map(|status| steps::all(status, seen.now)).unwrap_or_default();
    if steps.lines.len() > room.saturating_sub(2).max(FEWEST_STEPS) {
        let before = head.len() + foot.len();
        head.retain(|line| !line.is_empty());
        foot.retain(|line| !line.is_empty());
        room += before - head.len() - foot.len();
    }
    steps.shorten(room.max(FEWEST_STEPS));
    room = room.saturating_sub(steps.lines.len());
    let shown = if room > 2 { (room - 1).min(events.len()) } else { 0 };
    let mut lines = head;
    lines.extend(steps.lines);
    lines.extend(foot);
    if shown > 0 {
        lines.push(Line::empty());
        lines.extend(events.into_iter().rev().take(shown).rev());
    }
    lines.truncate(height);
    lines.into_iter().map(|line| line.cut(width)).collect()
}

fn title(seen: &Snapshot, width: usize) -> Line {
    Line::of(Tone::Strong, "Sluice demo").and(Tone::Plain, format!("  {}", seen.title)).with_right(
        width,
        Tone::Faint,
        &clock(seen.now.duration_since(seen.began)),
    )
}

fn subject(seen: &Snapshot, width: usize) -> Line {
    let (Some(name), Some(status)) = (seen.name(), seen.status()) else {
        return Line::of(Tone::Faint, "waiting for the operator to make a Deployment");
    };
    let (icon, tone) = icon(status);
    let mut line = Line::of(Tone::Strong, name).and(Tone::Plain, "  ");
    if let Some(original) = &status.original {
        line = line.and(Tone::Original, last_part(&original.task_definition)).and(Tone::Plain, " → ");
    }
    if let Some(replacement) = &status.replacement {
        line = line.and(Tone::Replacement, last_part(&replacement.task_definition));
    }
    let word = status.summary.as_ref().and_then(|summary| summary.status);
    let stands = word.map_or_else(|| format!("{} · {}", status.phase, status.state), |word| word.to_string());
    line.with_right(width, tone, &format!("{icon} {stands}"))
}

fn icon(status: &DeploymentStatus) -> (&'static str, Tone) {
    match status.state {
        State::Succeeded => ("✔", Tone::Good),
        State::Failed | State::Stopped => ("✖", Tone::Bad),
        _ if status.paused_at.is_some() => ("॥", Tone::Active),
        _ if status.rollback.is_some() => ("↩", Tone::Bad),
        _ => ("▶", Tone::Active),
    }
}

/// Why it failed and how the way back goes; else why it waits.
fn says(status: Option<&DeploymentStatus>, width: usize) -> Vec<Line> {
    let Some(status) = status else {
        return vec![Line::empty()];
    };
    let mut lines = Vec::new();
    if let Some(failure) = &status.failure {
        let text = format!("✖ {}: {}", failure.category, without_arns(&failure.message));
        lines.extend(wrapped(&text, width, 3).into_iter().map(|text| Line::of(Tone::Bad, text)));
        lines.push(Line::of(Tone::Faint, format!("  hint: {}", failure.hint)));
    }
    let Some(rollback) = &status.rollback else {
        lines.extend(
            wrapped(&without_arns(&status.message), width, 2).into_iter().map(|text| Line::of(Tone::Plain, text)),
        );
        return lines;
    };
    let after = |at: jiff::Timestamp| precise(at.duration_since(rollback.started_at));
    let text = match (rollback.traffic_restored_at, rollback.ended_at) {
        (None, _) => "↩ rolling back: traffic first".to_owned(),
        (Some(restored), None) => {
            format!("↩ traffic was back {} after the failure was seen; cleaning up", after(restored))
        }
        (Some(restored), Some(_)) => {
            format!("↩ traffic was back {} after the failure was seen; the replacement is gone", after(restored))
        }
    };
    lines.push(Line::of(Tone::Good, text));
    lines
}

fn events(events: &[Event], most: usize) -> Vec<Line> {
    let line = |event: &Event| {
        let tone = if event.warning { Tone::Bad } else { Tone::Plain };
        Line::of(Tone::Faint, event.at.strftime("%H:%M:%S").to_string())
            .and(tone, format!("  {:<11} ", event.reason))
            .and(Tone::Faint, without_arns(&event.message))
    };
    events.iter().skip(events.len().saturating_sub(most)).map(line).collect()
}
