//! What was told of a Deployment, as its Events.

use super::says::without_commands;
use super::sections::{Section, heading};
use super::seen::{Frame, Seen, Told};
use super::text::{Line, Tone, columns};
use super::time::clock;

/// Most Events in a narrow picture, and in a wide one.
const MOST: [usize; 2] = [6, 20];

/// The last ones.
#[must_use]
pub fn section(seen: &Seen, frame: &Frame) -> Section {
    if let Some(why) = &seen.untold {
        return Section::of(9, vec![Line::of(Tone::Faint, format!("EVENTS  not known: {why}"))]);
    }
    let events: &[Told] = &seen.events;
    if events.is_empty() {
        return Section::default();
    }
    let first = events.len().saturating_sub(MOST[usize::from(frame.wide)]);
    let mut cells = vec![heading(&["EVENTS", "", ""])];
    cells.extend(events[first..].iter().map(|event| {
        vec![
            Line::of(Tone::Faint, clock(event.at, frame.now)),
            Line::of(if event.warning { Tone::Bad } else { Tone::Plain }, &event.reason),
            Line::of(Tone::Faint, without_commands(&event.message)),
        ]
    }));
    Section::of(9, columns(&cells))
}
