//! A picture that is followed: what is lost, what can be typed, and what is asked.

use jiff::Timestamp;

use super::sections::{Picture, Section, row};
use super::seen::Frame;
use super::text::{Line, Tone};
use super::time::age;

/// Since when nothing is heard of the API server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Since when it does not answer.
    pub since: Timestamp,
    /// When it answered last.
    pub heard_at: Timestamp,
    /// Why.
    pub why: String,
}

/// What stands below a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Foot {
    /// What was said last: what came of a key.
    pub says: Option<Line>,
    /// What is asked; y or n answers.
    pub asks: Option<String>,
    /// The keys that do something now, each with what it does.
    pub keys: Vec<(char, &'static str)>,
}

/// A picture, with what is lost above it; the last one where it is gone.
#[must_use]
pub fn followed(mut picture: Picture, lost: Option<&Lost>, frame: &Frame) -> Picture {
    if let Some(lost) = lost {
        picture.0.insert(0, loss(lost, frame));
    }
    picture
}

fn loss(lost: &Lost, frame: &Frame) -> Section {
    let says = format!(
        "✖ the API server does not answer since {}, and is asked again; what is shown is {} old: {}",
        age(lost.since, frame.now),
        age(lost.heard_at, frame.now),
        lost.why
    );
    Section::of(0, row("Lost", &Line::of(Tone::Bad, says), frame.width, 3))
}

/// As many lines as the terminal has: the picture, and what can be typed at the bottom.
#[must_use]
pub fn screen(picture: Picture, foot: &Foot, (width, height): (usize, usize)) -> Vec<Line> {
    let mut below = Vec::new();
    below.extend(foot.says.clone().map(|says| says.cut(width)));
    below.push(match &foot.asks {
        Some(asks) => Line::of(Tone::Active, format!("{asks} [y/n]")).cut(width),
        None => keys(&foot.keys).cut(width),
    });
    let mut lines = picture.fitted(width, height.saturating_sub(below.len() + 1));
    lines.resize(height.saturating_sub(below.len()), Line::empty());
    lines.extend(below);
    lines
}

fn keys(keys: &[(char, &'static str)]) -> Line {
    let key = |line: Line, (letter, what): &(char, &'static str)| {
        line.and(Tone::Strong, letter.to_string()).and(Tone::Faint, format!(" {what}   "))
    };
    keys.iter().fold(Line::empty(), key).trimmed()
}
